/** Money moved between two bank accounts of the organisation. Over the API it is only made, never changed or taken back. */
import type { Books } from './books.ts';
import type { Account, BankTransfer, Input } from './documents.ts';
import { amount, dayOf, defined, filled, Invalid, nested, refuseIf, text, tooLong } from './input.ts';
import { findAccount } from './lines.ts';
import { lockProblems } from './locks.ts';
import { dated, stamp, type Wire } from './wire.ts';

const bankAccount = (books: Books, input: Input, name: string): Account => {
  const reference = nested(input, name);
  const account = reference && findAccount(books, { AccountID: filled(reference, 'AccountID'), Code: filled(reference, 'Code') });
  if (!account) throw new Invalid([`${name} could not be found.`]);
  if (account.Type !== 'BANK' || account.Status !== 'ACTIVE') throw new Invalid([`${name} must be an active bank account.`]);
  return account;
};

const amountProblems = (value: number | undefined): string[] => {
  if (value === undefined || value <= 0) return ['The amount of a bank transfer must be greater than zero.'];
  return Math.abs(value * 100 - Math.round(value * 100)) > 1e-6 ? ['Amount must have at most 2 decimal places.'] : [];
};

/**
 * Makes a bank transfer; whatever id it carries, a new one.
 * @throws Invalid
 */
export const createBankTransfer = (books: Books, input: Input): BankTransfer => {
  const from = bankAccount(books, input, 'FromBankAccount');
  const to = bankAccount(books, input, 'ToBankAccount');
  const base = books.organisation().BaseCurrency;
  const Amount = amount(input, 'Amount');
  const day = dayOf(input, 'Date') ?? books.today();
  refuseIf([
    ...(from.AccountID === to.AccountID ? ['FromBankAccount and ToBankAccount must not be the same account.'] : []),
    ...((from.CurrencyCode ?? base) === (to.CurrencyCode ?? base)
      ? []
      : ['Bank transfers between accounts of different currencies are not supported.']),
    ...amountProblems(Amount),
    ...tooLong(input, { Reference: 255 }),
    ...lockProblems(books, day),
  ]);
  const transfer = defined<BankTransfer>({
    BankTransferID: books.newId(),
    fromAccountID: from.AccountID,
    toAccountID: to.AccountID,
    FromBankTransactionID: books.newId(),
    ToBankTransactionID: books.newId(),
    Amount: Amount ?? 0,
    Date: day,
    Reference: text(input, 'Reference'),
    Status: 'AUTHORISED',
    FromIsReconciled: false,
    ToIsReconciled: false,
    CreatedDateUTC: books.stamp(),
    UpdatedDateUTC: books.stamp(),
  });
  books.bankTransfers.put(transfer);
  return transfer;
};

const accountBrief = (books: Books, id: string): Wire => {
  const account = books.accounts.get(id);
  return { AccountID: id, Code: account?.Code ?? '', Name: account?.Name ?? '' };
};

export const bankTransferWire = (books: Books, transfer: BankTransfer): Wire => ({
  BankTransferID: transfer.BankTransferID,
  FromBankAccount: accountBrief(books, transfer.fromAccountID),
  ToBankAccount: accountBrief(books, transfer.toAccountID),
  FromBankTransactionID: transfer.FromBankTransactionID,
  ToBankTransactionID: transfer.ToBankTransactionID,
  Amount: transfer.Amount,
  ...dated('Date', transfer.Date),
  Reference: transfer.Reference ?? '',
  Status: transfer.Status,
  CurrencyRate: 1,
  FromIsReconciled: transfer.FromIsReconciled,
  ToIsReconciled: transfer.ToIsReconciled,
  HasAttachments: false,
  CreatedDateUTC: stamp(transfer.CreatedDateUTC)['UpdatedDateUTC'],
});
