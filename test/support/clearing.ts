/** What a bank account of the books comes to, reckoned from every document that stands there. */

type Row = Record<string, unknown>;

const codeOf = (account: unknown): string => (account as { Code?: string } | undefined)?.Code ?? '';
const cents = (value: unknown): number => Math.round(Number(value) * 100);
const stands = ({ Status }: Row): boolean => Status !== 'DELETED' && Status !== 'VOIDED';
/** Payments by which money comes in; those of credit notes and bills go out. */
const comesIn = new Set(['ACCRECPAYMENT', 'APCREDITPAYMENT']);

/** In cents. Takes the books as the sandbox dumps them. */
export const balanceIn = (books: object, code: string): number => {
  const { payments = [], bankTransactions = [], bankTransfers = [] } = books as Record<string, Row[]>;
  let sum = 0;
  for (const { PaymentType, Amount, Account, ...rest } of payments)
    if (stands(rest) && codeOf(Account) === code) sum += comesIn.has(String(PaymentType)) ? cents(Amount) : -cents(Amount);
  for (const { Type, Total, BankAccount, ...rest } of bankTransactions)
    if (stands(rest) && codeOf(BankAccount) === code) sum += String(Type).startsWith('RECEIVE') ? cents(Total) : -cents(Total);
  for (const { FromBankAccount, ToBankAccount, Amount, ...rest } of bankTransfers) {
    if (!stands(rest)) continue;
    if (codeOf(FromBankAccount) === code) sum -= cents(Amount);
    if (codeOf(ToBankAccount) === code) sum += cents(Amount);
  }
  return sum;
};
