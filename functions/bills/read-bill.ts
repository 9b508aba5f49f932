import type { Caller } from '../../shared/api/call.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import { billStatus } from '../../shared/domain/bill.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { billKey, parseBill, type Bill } from '../../shared/store/bills.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import type { Item, Key } from '../../shared/store/write.ts';

/** A bill with the invoice that it mirrors. */
export interface BillShown {
  readonly bill: Bill;
  readonly head: InvoiceHead;
  readonly sync: Item | undefined;
  /** What else was asked for. */
  readonly found: ReadonlyMap<string, Item>;
}

/** Whether an invoice was ever issued, so that its bills were ever bills. */
export const hadBills = ({ status }: Pick<InvoiceHead, 'status'>): boolean => status !== 'collecting' && status !== 'abandoned';

/** Reads a bill and its invoice in two round trips. Refuses (`not-found`) what isn't there, and an expert who asks for another's. */
export const readBillShown = async (table: Table, caller: Caller, id: string, more: readonly Key[] = []): Promise<BillShown> => {
  const ws = caller.workspaceId;
  const found = await table.batchGet([billKey(ws, id), syncItemKey(ws, id), ...more]);
  const bill = foundAt(found, billKey(ws, id), parseBill);
  const mayKnow = bill !== undefined && (bill.memberId === caller.memberId || actsForOthers(caller.role));
  const item = mayKnow ? await table.get(invoiceKey(ws, bill.invoiceId)) : undefined;
  const head = item && parseInvoice(item);
  if (!bill || !head || !hadBills(head)) return refuse('not-found', 'There is no such thing here');
  return { bill, head, sync: found.get(keyText(syncItemKey(ws, id))), found };
};

/** Refuses a bill that is void with its invoice. */
export const requireStanding = (bill: Bill, head: InvoiceHead): void => {
  if (billStatus(bill, head) === 'void') refuse('bill-not-open', 'The bill is void with its invoice', { billStatus: 'void' });
};
