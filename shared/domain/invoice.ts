import type { DateText } from './days.ts';
import { addDays } from './days.ts';
import type { Money } from './money.ts';
import { add, compareMoney, isSame, moneyOf, subtract, sumMoney, unitsOf, zero } from './money.ts';
import { refuse, refuseFields } from './refusal.ts';

/**
 * `collecting` takes its entries and is seen by nobody; `draft` can be edited; `issued`, `partially-paid` and `paid` never change
 * their content; `voiding` waits for Xero's word; `void` keeps its number; `abandoned` was never anything.
 */
export type InvoiceStatus = 'collecting' | 'draft' | 'issued' | 'partially-paid' | 'paid' | 'voiding' | 'void' | 'abandoned';

/**
 * The part of an invoice that the rules below judge. `paid` is what arrived by all payments, refunds taken off; `credited` the sum
 * of its credit notes, absent while there is none.
 */
export type InvoiceState = {
  status: InvoiceStatus;
  number: string | null;
  total: Money;
  paid: Money;
  credited?: Money | undefined;
  issueDate: DateText | null;
  dueDate: DateText | null;
};

/** What is paid, what is still due (never below nothing) and what came in beyond the total. */
export type Balance = { paid: Money; due: Money; overpaid: Money };

/** How an issued invoice stands after `paid` has arrived. An invoice over nothing, or credited whole, is paid, as in Xero. */
export function statusAfter(total: Money, paid: Money): 'issued' | 'partially-paid' | 'paid' {
  if (compareMoney(paid, total) >= 0) return 'paid';
  return unitsOf(paid) > 0n ? 'partially-paid' : 'issued';
}

/** Total − all payments and credits. Refunds are negative entries of the list. */
export function dueOf(total: Money, payments: readonly Money[]): Balance {
  const paid = sumMoney(total.currency, payments);
  const rest = subtract(total, paid);
  const nothing = zero(total.currency);
  return unitsOf(rest) >= 0n ? { paid, due: rest, overpaid: nothing } : { paid, due: nothing, overpaid: subtract(paid, total) };
}

/** Whether money is still owed after the last day for it. Derived at each read, never stored. `today` is a day in the workspace's zone. */
export function isOverdue(status: InvoiceStatus, due: Money, dueDate: DateText | null, today: DateText): boolean {
  const owed = status === 'issued' || status === 'partially-paid';
  return owed && dueDate !== null && unitsOf(due) > 0n && dueDate < today;
}

/** The last day for paying an invoice of `issueDate`, by payment terms in days. */
export function dueDateFrom(issueDate: DateText, termsDays: number): DateText {
  return addDays(issueDate, termsDays);
}

/**
 * Sums of the lines, exactly as they stand on them. With prices that include tax, a line's amount holds its tax: then the total is
 * the sum of the amounts and the subtotal what is left without tax.
 */
export function totals(
  currency: string,
  lines: readonly { amount: Money; tax: { amount: Money } | null }[],
  { taxIncluded = false } = {},
): { subtotal: Money; tax: Money; total: Money } {
  const amounts = sumMoney(
    currency,
    lines.map((line) => line.amount),
  );
  const tax = sumMoney(
    currency,
    lines.flatMap((line) => line.tax?.amount ?? []),
  );
  return taxIncluded
    ? { subtotal: subtract(amounts, tax), tax, total: amounts }
    : { subtotal: amounts, tax, total: add(amounts, tax) };
}

/**
 * Issues a collected or drafted invoice under `number`; one that came back to draft keeps the number it has. Refuses anything but
 * `collecting` and `draft`, a due date before the issue date, and a total below nothing, which only a credit note can say.
 */
export function issue<I extends InvoiceState>(invoice: I, by: { number: string; issueDate: DateText; dueDate: DateText }): I {
  const { status, total } = invoice;
  if (status !== 'draft' && status !== 'collecting')
    refuse('invoice-not-draft', `A ${status} invoice can't be issued`, { invoiceStatus: status });
  if (unitsOf(total) < 0n) refuseFields({ path: 'lines', message: 'add up to less than nothing' });
  if (by.dueDate < by.issueDate) refuseFields({ path: 'dueDate', message: 'must not be before the issue date' });
  const number = invoice.number ?? by.number;
  const paid = zero(total.currency);
  return { ...invoice, status: statusAfter(total, paid), number, paid, issueDate: by.issueDate, dueDate: by.dueDate };
}

/** A collected invoice that waits for a person: it can be looked at and edited before it is issued. */
export function keepAsDraft<I extends InvoiceState>(invoice: I): I {
  if (invoice.status !== 'collecting')
    refuse('invoice-not-draft', 'Only a collected invoice becomes a draft', { invoiceStatus: invoice.status });
  return { ...invoice, status: 'draft' };
}

/** A draft with some of its fields changed. Refuses every other status: what was issued never changes. */
export function editDraft<I extends InvoiceState>(invoice: I, change: Partial<Omit<I, 'status' | 'number' | 'paid'>>): I {
  requireDraft(invoice, 'be edited');
  return { ...invoice, ...change };
}

/** Gives a draft up, so that its entries are freed. Refuses a draft that once had a number: the series would get a gap. */
export function deleteDraft<I extends InvoiceState>(invoice: I): I {
  requireDraft(invoice, 'be deleted');
  if (invoice.number !== null) {
    refuse('invoice-not-draft', 'A draft that was issued before keeps its number and can only be issued again', {
      number: invoice.number,
    });
  }
  return { ...invoice, status: 'abandoned' };
}

/** Gives up a collection that stalled. A collection that was given up already stays so. */
export function abandon<I extends InvoiceState>(invoice: I): I {
  if (invoice.status === 'abandoned') return invoice;
  if (invoice.status !== 'collecting')
    refuse('stale', `The invoice is ${invoice.status} by now`, { invoiceStatus: invoice.status });
  return { ...invoice, status: 'abandoned' };
}

/**
 * Begins to void an issued invoice on which nothing is paid: at once when Xero never got it, else it is `voiding` until Xero has
 * confirmed. An invoice that is voiding or void already stays as it is.
 */
export function startVoid<I extends InvoiceState>(invoice: I, { pushed }: { pushed: boolean }): I {
  if (invoice.status === 'voiding' || invoice.status === 'void') return invoice;
  requireIssued(invoice, 'voided');
  requireUnpaid(invoice);
  return { ...invoice, status: pushed ? 'voiding' : 'void' };
}

/** Xero has confirmed. What was paid meanwhile is overpaid from now on. */
export function confirmVoid<I extends InvoiceState>(invoice: I): I {
  if (invoice.status === 'void') return invoice;
  if (invoice.status !== 'voiding')
    refuse('stale', `The invoice is ${invoice.status}, not voiding`, { invoiceStatus: invoice.status });
  return { ...invoice, status: 'void' };
}

/** Xero has refused: the invoice is what its payments make it, as if nobody had asked. */
export function refuseVoid<I extends InvoiceState>(invoice: I): I {
  if (invoice.status !== 'voiding')
    refuse('stale', `The invoice is ${invoice.status}, not voiding`, { invoiceStatus: invoice.status });
  return { ...invoice, status: statusAfter(owedOf(invoice), invoice.paid) };
}

/**
 * Somebody voided or deleted it in Xero; what was credited of it is void with it. With money here that is a contradiction a person must
 * resolve: `invoice-has-payments`.
 */
export function voidedInXero<I extends InvoiceState & MoneyOn>(invoice: I): I {
  if (invoice.status === 'void') return invoice;
  if (invoice.status !== 'voiding') requireIssued(invoice, 'void');
  if (holdsMoney(invoice)) refuse('invoice-has-payments', 'Money stands on the invoice', { paid: invoice.paid });
  return { ...invoice, status: 'void' };
}

/** What was paid on an invoice, and what of it went back for credit notes. */
type MoneyOn = { paid: Money; creditRefunded?: Money | undefined };

/** Whether money stands on it, were it only money that came and went back for a credit note. */
export function holdsMoney({ paid, creditRefunded }: MoneyOn): boolean {
  return unitsOf(paid) > 0n || (creditRefunded !== undefined && unitsOf(creditRefunded) > 0n);
}

/**
 * Counts money that has arrived. It is never refused for being too much or too late: what exceeds the total, and all that reaches
 * an invoice that is void, shows as overpaid. Refuses an invoice that nobody could have been asked to pay (`invoice-not-issued`).
 */
export function applyPayment<I extends InvoiceState>(invoice: I, amount: Money): { invoice: I; balance: Balance } {
  if (unitsOf(amount) <= 0n) refuseFields({ path: 'amount', message: 'must be more than nothing' });
  return withPaid(invoice, add(invoice.paid, amount));
}

/** Takes money off again that was refunded, charged back or recorded by mistake. Refuses more than is there. */
export function removePayment<I extends InvoiceState>(invoice: I, amount: Money): { invoice: I; balance: Balance } {
  if (unitsOf(amount) <= 0n) refuseFields({ path: 'amount', message: 'must be more than nothing' });
  const paid = subtract(invoice.paid, amount);
  if (unitsOf(paid) < 0n) refuseFields({ path: 'amount', message: 'is more than was paid' });
  return withPaid(invoice, paid);
}

/** Refuses a payment that a person records where there is nothing to pay, or beyond what is due (`amount-exceeds-due`). */
export function requirePayable(invoice: InvoiceState, amount: Money): void {
  if (invoice.status === 'void' || invoice.status === 'voiding') {
    refuse('invoice-void', `The invoice is ${invoice.status}`, { invoiceStatus: invoice.status });
  }
  requireIssued(invoice, 'paid');
  const { due } = balanceOf(invoice);
  if (compareMoney(amount, due) > 0) refuse('amount-exceeds-due', 'The payment is more than what is due', { due });
}

/** Whether somebody could ever be asked to pay it, so that money may come in for it. */
export function wasIssued({ status }: Pick<InvoiceState, 'status'>): boolean {
  return status !== 'collecting' && status !== 'draft' && status !== 'abandoned';
}

/** What a payment page may ask for at this moment: nothing unless the invoice is issued and stands. */
export function askable(invoice: InvoiceState): Money {
  const stands = invoice.status === 'issued' || invoice.status === 'partially-paid';
  return stands ? balanceOf(invoice).due : zero(invoice.total.currency);
}

/** What can be asked for by a payment page: all that is due. Refuses an invoice on which nothing is (`already-settled`). */
export function requireDue(invoice: InvoiceState): Money {
  if (invoice.status === 'void' || invoice.status === 'voiding') {
    refuse('invoice-void', `The invoice is ${invoice.status}`, { invoiceStatus: invoice.status });
  }
  requireIssued(invoice, 'paid');
  const { due } = balanceOf(invoice);
  if (unitsOf(due) === 0n) refuse('already-settled', 'Nothing is due on the invoice any more', { invoiceStatus: invoice.status });
  return due;
}

/** What is paid, due and overpaid. On a void invoice nothing is due, and whatever was paid is too much. */
export function balanceOf(invoice: InvoiceState): Balance {
  return dueOf(owedOf(invoice), [invoice.paid]);
}

/** What is owed in all: the total without what was credited; nothing on a void invoice. */
export function owedOf({ status, total, credited }: Pick<InvoiceState, 'status' | 'total' | 'credited'>): Money {
  if (status === 'void') return zero(total.currency);
  return credited ? subtract(total, credited) : total;
}

function withPaid<I extends InvoiceState>(invoice: I, paid: Money): { invoice: I; balance: Balance } {
  const waiting = invoice.status === 'voiding' || invoice.status === 'void';
  if (!waiting) requireIssued(invoice, 'paid');
  const changed = { ...invoice, paid, status: waiting ? invoice.status : statusAfter(owedOf(invoice), paid) };
  return { invoice: changed, balance: balanceOf(changed) };
}

function requireDraft({ status }: InvoiceState, what: string): void {
  if (status !== 'draft') refuse('invoice-not-draft', `A ${status} invoice can't ${what}`, { invoiceStatus: status });
}

function requireIssued({ status }: InvoiceState, what: string): void {
  if (status === 'issued' || status === 'partially-paid' || status === 'paid') return;
  refuse('invoice-not-issued', `A ${status} invoice can't be ${what}`, { invoiceStatus: status });
}

function requireUnpaid({ paid, credited }: InvoiceState): void {
  if (credited && unitsOf(credited) > 0n)
    refuse('invoice-has-payments', 'The invoice has credit notes; only a further credit note can correct it', { credited });
  if (isSame(paid, moneyOf(0n, paid.currency))) return;
  refuse('invoice-has-payments', 'The invoice has payments; only a credit note can correct it', { paid });
}
