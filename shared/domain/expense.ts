import type { DateText } from './days.ts';
import { lineForItem, type Line, type LineTerms } from './invoice-lines.ts';
import type { Money } from './money.ts';
import { refuse, refuseFields } from './refusal.ts';

/** Money that was spent for a job. `member`: the workspace owes it to whoever spent it; `workspace`: its own money was spent. */
export type ExpenseFacts = {
  id: string;
  jobId: string;
  memberId: string;
  date: DateText;
  amount: Money;
  description: string;
  billable: boolean;
  paidBy: 'member' | 'workspace';
  /** Whether the amount holds the tax that was paid with it. */
  taxIncluded: boolean;
};

/** An expense as far as an invoice has taken it. */
type Held = { id: string; invoiceId: string | null };

/** The line that bills an expense: one of it, at what it cost. */
export function lineForExpense(id: string, expense: ExpenseFacts, terms: LineTerms): Line {
  const { description, amount, memberId, date } = expense;
  const line = lineForItem(id, { description, quantity: '1', unitPrice: amount }, terms);
  return { ...line, memberId, date, expenseId: expense.id, explanation: { ...line.explanation, kind: 'expense', quantity: '1' } };
}

/** Refuses a day that hasn't come yet, and a billable expense in another currency than its job's invoices. */
export function checkExpense(
  { date, amount, billable }: Pick<ExpenseFacts, 'date' | 'amount' | 'billable'>,
  { today, jobCurrency }: { today: DateText; jobCurrency: string },
): void {
  if (date > today) refuseFields({ path: 'date', message: 'must not be in the future' });
  if (billable && amount.currency !== jobCurrency)
    refuseFields({ path: 'amount.currency', message: `must be ${jobCurrency}, the currency of the job, to be billable` });
}

/** Refuses (`expense-billed`, naming the invoice) every change of an expense that an invoice has taken. */
export function requireUnbilled({ id, invoiceId }: Held, invoiceNumber?: string | null): void {
  if (invoiceId === null) return;
  refuse('expense-billed', `The expense is on invoice ${invoiceNumber ?? invoiceId}`, {
    expenseId: id,
    invoiceId,
    invoiceNumber: invoiceNumber ?? null,
  });
}

/** Whether a change touches what the books say of an expense. */
export function changesBooks(before: ExpenseFacts, after: ExpenseFacts): boolean {
  const said = ({ date, amount, description, paidBy, taxIncluded }: ExpenseFacts) =>
    JSON.stringify([date, amount.amount, amount.currency, description, paidBy, taxIncluded]);
  return said(before) !== said(after);
}

/** An expense that may be billed. */
type Candidate = ExpenseFacts & Held;

/** Most expenses that one invoice takes. */
export const expensesPerInvoiceMax = 200;

/** The unbilled expenses of a job that members and days select, at most as many as an invoice takes, the oldest first. */
export function billableExpenses<E extends Candidate>(
  found: readonly E[],
  job: { id: string; currency: string },
  asked: { memberIds?: readonly string[] | undefined; from?: DateText | undefined; to?: DateText | undefined },
): E[] {
  const { memberIds, from = '', to = '9999-12-31' } = asked;
  return found
    .filter((one) => whyNotBillable(one, job) === undefined && (memberIds?.includes(one.memberId) ?? true))
    .filter(({ date }) => date >= from && date <= to)
    .sort(byDay)
    .slice(0, expensesPerInvoiceMax);
}

/** The expenses that were asked for by id, all or none. Refuses `not-found`, `expense-billed`, and what isn't billable on this job. */
export function chosenExpenses<E extends Candidate>(
  ids: readonly string[],
  found: readonly E[],
  job: { id: string; currency: string },
): E[] {
  const chosen = found.filter(({ id }) => ids.includes(id)).sort(byDay);
  if (chosen.length < new Set(ids).size) refuse('not-found', 'There is no such thing here');
  for (const expense of chosen) {
    requireUnbilled(expense);
    const reason = whyNotBillable(expense, job);
    if (reason !== undefined)
      refuse('entry-not-billable', 'Some expenses can not be billed', { expenses: [{ expenseId: expense.id, reason }] });
  }
  return chosen;
}

function whyNotBillable(expense: Candidate, job: { id: string; currency: string }): string | undefined {
  if (expense.jobId !== job.id) return 'other-job';
  if (!expense.billable) return 'non-billable';
  if (expense.invoiceId !== null) return 'billed';
  return expense.amount.currency === job.currency ? undefined : 'other-currency';
}

function byDay(a: ExpenseFacts, b: ExpenseFacts): number {
  return `${a.date}${a.id}` < `${b.date}${b.id}` ? -1 : 1;
}
