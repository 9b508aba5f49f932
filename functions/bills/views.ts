import { billStatus, billTotals, isOwed, owedSeconds, reckonLine, type BilledInvoice } from '../../shared/domain/bill.ts';
import { statusOf } from '../../shared/domain/time-entry.ts';
import type { Bill } from '../../shared/store/bills.ts';
import type { Expense } from '../../shared/store/expenses.ts';
import type { InvoiceStanding } from '../../shared/store/invoice-status.ts';
import { syncView, syncViewOfOver } from '../../shared/store/sync-items.ts';
import type { Item } from '../../shared/store/write.ts';

/** A bill as the API shows it. Whether it stands is its invoice's state. */
export const billView = (bill: Bill, invoice: BilledInvoice & { number: string | null }, sync: Item | undefined) => {
  const { id, number, memberId, invoiceId, jobId, date, currency, writeOffs } = bill;
  const { seconds, owed, writtenOff, total } = billTotals(bill);
  const status = billStatus(bill, invoice);
  return {
    ...{ id, number, status, memberId, invoiceId, invoiceNumber: invoice.number, jobId, date, currency },
    ...{ seconds, owedSeconds: owed, writtenOffSeconds: writtenOff },
    lines: bill.lines.map((line) => ({
      rate: line.rate,
      seconds: line.seconds,
      writtenOffSeconds: line.seconds - owedSeconds(line),
      ...reckonLine(line, bill),
    })),
    writeOffs,
    total,
    sync: status === 'void' ? syncViewOfOver(sync) : syncView(sync, bill.toXero && (sync !== undefined || isOwed(bill))),
  };
};

/** An expense as the API shows it. Whether it is held or billed is its invoice's state. */
export const expenseView = (expense: Expense, invoice: InvoiceStanding | undefined, sync: Item | undefined) => {
  const { id, jobId, memberId, date, description, amount, taxIncluded, billable, paidBy, invoiceId } = expense;
  return {
    ...{ id, jobId, memberId, date, description, amount, taxIncluded, billable, paidBy },
    status: statusOf(expense, invoice?.status),
    invoiceId,
    invoiceNumber: invoice?.number ?? null,
    sync: syncView(sync, expense.toXero),
  };
};
