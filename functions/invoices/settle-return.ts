import type { Instant } from '../../shared/domain/days.ts';
import { balanceOf } from '../../shared/domain/invoice.ts';
import { negate } from '../../shared/domain/money.ts';
import { confirmReturn, refuseReturn } from '../../shared/domain/return-to-draft.ts';
import { dueChanged, revenueChanged } from '../../shared/store/aggregates.ts';
import { audited } from '../../shared/store/audit.ts';
import { escrowFollows } from '../../shared/store/escrow.ts';
import { readInvoice, replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { remove, type Write } from '../../shared/store/write.ts';
import { deadBillsWait } from './mirror-bills.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** The sums lose what they had gained, on the day on which it was issued: it was never issued then. */
export const returnedWrites = (ws: string, head: InvoiceHead, draft: InvoiceHead): Write[] => [
  ...escrowFollows(ws, head, draft),
  ...(head.issueDate === null ? [] : [revenueChanged(ws, head.issueDate, negate(head.subtotal))]),
  ...(head.dueDate === null ? [] : [dueChanged(ws, head.dueDate, negate(balanceOf(head).due))]),
];

/**
 * Its unapproved document in Xero is gone: the invoice is a draft again, with its number, and its time stays held. If money came in
 * meanwhile it stays issued and goes to Xero anew. `also` is written in the same commit. Saying it twice changes nothing.
 */
export const returnConfirmed =
  ({ table, now, newId }: Needs) =>
  async (ws: string, invoiceId: string, also: readonly Write[] = []): Promise<void> => {
    const head = await readInvoice(table)(ws, invoiceId);
    if (head?.status !== 'voiding' || !head.returning) return table.commit(also);
    const after = confirmReturn(head);
    const at = now();
    const isDraft = after.status === 'draft';
    const end = isDraft ? 'is a draft again' : 'was paid meanwhile and is sent to Xero anew';
    const work = { lane: 'urgent', kind: 'invoice', documentId: head.id } as const;
    await table.commit([
      replaceInvoice(ws, after),
      ...(isDraft
        ? [...returnedWrites(ws, head, after), ...deadBillsWait(ws, head, at)]
        : [waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at })]),
      remove('sync item', syncItemKey(ws, head.id)),
      audited(ws, {
        id: newId('aud'),
        at,
        who: null,
        what: 'return-confirmed',
        about: head.id,
        text: `Invoice ${head.number} ${end}`,
      }),
      ...also,
    ]);
  };

/** It is approved in Xero by now: the invoice stands as it was, and says why. */
export const returnRefused =
  ({ table, now, newId }: Needs) =>
  async (ws: string, invoiceId: string, reason: string, also: readonly Write[] = []): Promise<void> => {
    const head = await readInvoice(table)(ws, invoiceId);
    if (head?.status !== 'voiding' || !head.returning) return table.commit(also);
    const text = `Invoice ${head.number} could not go back to a draft: ${reason}`;
    const trail = { id: newId('aud'), at: now(), who: null, what: 'return-refused', about: head.id, text };
    await table.commit([replaceInvoice(ws, refuseReturn(head)), audited(ws, trail), ...also]);
  };
