import type { DateText } from './days.ts';
import type { Difference, DriftKind } from './discrepancy.ts';
import { fromHundredths, hundredthsOf } from './hundredths.ts';
import { isCurrency, type Money } from './money.ts';
import { hundredthsMoneyText, moneyText } from './money-text.ts';

/** A payment as Xero has it. `amount` is in hundredths of a major unit. */
export type PaymentThere = {
  paymentId: string;
  /** Xero's id of the invoice that it pays; empty when it pays something else. */
  invoiceId: string;
  reference: string;
  amount: bigint;
  date: DateText | null;
  status: string;
  /** Whether an accountant has matched it with the bank: then nobody but them may take it back. */
  isReconciled?: boolean;
  /** Xero's stamp of its last change, to the second. */
  updatedAt?: string | null;
};

/** A payment as the platform has it, with what it must look like there. */
export type PaymentHere = {
  id: string;
  /** Xero's id of its invoice. */
  invoiceThere: string | null;
  /** The number of its invoice. */
  number: string | null;
  /** What was sent: without what came in beyond the invoice. */
  amount: Money;
  receivedOn: DateText;
  /** Whether anything of it still counts; what was given back need not be there any more. */
  stands: boolean;
  /** Whether it may have been booked on a later day, because the period of its own was closed. */
  mayBeLater: boolean;
};

/** Every way in which a payment of ours is another one in Xero; empty when both say the same. */
export function comparePayment(ours: PaymentHere, theirs: PaymentThere): Difference[] {
  if (theirs.status === 'DELETED')
    return ours.stands ? [paymentMissing(ours, theirs.paymentId, 'The payment was deleted in Xero')] : [];
  return [...amountDifference(ours, theirs), ...dayDifference(ours, theirs), ...invoiceDifference(ours, theirs)];
}

/** A payment of ours that Xero has no more. */
export function paymentMissing(ours: PaymentHere, paymentId: string, cause: string): Difference {
  const { amount } = ours;
  return said(ours, paymentId, { kind: 'missing', ours: words(amount), theirs: null, cause, amount });
}

/** Money that somebody recorded in Xero on an invoice of ours, and that isn't here. */
export function paymentUnknown(theirs: PaymentThere, invoice: { number: string | null; currency: string }): Difference {
  const amount = isCurrency(invoice.currency) ? fromHundredths(theirs.amount, invoice.currency) : null;
  return {
    kind: 'payment',
    system: 'xero',
    subject: 'payment',
    documentId: null,
    outsideId: theirs.paymentId,
    number: invoice.number,
    ours: null,
    theirs: hundredthsMoneyText(theirs.amount, invoice.currency),
    amount,
    cause: `A payment of invoice ${invoice.number ?? ''} was recorded in Xero and is not here`,
  };
}

type Said = { kind: DriftKind; ours: string | null; theirs: string | null; cause: string; amount: Money | null };

function said({ id, number }: PaymentHere, outsideId: string, facts: Said): Difference {
  return { ...facts, system: 'xero', subject: 'payment', documentId: id, outsideId, number };
}

function amountDifference(ours: PaymentHere, theirs: PaymentThere): Difference[] {
  const here = hundredthsOf(ours.amount);
  if (here === undefined || here === theirs.amount) return [];
  const there = hundredthsMoneyText(theirs.amount, ours.amount.currency);
  const amount = fromHundredths(theirs.amount - here, ours.amount.currency);
  const cause = 'The amount of the payment was changed in Xero';
  return [said(ours, theirs.paymentId, { kind: 'amount', ours: words(ours.amount), theirs: there, cause, amount })];
}

function dayDifference(ours: PaymentHere, theirs: PaymentThere): Difference[] {
  if (theirs.date === null || theirs.date === ours.receivedOn) return [];
  if (ours.mayBeLater && theirs.date > ours.receivedOn) return [];
  const cause = 'The date of the payment was changed in Xero';
  return [said(ours, theirs.paymentId, { kind: 'date', ours: ours.receivedOn, theirs: theirs.date, cause, amount: ours.amount })];
}

function invoiceDifference(ours: PaymentHere, theirs: PaymentThere): Difference[] {
  if (ours.invoiceThere === null || theirs.invoiceId === ours.invoiceThere) return [];
  const cause = 'The payment is set against another document in Xero';
  const facts = { kind: 'allocation', ours: ours.invoiceThere, theirs: theirs.invoiceId || null, cause } as const;
  return [said(ours, theirs.paymentId, { ...facts, amount: ours.amount })];
}

function words(money: Money): string {
  return moneyText(money);
}
