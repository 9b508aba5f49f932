import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { balanceOf, confirmVoid, refuseVoid } from '../../shared/domain/invoice.ts';
import { negate } from '../../shared/domain/money.ts';
import { dueChanged, revenueChanged } from '../../shared/store/aggregates.ts';
import { audited } from '../../shared/store/audit.ts';
import { readInvoice, replaceInvoice } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { readWorkspace } from '../../shared/store/workspaces.ts';
import type { Write } from '../../shared/store/write.ts';
import { freeEntries } from './free-entries.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/**
 * Xero has confirmed that the invoice is void there: it is void here, its sums are taken off, its entries are free again. `also` is
 * written in the same commit (the outcome of the sync). Saying it twice changes nothing the second time.
 */
export const voidConfirmed =
  ({ table, now, newId }: Needs) =>
  async (ws: string, invoiceId: string, also: readonly Write[] = []): Promise<void> => {
    const [head, workspace] = await Promise.all([readInvoice(table)(ws, invoiceId), readWorkspace(table)(ws)]);
    if (head?.status !== 'voiding' || !workspace) return table.commit(also);
    const trail = {
      id: newId('aud'),
      at: now(),
      who: null,
      what: 'void-confirmed',
      about: head.id,
      text: `Xero confirmed that invoice ${head.number} is void`,
    };
    await table.commit([
      replaceInvoice(ws, { ...confirmVoid(head), freeing: true }),
      revenueChanged(ws, dateIn(workspace.zone, now()), negate(head.subtotal)),
      ...(head.dueDate === null ? [] : [dueChanged(ws, head.dueDate, negate(balanceOf(head).due))]),
      audited(ws, trail),
      ...also,
    ]);
    await freeEntries({ table })(ws, invoiceId);
  };

/** Xero refuses to void it: the invoice is what its payments make it, as if nobody had asked, and its entries stay billed. */
export const voidRefused =
  ({ table, now, newId }: Needs) =>
  async (ws: string, invoiceId: string, reason: string, also: readonly Write[] = []): Promise<void> => {
    const head = await readInvoice(table)(ws, invoiceId);
    if (head?.status !== 'voiding') return table.commit(also);
    const text = `Xero refused to void invoice ${head.number}: ${reason}`;
    const trail = { id: newId('aud'), at: now(), who: null, what: 'void-refused', about: head.id, text };
    await table.commit([replaceInvoice(ws, refuseVoid(head)), audited(ws, trail), ...also]);
  };
