import type { Payment } from 'xero-node/dist/gen/model/accounting/payment.js';
import { type Money, toDecimal } from '../domain/money.ts';

/** What Xero gets to know of a payment. `invoiceId` is Xero's id of the invoice. */
export interface PaymentForXero {
  readonly id: string;
  readonly invoiceId: string;
  readonly amount: Money;
  readonly receivedOn: string;
}

/** A payment on an invoice. Our id is its reference: by it the payment is found again when an answer was lost. */
export const paymentFor = ({ id, invoiceId, amount, receivedOn }: PaymentForXero, accountCode: string): Payment => ({
  invoice: { invoiceID: invoiceId },
  account: { code: accountCode },
  date: receivedOn,
  amount: Number(toDecimal(amount)),
  reference: id,
});
