/** Money as it goes out: payments, bank transactions, overpayments and prepayments. */
import type { Books } from './books.ts';
import { wireDay } from './dates.ts';
import type { BankTransaction, Overpayment, Payment } from './documents.ts';
import { allocationsFrom, paymentsOf } from './settlement.ts';
import type { View, Wire } from './wire.ts';
import { allocationWire, contactBrief, fullView, paymentBrief, stamps, tradeWire } from './wire.ts';

const paidDocument = (books: Books, payment: Payment): Wire => {
  const invoice = books.invoices.get(payment.targetID);
  if (invoice)
    return {
      Type: invoice.Type,
      InvoiceID: invoice.InvoiceID,
      InvoiceNumber: invoice.InvoiceNumber ?? '',
      AmountDue: invoice.AmountDue,
      Status: invoice.Status,
      IsDiscounted: invoice.TotalDiscount !== 0,
      HasErrors: false,
      Contact: contactBrief(books, invoice.ContactID),
      LineItems: [],
      CurrencyCode: invoice.CurrencyCode,
    };
  const note = books.creditNotes.get(payment.targetID);
  const money = books.overpayments.get(payment.targetID);
  const other = note ?? money;
  return {
    Type: note?.Type ?? money?.Type ?? '',
    InvoiceID: payment.targetID,
    InvoiceNumber: note?.CreditNoteNumber ?? '',
    HasErrors: false,
    Contact: contactBrief(books, other?.ContactID ?? ''),
    LineItems: [],
    CurrencyCode: other?.CurrencyCode ?? '',
  };
};

export const paymentWire = (books: Books, payment: Payment): Wire => {
  const account = books.accounts.get(payment.accountID);
  const note = books.creditNotes.get(payment.targetID);
  return {
    PaymentID: payment.PaymentID,
    Date: wireDay(payment.Date),
    Amount: payment.Amount,
    BankAmount: payment.BankAmount,
    Reference: payment.Reference ?? '',
    CurrencyRate: payment.CurrencyRate,
    PaymentType: payment.PaymentType,
    Status: payment.Status,
    HasAccount: true,
    IsReconciled: payment.IsReconciled,
    Account: { AccountID: payment.accountID, Code: account?.Code ?? '', Name: account?.Name ?? '' },
    Invoice: paidDocument(books, payment),
    ...(note && {
      CreditNote: { CreditNoteID: note.CreditNoteID, ID: note.CreditNoteID, CreditNoteNumber: note.CreditNoteNumber ?? '' },
    }),
    ...((payment.target === 'Overpayment' || payment.target === 'Prepayment') && {
      [payment.target]: { [`${payment.target}ID`]: payment.targetID, ID: payment.targetID },
    }),
    HasValidationErrors: false,
    ...stamps(payment.UpdatedDateUTC),
  };
};

export const bankTransactionWire = (books: Books, money: BankTransaction, view: View = fullView): Wire => {
  const account = books.accounts.get(money.bankAccountID);
  const { UpdatedDateUTCString: _stamp, ...trade } = tradeWire(books, money, view);
  return {
    BankTransactionID: money.BankTransactionID,
    Type: money.Type,
    BankAccount: { AccountID: money.bankAccountID, Code: account?.Code ?? '', Name: account?.Name ?? '' },
    ...trade,
    Status: money.Status,
    IsReconciled: money.IsReconciled,
    ...(money.Url && { Url: money.Url }),
    ...(money.OverpaymentID && { OverpaymentID: money.OverpaymentID }),
    ...(money.PrepaymentID && { PrepaymentID: money.PrepaymentID }),
  };
};

export const overpaymentWire = (books: Books, money: Overpayment, view: View = fullView): Wire => ({
  [`${money.kind}ID`]: money.OverpaymentID,
  ID: money.OverpaymentID,
  Type: money.Type,
  ...tradeWire(books, money, view),
  Status: money.Status,
  RemainingCredit: money.RemainingCredit,
  Allocations: allocationsFrom(books, money.OverpaymentID).map((allocation) => allocationWire(books, allocation)),
  Payments: paymentsOf(books, money.OverpaymentID).map(paymentBrief),
});
