import type { InvoiceCall } from '../../shared/api/invoices.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { lineTotals } from '../../shared/domain/invoice-lines.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { gatherEntries } from './gather-entries.ts';
import { fingerprint, jobOf, readTerms } from './plan-invoice.ts';
import { timeLines } from './plan-lines.ts';

/** Shows somebody the invoice that their choice of time would become; nothing is written. */
export const previewInvoice =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, body }: InvoiceCall<'previewInvoice'>): Promise<Reply> => {
    const terms = await readTerms({ table, now })(caller.workspaceId, body);
    const { entries, expenses, left } = await gatherEntries({ table })(caller.workspaceId, jobOf(terms), body);
    const lines = timeLines(terms, { entries, expenses }, body.groupBy, newId);
    const sums = lineTotals(terms.currency, lines);
    const { issueDate, dueDate } = terms;
    return {
      status: 200,
      body: { lines, ...sums, issueDate, dueDate, entries: entries.length, left, expect: fingerprint(terms, lines) },
    };
  };
