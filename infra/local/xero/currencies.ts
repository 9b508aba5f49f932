/** Which currencies an organisation may write in, and the day rate a document gets when it names none. */
import type { Books } from './books.ts';
import { over, decimal, toNumber } from './decimal.ts';

/** Units of each currency for one US dollar: fixed, so that runs repeat. */
const perDollar: Record<string, string> = {
  USD: '1',
  GBP: '0.76',
  EUR: '0.87',
  AUD: '1.53',
  CAD: '1.4',
  NZD: '1.74',
  CHF: '0.8',
  JPY: '155.5',
  KWD: '0.307',
  SEK: '9.5',
  SGD: '1.3',
  INR: '88.6',
};

/** Names of the currencies the sandbox knows. */
export const currencyNames: Record<string, string> = {
  GBP: 'British Pound',
  EUR: 'Euro',
  USD: 'United States Dollar',
  JPY: 'Japanese Yen',
  KWD: 'Kuwaiti Dinar',
  AUD: 'Australian Dollar',
  CAD: 'Canadian Dollar',
  CHF: 'Swiss Franc',
  NZD: 'New Zealand Dollar',
  SEK: 'Swedish Krona',
  SGD: 'Singapore Dollar',
  INR: 'Indian Rupee',
};

/** Units of `currency` for one unit of the base currency, 6 decimals. */
export const dayRate = (base: string, currency: string): number =>
  base === currency ? 1 : toNumber(over(decimal(perDollar[currency] ?? '1'), decimal(perDollar[base] ?? '1'), 6, 'half-up'));

/** Text of refusal when the organisation hasn't got the currency. */
export const currencyProblems = (books: Books, currency: string): string[] =>
  books.organisation().currencies.some(({ Code }) => Code === currency)
    ? []
    : [`Organisation is not subscribed to currency ${currency}`];
