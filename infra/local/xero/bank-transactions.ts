/** Money spent or received without an invoice, and money received or paid beyond one. */
import type { Books } from './books.ts';
import { markRole } from './contacts.ts';
import type { BankTransaction, Input, Overpayment } from './documents.ts';
import { defined, filled, flag, Invalid, listOf, nested, refuseIf, text, tooLong } from './input.ts';
import type { Saved, WriteOptions } from './invoices.ts';
import { findAccount } from './lines.ts';
import { lockProblems } from './locks.ts';
import { isApplied } from './settlement.ts';
import { tradeFields } from './trade-document.ts';

const types = new Set(['SPEND', 'RECEIVE', 'RECEIVE-OVERPAYMENT', 'RECEIVE-PREPAYMENT', 'SPEND-OVERPAYMENT', 'SPEND-PREPAYMENT']);

const kindOf = (type: string): Overpayment['kind'] | undefined =>
  type.endsWith('-OVERPAYMENT') ? 'Overpayment' : type.endsWith('-PREPAYMENT') ? 'Prepayment' : undefined;

const existingFor = (books: Books, input: Input, options: WriteOptions): BankTransaction | undefined => {
  const id = options.pathId ?? filled(input, 'BankTransactionID');
  if (!id || options.mode === 'create') return undefined;
  const found = books.bankTransactions.get(id);
  if (!found) throw new Invalid(['The bank transaction with the specified BankTransactionID could not be found.']);
  if (found.Status !== 'AUTHORISED') throw new Invalid(['Bank transaction not of valid status for modification']);
  if (found.IsReconciled)
    throw new Invalid(['This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement.']);
  return found;
};

const bankAccount = (books: Books, input: Input, old: BankTransaction | undefined): string => {
  const reference = nested(input, 'BankAccount');
  if (!reference && old) return old.bankAccountID;
  const account = reference && findAccount(books, { AccountID: filled(reference, 'AccountID'), Code: filled(reference, 'Code') });
  if (!account) throw new Invalid(['A valid Bank Account must be specified.']);
  if (account.Type !== 'BANK' || account.Status !== 'ACTIVE') throw new Invalid(['The account is not an active bank account.']);
  return account.AccountID;
};

/** The overpayment or prepayment that a transaction of that type makes. */
const beyond = (books: Books, money: BankTransaction, kind: Overpayment['kind']): Overpayment => {
  const {
    BankTransactionID: _id,
    bankAccountID: _bank,
    IsReconciled: _r,
    Url: _url,
    OverpaymentID: _o,
    PrepaymentID: _p,
    ...shared
  } = money;
  return { ...shared, OverpaymentID: books.newId(), kind, Status: 'AUTHORISED', RemainingCredit: money.Total };
};

/** An overpayment is booked to receivables or payables, without tax, whatever its lines say. */
const withoutAccounts = (input: Input): Input => ({
  ...input,
  LineAmountTypes: 'NoTax',
  LineItems: (listOf(input, 'LineItems') ?? []).map(
    ({ AccountCode: _code, AccountID: _id, TaxType: _tax, TaxAmount: _amount, ...line }) => line,
  ),
});

const withdraw = (books: Books, old: BankTransaction, Status: BankTransaction['Status']): BankTransaction => {
  const madeId = old.OverpaymentID ?? old.PrepaymentID;
  if (madeId && isApplied(books, madeId))
    throw new Invalid(['This transaction cannot be removed as it has been allocated or refunded.']);
  const made = madeId ? books.overpayments.get(madeId) : undefined;
  if (made) books.overpayments.put({ ...made, Status: 'VOIDED', RemainingCredit: 0, UpdatedDateUTC: books.stamp() });
  const record = { ...old, Status, UpdatedDateUTC: books.stamp() };
  books.bankTransactions.put(record);
  return record;
};

/**
 * Creates, changes or deletes a bank transaction.
 * @throws Invalid
 */
export const saveBankTransaction = (books: Books, input: Input, options: WriteOptions): Saved<BankTransaction> => {
  const old = existingFor(books, input, options);
  const Type = filled(input, 'Type') ?? old?.Type ?? '';
  if (!types.has(Type)) throw new Invalid(['The bank transaction Type is not valid.']);
  const asked = filled(input, 'Status') ?? 'AUTHORISED';
  if (old) refuseIf(lockProblems(books, old.Date));
  if (old && (asked === 'DELETED' || asked === 'VOIDED')) return { record: withdraw(books, old, asked), warnings: [] };
  if (asked !== 'AUTHORISED') throw new Invalid(['Bank transaction not of valid status for creation']);
  if (old && kindOf(old.Type)) throw new Invalid(['Overpayments and prepayments cannot be edited.']);
  const bankAccountID = bankAccount(books, input, old);
  const kind = kindOf(Type);
  const rules = {
    unitPlaces: options.unitPlaces,
    approved: kind === undefined,
    discounts: false,
    lineAmountTypes: 'Inclusive' as const,
  };
  const sent = kind === 'Overpayment' ? withoutAccounts(input) : input;
  const currency = books.accounts.get(bankAccountID)?.CurrencyCode ?? books.organisation().BaseCurrency;
  const { fields, problems } = tradeFields(books, { CurrencyCode: currency, ...sent }, old, rules);
  if (fields.LineItems.length === 0) problems.push('One or more line items must be specified');
  refuseIf([...new Set(problems), ...tooLong(input, { Reference: 255 }), ...lockProblems(books, fields.Date)]);
  let record = defined<BankTransaction>({
    BankTransactionID: old?.BankTransactionID ?? books.newId(),
    Type,
    Status: 'AUTHORISED',
    bankAccountID,
    ...fields,
    Reference: text(input, 'Reference') ?? old?.Reference,
    Url: text(input, 'Url') ?? old?.Url,
    IsReconciled: flag(input, 'IsReconciled') ?? old?.IsReconciled ?? false,
    OverpaymentID: undefined,
    PrepaymentID: undefined,
    HasAttachments: old?.HasAttachments ?? false,
    UpdatedDateUTC: books.stamp(),
  });
  if (kind) {
    const made = beyond(books, record, kind);
    books.overpayments.put(made);
    record = { ...record, [`${kind}ID`]: made.OverpaymentID };
  }
  books.bankTransactions.put(record);
  markRole(books, record.ContactID, Type.startsWith('RECEIVE') ? 'IsCustomer' : 'IsSupplier');
  return { record, warnings: [] };
};
