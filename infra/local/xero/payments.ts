/** Payments: made against an approved document, never changed, taken back by deleting. */
import type { Books } from './books.ts';
import { fold } from './books.ts';
import { decimal, difference, over, toNumber } from './decimal.ts';
import type { Account, Input, Payment, PaymentTarget } from './documents.ts';
import { amount, dayOf, defined, filled, flag, Invalid, nested, refuseIf, text } from './input.ts';
import { findAccount } from './lines.ts';
import { lockProblems } from './locks.ts';
import { resettle } from './settlement.ts';

interface Target {
  target: PaymentTarget;
  id: string;
  status: string;
  due: number;
  currency: string;
  rate: number;
  type: string;
}

const paymentTypes: Record<string, string> = {
  ACCREC: 'ACCRECPAYMENT',
  ACCPAY: 'ACCPAYPAYMENT',
  ACCRECCREDIT: 'ARCREDITPAYMENT',
  ACCPAYCREDIT: 'APCREDITPAYMENT',
  'RECEIVE-OVERPAYMENT': 'AROVERPAYMENTPAYMENT',
  'SPEND-OVERPAYMENT': 'APOVERPAYMENTPAYMENT',
  'RECEIVE-PREPAYMENT': 'ARPREPAYMENTPAYMENT',
  'SPEND-PREPAYMENT': 'APPREPAYMENTPAYMENT',
};

const invoiceTarget = (books: Books, reference: Input): Target | undefined => {
  const id = filled(reference, 'InvoiceID');
  const number = filled(reference, 'InvoiceNumber');
  const named = number ? books.invoices.find('number', fold(number)).filter(({ Status }) => Status !== 'DELETED') : [];
  const found = id ? books.invoices.get(id) : (named.find(({ Type }) => Type === 'ACCREC') ?? named[0]);
  return (
    found && {
      target: 'Invoice',
      id: found.InvoiceID,
      status: found.Status,
      due: found.AmountDue,
      currency: found.CurrencyCode,
      rate: found.CurrencyRate,
      type: found.Type,
    }
  );
};

const creditNoteTarget = (books: Books, reference: Input): Target | undefined => {
  const id = filled(reference, 'CreditNoteID');
  const number = filled(reference, 'CreditNoteNumber');
  const found = id ? books.creditNotes.get(id) : number ? books.creditNotes.find('number', fold(number))[0] : undefined;
  return (
    found && {
      target: 'CreditNote',
      id: found.CreditNoteID,
      status: found.Status,
      due: found.RemainingCredit,
      currency: found.CurrencyCode,
      rate: found.CurrencyRate,
      type: found.Type,
    }
  );
};

const overpaymentTarget = (books: Books, reference: Input, kind: 'Overpayment' | 'Prepayment'): Target | undefined => {
  const found = books.overpayments.get(filled(reference, `${kind}ID`) ?? '');
  return found?.kind === kind
    ? {
        target: kind,
        id: found.OverpaymentID,
        status: found.Status,
        due: found.RemainingCredit,
        currency: found.CurrencyCode,
        rate: found.CurrencyRate,
        type: found.Type,
      }
    : undefined;
};

const targetOf = (books: Books, input: Input): Target => {
  const invoice = nested(input, 'Invoice');
  const creditNote = nested(input, 'CreditNote');
  const overpayment = nested(input, 'Overpayment');
  const prepayment = nested(input, 'Prepayment');
  const named = [invoice, creditNote, overpayment, prepayment].filter((reference) => reference !== undefined);
  if (named.length !== 1) throw new Invalid(['A payment must name exactly one invoice, credit note, overpayment or prepayment.']);
  const found =
    (invoice && invoiceTarget(books, invoice)) ??
    (creditNote && creditNoteTarget(books, creditNote)) ??
    (overpayment && overpaymentTarget(books, overpayment, 'Overpayment')) ??
    (prepayment && overpaymentTarget(books, prepayment, 'Prepayment'));
  if (!found) throw new Invalid(['The document to be paid could not be found.']);
  return found;
};

const accountProblems = (books: Books, account: Account | undefined, currency: string): string[] => {
  if (!account) return ['Account could not be found'];
  if (account.Status !== 'ACTIVE') return ['Account is not active'];
  if (account.Type !== 'BANK' && !account.EnablePaymentsToAccount)
    return [
      `Account code '${account.Code}' is not a valid account for payments: it must be a bank account or have payments enabled.`,
    ];
  const base = books.organisation().BaseCurrency;
  if (account.CurrencyCode && account.CurrencyCode !== base && account.CurrencyCode !== currency)
    return [`The account's currency ${account.CurrencyCode} does not match the document's currency ${currency}.`];
  return [];
};

/** Makes a payment and settles what it pays. */
export const createPayment = (books: Books, input: Input): Payment => {
  const target = targetOf(books, input);
  const reference = nested(input, 'Account') ?? {};
  const account = findAccount(books, { AccountID: filled(reference, 'AccountID'), Code: filled(reference, 'Code') });
  const Amount = amount(input, 'Amount');
  const Date = dayOf(input, 'Date') ?? books.today();
  const problems = accountProblems(books, account, target.currency);
  if (Amount === undefined || Amount <= 0) problems.push('Payment amount must be greater than zero');
  else if (toNumber(over(decimal(Amount), decimal(1), 2, 'half-up')) !== Amount)
    problems.push('Payment amount must not have more than 2 decimals');
  if (target.status !== 'AUTHORISED' && target.status !== 'PAID')
    problems.push('Payments can only be made against Authorised documents');
  else if (Amount !== undefined && difference(target.due, Amount) < 0)
    problems.push('Payment amount exceeds the amount outstanding on this document');
  refuseIf([...problems, ...lockProblems(books, Date)]);
  const foreign = target.currency !== books.organisation().BaseCurrency;
  const CurrencyRate = foreign ? amount(input, 'CurrencyRate') || target.rate : 1;
  const inBase = foreign && account!.CurrencyCode !== target.currency;
  const payment = defined<Payment>({
    PaymentID: books.newId(),
    target: target.target,
    targetID: target.id,
    accountID: account!.AccountID,
    Date,
    Amount: Amount!,
    BankAmount: inBase ? toNumber(over(decimal(Amount), decimal(CurrencyRate), 2, 'half-up')) : Amount!,
    CurrencyRate,
    Reference: text(input, 'Reference'),
    Status: 'AUTHORISED',
    PaymentType: paymentTypes[target.type] ?? 'ACCRECPAYMENT',
    IsReconciled: flag(input, 'IsReconciled') ?? false,
    UpdatedDateUTC: books.stamp(),
  });
  books.payments.put(payment);
  resettle(books, target.id);
  return payment;
};

/** Takes a payment back: what it paid is due again. */
export const deletePayment = (books: Books, paymentId: string): Payment => {
  const payment = books.payments.get(paymentId);
  if (!payment) throw new Invalid(['The payment could not be found.']);
  if (payment.Status === 'DELETED') throw new Invalid(['Payment has already been deleted.']);
  refuseIf(lockProblems(books, payment.Date));
  const deleted: Payment = { ...payment, Status: 'DELETED', UpdatedDateUTC: books.stamp() };
  books.payments.put(deleted);
  resettle(books, payment.targetID);
  return deleted;
};

/** POST to one payment: the only thing that can be done to it is deleting. */
export const changePayment = (books: Books, paymentId: string, input: Input): Payment => {
  if (filled(input, 'Status') !== 'DELETED') throw new Invalid(['Payments cannot be modified, only created and deleted.']);
  return deletePayment(books, paymentId);
};
