import type { DateText } from '../../shared/domain/days.ts';
import { balanceOf, isOverdue } from '../../shared/domain/invoice.ts';
import { pricesIncludeTax } from '../../shared/domain/invoice-lines.ts';
import { zero } from '../../shared/domain/money.ts';
import type { InvoiceHead, WholeInvoice } from '../../shared/store/invoices.ts';
import type { SyncView } from '../../shared/store/sync-items.ts';

/** Lines that stand in the invoice itself; the rest is read page by page. */
export const linesShown = 100;

/** An invoice in a list: the document without its lines. `today` is a day in the workspace's zone. */
export const headView = (head: InvoiceHead, sync: SyncView, today: DateText) => {
  const { due } = balanceOf(head);
  const { id, number, status, clientId, jobId, currency, issueDate, dueDate, notes, subtotal, tax, total, sentAt } = head;
  const document = { id, number, status, clientId, jobId, currency, issueDate, dueDate, notes, subtotal, tax, total };
  const { paid, credited = zero(currency) } = head;
  return {
    ...document,
    paid,
    credited,
    quoteId: head.quoteId ?? null,
    due,
    overdue: isOverdue(status, due, dueDate, today),
    sentAt,
    sync,
  };
};

/** An invoice as the API shows it, with its first lines and the parties' details. */
export const invoiceView = ({ head, lines, parties }: WholeInvoice, sync: SyncView, today: DateText) => ({
  ...headView(head, sync, today),
  pricesIncludeTax: pricesIncludeTax(lines),
  lines: lines.slice(0, linesShown),
  ...(head.lineCount > linesShown ? { linesCursor: String(linesShown) } : {}),
  supplier: parties?.supplier ?? null,
  client: parties?.client ?? null,
});
