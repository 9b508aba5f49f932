import type { Caller } from '../../shared/api/call.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import { requireUnbilled } from '../../shared/domain/expense.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { expenseKey, parseExpense, type Expense } from '../../shared/store/expenses.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceStandingKey, parseInvoiceStanding, type InvoiceStanding } from '../../shared/store/invoice-status.ts';
import { isOnTheWire, manifestKey, parseManifest, type Manifest } from '../../shared/store/manifests.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey, type Workspace } from '../../shared/store/workspaces.ts';
import type { Item } from '../../shared/store/write.ts';

/** An expense with what decides whether it may change. */
export interface ExpenseShown {
  readonly expense: Expense;
  readonly invoice: InvoiceStanding | undefined;
  readonly sync: Item | undefined;
  readonly manifest: Manifest;
  readonly workspace: Workspace;
}

/** Reads an expense and what stands around it. Refuses (`not-found`) what isn't there, and an expert who asks for another's. */
export const readExpenseShown = async (table: Table, caller: Caller, id: string): Promise<ExpenseShown> => {
  const ws = caller.workspaceId;
  const [at, syncAt] = [expenseKey(ws, id), syncItemKey(ws, id)];
  const found = await table.batchGet([at, syncAt, manifestKey(ws), workspaceKey(ws)]);
  const expense = foundAt(found, at, parseExpense);
  const workspace = foundAt(found, workspaceKey(ws), parseWorkspace);
  const mayKnow = expense !== undefined && (expense.memberId === caller.memberId || actsForOthers(caller.role));
  if (!mayKnow || !workspace) return refuse('not-found', 'There is no such thing here');
  const invoice = expense.invoiceId === null ? undefined : await table.get(invoiceStandingKey(ws, expense.invoiceId));
  return {
    expense,
    invoice: invoice && parseInvoiceStanding(invoice),
    sync: found.get(keyText(syncAt)),
    manifest: parseManifest(found.get(keyText(manifestKey(ws)))),
    workspace,
  };
};

/** Refuses (`expense-billed`) whatever would change an expense that an invoice has taken. */
export const requireFree = ({ expense, invoice }: ExpenseShown): void => requireUnbilled(expense, invoice?.number);

/** Refuses (`expense-in-xero`) what would change an expense behind the back of the books that have it, or may have it. */
export const requireNotInXero = ({ expense, sync, manifest }: ExpenseShown): void => {
  const item = sync && parseSyncItem(sync);
  const isThere = item?.xeroId != null && item.xeroStatus !== 'VOIDED' && item.xeroStatus !== 'DELETED';
  if (isThere || isOnTheWire(manifest, expense.id))
    refuse('expense-in-xero', 'The expense is in Xero: void it there first, then it can be corrected or deleted here');
};
