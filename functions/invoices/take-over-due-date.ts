import type { DateText, Instant } from '../../shared/domain/days.ts';
import { balanceOf, wasIssued } from '../../shared/domain/invoice.ts';
import { dueMoved } from '../../shared/store/aggregates.ts';
import { audited } from '../../shared/store/audit.ts';
import { readInvoice, replaceInvoice } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';

// Flow of the worker for Xero: the one thing of an issued invoice that may be changed there.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** The last day for paying an invoice was moved in Xero: here it is the same day, and what is due moves to it. */
export const takeOverDueDate =
  ({ table, now, newId }: Needs) =>
  async (ws: string, invoiceId: string, dueDate: DateText): Promise<void> => {
    const head = await readInvoice(table)(ws, invoiceId);
    if (!head || !wasIssued(head) || head.status === 'void' || head.dueDate === dueDate) return;
    const { due } = balanceOf(head);
    await table.commit([
      replaceInvoice(ws, { ...head, dueDate }),
      ...(head.dueDate === null || due.amount === 0 ? [] : dueMoved(ws, { from: head.dueDate, to: dueDate, due })),
      audited(ws, {
        id: newId('aud'),
        at: now(),
        who: null,
        what: 'due-date-moved',
        about: head.id,
        text: `The due date of invoice ${head.number} was moved to ${dueDate} in Xero`,
        before: { dueDate: head.dueDate },
        after: { dueDate },
      }),
    ]);
  };
