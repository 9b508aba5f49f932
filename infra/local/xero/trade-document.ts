/** The part that invoices, bills, credit notes, quotes and bank transactions share: contact, day, currency, lines, totals. */
import type { LineAmountTypes } from './arithmetic.ts';
import type { Books } from './books.ts';
import { contactOfDocument } from './contacts.ts';
import { currencyProblems, dayRate } from './currencies.ts';
import type { Input, TradeDocument } from './documents.ts';
import { amount, dayOf, filled, listOf, nested } from './input.ts';
import { buildLines, lineAmountTypesOf } from './lines.ts';

export interface TradeRules {
  unitPlaces: 2 | 4;
  approved: boolean;
  discounts: boolean;
  lineAmountTypes: LineAmountTypes;
}

export type TradeFields = Pick<
  TradeDocument,
  | 'ContactID'
  | 'Date'
  | 'LineAmountTypes'
  | 'LineItems'
  | 'SubTotal'
  | 'TotalTax'
  | 'Total'
  | 'TotalDiscount'
  | 'CurrencyCode'
  | 'CurrencyRate'
>;

/** Works the shared part out of the input on top of what stands. Returns the texts of refusal beside it. */
export const tradeFields = (
  books: Books,
  input: Input,
  old: TradeFields | undefined,
  rules: TradeRules,
): { fields: TradeFields; problems: string[] } => {
  const contactId = !old || nested(input, 'Contact') ? contactOfDocument(books, input).ContactID : old.ContactID;
  const base = books.organisation().BaseCurrency;
  const CurrencyCode =
    filled(input, 'CurrencyCode') ?? old?.CurrencyCode ?? books.contacts.get(contactId)?.DefaultCurrency ?? base;
  const sameCurrency = old?.CurrencyCode === CurrencyCode;
  const lineAmountTypes = lineAmountTypesOf(input) ?? old?.LineAmountTypes ?? rules.lineAmountTypes;
  const sentLines = listOf(input, 'LineItems');
  const retyped = old !== undefined && lineAmountTypes !== old.LineAmountTypes;
  const lineInputs =
    sentLines ?? (retyped ? old.LineItems.map(({ LineAmount: _line, TaxAmount: _tax, ...line }) => line) : undefined);
  const built = lineInputs && buildLines(books, lineInputs, { ...rules, lineAmountTypes, existing: old?.LineItems ?? [] });
  const lines = built?.lines ?? old?.LineItems ?? [];
  const totals = built?.totals ?? { SubTotal: 0, TotalTax: 0, Total: 0, TotalDiscount: 0, ...(old && pickTotals(old)) };
  const problems = [...currencyProblems(books, CurrencyCode), ...(built?.problems ?? [])];
  if (rules.approved && lines.length === 0) problems.push('One or more line items must be specified');
  if (totals.Total < 0) problems.push('The document total cannot be negative.');
  return {
    fields: {
      ContactID: contactId,
      Date: dayOf(input, 'Date') ?? old?.Date ?? books.today(),
      LineAmountTypes: lineAmountTypes,
      LineItems: lines,
      ...totals,
      CurrencyCode,
      CurrencyRate: amount(input, 'CurrencyRate') || (sameCurrency ? old.CurrencyRate : dayRate(base, CurrencyCode)),
    },
    problems,
  };
};

const pickTotals = ({
  SubTotal,
  TotalTax,
  Total,
  TotalDiscount,
}: TradeFields): Pick<TradeFields, 'SubTotal' | 'TotalTax' | 'Total' | 'TotalDiscount'> => ({
  SubTotal,
  TotalTax,
  Total,
  TotalDiscount,
});
