import type { DocumentCall } from '../../shared/api/documents.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { balanceOf, isOverdue } from '../../shared/domain/invoice.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { readLines } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { readShared } from './read-shared.ts';

const linesShown = 100;

/** Shows an invoice as data to whoever has its link: what its page says, and none of our own ids. */
export const getPublicInvoice =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async ({ params }: DocumentCall<'getPublicInvoice'>): Promise<Reply> => {
    const { workspaceId, head, today, isPayable } = await readShared({ table, now })(params.token);
    const { lines, parties } = await readLines(table)(workspaceId, head, 0, linesShown);
    const { number, currency, issueDate, dueDate, notes, lineCount, subtotal, tax, total, paid } = head;
    const { due } = balanceOf(head);
    const body = {
      ...{ number, status: head.status === 'voiding' ? 'void' : head.status, currency, issueDate, dueDate, notes },
      lines: lines.map(({ description, date, quantity, unit, unitPrice, amount, tax: lineTax }) => ({
        ...{ description, date, quantity, unit, unitPrice, amount, tax: lineTax },
      })),
      ...{ lineCount, subtotal, tax, total, paid },
      due: head.status === 'voiding' ? { ...due, amount: 0 } : due,
      overdue: isOverdue(head.status, due, dueDate, today),
      payable: isPayable,
      supplier: parties?.supplier ?? {},
      client: parties?.client ?? {},
    };
    return { status: 200, headers: { 'referrer-policy': 'no-referrer' }, body };
  };
