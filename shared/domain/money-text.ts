import { hundredthsText } from './hundredths.ts';
import { toDecimal, type Money } from './money.ts';

// Money and numbers as people read them: on paper, on pages, in mails and notifications. This is the one way of writing them.

/** Digits in groups of three. */
const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** An amount without its currency, in groups of three: 1234567 KWD is `1,234.567`, −5 GBP `−0.05`. */
export function figure(money: Money): string {
  const [whole = '', decimals] = toDecimal(money).replace('-', '').split('.');
  return `${money.amount < 0 ? '−' : ''}${grouped(whole)}${decimals === undefined ? '' : `.${decimals}`}`;
}

/** An amount with its currency: `GBP 1,234.50`. */
export function moneyText(money: Money): string {
  return `${money.currency} ${figure(money)}`;
}

/** An amount in hundredths, as Xero has it, with its currency: 123450 GBP is `GBP 1,234.50`, whatever the currency's own decimals. */
export function hundredthsMoneyText(hundredths: bigint, currency: string): string {
  const [whole = '', decimals = ''] = hundredthsText(hundredths).replace('-', '').split('.');
  return `${currency} ${hundredths < 0n ? '−' : ''}${grouped(whole)}.${decimals}`;
}

/** A rate as percent: `0.2` is `20%`, `0.09975` is `9.975%`. Reckoned on the text, so that no digit is lost. */
export function percentText(rate: string): string {
  const [whole = '0', decimals = ''] = rate.split('.');
  const digits = decimals.padEnd(2, '0');
  const left = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  const right = digits.slice(2).replace(/0+$/, '');
  return `${left}${right === '' ? '' : `.${right}`}%`;
}

/** A quantity without the zeros that say nothing: `1.2500` hours are `1.25 h`, 1200 items `1,200`. */
export function quantityText(quantity: string, unit: 'hour' | 'item'): string {
  const short = quantity.includes('.') ? quantity.replace(/\.?0+$/, '') : quantity;
  const [whole = '', decimals] = short.split('.');
  const text = `${grouped(whole)}${decimals === undefined ? '' : `.${decimals}`}`;
  return unit === 'hour' ? `${text} h` : text;
}
