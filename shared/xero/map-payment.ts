import type { Payment } from 'xero-node/dist/gen/model/accounting/payment.js';
import { type Money, toDecimal } from '../domain/money.ts';

/** What Xero gets to know of a payment. `invoiceId` is Xero's id of the invoice. */
export interface PaymentForXero {
  readonly id: string;
  readonly invoiceId: string;
  readonly amount: Money;
  readonly receivedOn: string;
  /** The day that it is booked on: later than it was received when that day's period is closed. */
  readonly bookedOn: string;
}

/**
 * A payment on an invoice. Our id is its reference: by it the payment is found again when an answer was lost. Where it can't be
 * booked on the day it was received, the reference says that day too.
 */
export const paymentFor = ({ id, invoiceId, amount, receivedOn, bookedOn }: PaymentForXero, accountCode: string): Payment => ({
  invoice: { invoiceID: invoiceId },
  account: { code: accountCode },
  date: bookedOn,
  amount: Number(toDecimal(amount)),
  reference: bookedOn === receivedOn ? id : `${id} received ${receivedOn}`,
});

/** The payment of ours that a reference in Xero names; any other reference stays as it is. */
export const paymentNamedIn = (reference: string): string =>
  /^(pay_\S+) received \d{4}-\d{2}-\d{2}$/.exec(reference)?.[1] ?? reference;
