/** Line items: what may stand on a line of which document, and what it comes to. */
import type { LineAmounts, LineAmountTypes, Totals } from './arithmetic.ts';
import { computeLine, computeTotals } from './arithmetic.ts';
import type { Books } from './books.ts';
import type { Account, Input, LineItem, TaxRate } from './documents.ts';
import { amount, defined, filled, listOf, text, tooLong } from './input.ts';

export interface LineRules {
  lineAmountTypes: LineAmountTypes;
  unitPlaces: 2 | 4;
  /** Beyond a draft every line with an amount needs an account. */
  approved: boolean;
  discounts: boolean;
  /** Lines that stand already; an input with one of their ids changes that line. */
  existing?: readonly LineItem[];
}

export interface BuiltLines {
  lines: LineItem[];
  totals: Totals;
  problems: string[];
}

/** System accounts that belong to the ledger itself and can't be written on a line. */
const ledgerAccounts = new Set([
  'DEBTORS',
  'CREDITORS',
  'BANKCURRENCYGAIN',
  'REALISEDCURRENCYGAIN',
  'UNREALISEDCURRENCYGAIN',
  'GST',
  'GSTONIMPORTS',
  'HISTORICAL',
  'RETAINEDEARNINGS',
]);

/** An account by code, by id, or not at all. */
export const findAccount = (
  books: Books,
  reference: { Code?: string | undefined; AccountID?: string | undefined },
): Account | undefined => {
  const live = (account: Account | undefined): Account | undefined => (account?.Status === 'DELETED' ? undefined : account);
  if (reference.AccountID) return live(books.accounts.get(reference.AccountID));
  if (reference.Code) return live(books.accounts.find('code', reference.Code)[0]);
  return undefined;
};

const accountProblems = (books: Books, code: string | undefined, id: string | undefined): [Account | undefined, string[]] => {
  if (!code && !id) return [undefined, []];
  const account = findAccount(books, id ? { AccountID: id } : { Code: code });
  const usable = account?.Status === 'ACTIVE' && account.Type !== 'BANK' && !ledgerAccounts.has(account.SystemAccount ?? '');
  return usable ? [account, []] : [undefined, [`Account code '${code ?? id}' is not a valid code for this document.`]];
};

const taxProblems = (
  books: Books,
  taxType: string | undefined,
  account: Account | undefined,
): [TaxRate | undefined, string[]] => {
  if (!taxType) return [undefined, []];
  const rate = books.taxRates.get(taxType);
  if (rate?.Status !== 'ACTIVE')
    return [undefined, [`The TaxType code '${taxType}' does not exist or cannot be used with this type of transaction.`]];
  if (account && !rate.CanApplyTo[account.Class])
    return [undefined, [`The TaxType code '${taxType}' cannot be used with account code '${account.Code}'.`]];
  return [rate, []];
};

const numberFields = ['Quantity', 'UnitAmount', 'LineAmount', 'DiscountRate', 'DiscountAmount', 'TaxAmount'] as const;

/**
 * A line's input on top of the line it changes. Amounts that follow from others don't count as given again, except on a line
 * whose amounts nobody touches: that one keeps its own, a tax amount set by hand included.
 */
const overlay = (input: Input, existing: readonly LineItem[] | undefined): { merged: Input; id: string | undefined } => {
  const id = filled(input, 'LineItemID');
  const old = id ? existing?.find((line) => line.LineItemID === id) : undefined;
  if (!old) return { merged: input, id: undefined };
  const untouched = [...numberFields, 'TaxType', 'AccountCode', 'AccountID'].every((name) => input[name] === undefined);
  if (untouched) return { merged: { ...old, ...input }, id };
  const { LineAmount: _line, TaxAmount: _tax, AccountID: _account, ...kept } = old;
  return { merged: { ...kept, ...input }, id };
};

const buildLine = (
  books: Books,
  input: Input,
  rules: LineRules,
): { line: LineItem; amounts: LineAmounts; problems: string[] } => {
  const { merged, id } = overlay(input, rules.existing);
  const numbers = Object.fromEntries(numberFields.map((name) => [name, amount(merged, name)]));
  const described = numberFields.every((name) => numbers[name] === undefined);
  const [account, wrongAccount] = accountProblems(books, filled(merged, 'AccountCode'), filled(merged, 'AccountID'));
  const asked =
    rules.lineAmountTypes === 'NoTax' && !filled(merged, 'TaxType') ? 'NONE' : (filled(merged, 'TaxType') ?? account?.TaxType);
  const [rate, wrongTax] = taxProblems(books, described ? undefined : asked, account);
  const amounts = computeLine(numbers, rate?.EffectiveRate ?? 0, {
    rounding: books.settings.rounding,
    taxAmountRule: books.settings.taxAmount,
    unitPlaces: rules.unitPlaces,
    lineAmountTypes: rules.lineAmountTypes,
  });
  const problems = [...wrongAccount, ...wrongTax, ...amounts.problems, ...tooLong(merged, { Description: 4000 })];
  const tracking = listOf(merged, 'Tracking') ?? [];
  if (tracking.length > 2) problems.push('A line item can have at most 2 tracking categories.');
  if (!rules.discounts && amounts.discount !== 0) problems.push('Discounts are not supported on this type of document.');
  if (rules.approved && !filled(merged, 'Description')) problems.push('Description is required for each line item.');
  if (rules.approved && !described && !account && wrongAccount.length === 0)
    problems.push('Account code is required for each line item.');
  const line = defined<LineItem>({
    LineItemID: id ?? books.newId(),
    Description: text(merged, 'Description'),
    Quantity: amounts.Quantity,
    UnitAmount: amounts.UnitAmount,
    ItemCode: filled(merged, 'ItemCode'),
    AccountCode: account?.Code,
    AccountID: account?.AccountID,
    TaxType: described ? undefined : rules.lineAmountTypes === 'NoTax' ? 'NONE' : asked,
    TaxAmount: amounts.TaxAmount,
    LineAmount: amounts.LineAmount,
    DiscountRate: numbers['DiscountRate'],
    DiscountAmount: numbers['DiscountAmount'],
    Tracking: tracking,
  });
  return { line, amounts, problems };
};

/** Builds all lines of a document from what was sent. Lines that stand and weren't sent again are gone. */
export const buildLines = (books: Books, inputs: readonly Input[], rules: LineRules): BuiltLines => {
  const built = inputs.map((input) => buildLine(books, input, rules));
  const totals = computeTotals(
    built.map(({ amounts }) => amounts),
    rules.lineAmountTypes,
  );
  return { lines: built.map(({ line }) => line), totals, problems: [...new Set(built.flatMap(({ problems }) => problems))] };
};

/** Reads LineAmountTypes in either spelling; undefined when absent or unknown. */
export const lineAmountTypesOf = (input: Input): LineAmountTypes | undefined =>
  (['Exclusive', 'Inclusive', 'NoTax'] as const).find(
    (type) => type.toLowerCase() === filled(input, 'LineAmountTypes')?.toLowerCase(),
  );
