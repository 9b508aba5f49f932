import { parseDecimal, shortestDecimal } from './decimal.ts';
import type { TaxRuleKind } from './tax.ts';

/** Rules under which tax is charged: their rate is part of the key, because Xero has one tax type for each rate. */
const withRate: ReadonlySet<TaxRuleKind> = new Set<TaxRuleKind>(['domestic', 'registered-abroad']);

/**
 * The name under which the workspace says which tax type in Xero a tax rule becomes: `domestic:0.2`, `registered-abroad:0.19`,
 * `reverse-charge`, `export`, `exempt`, `not-registered`.
 */
export function taxKey({ rule, rate }: { rule: TaxRuleKind; rate: string }): string {
  return withRate.has(rule) ? `${rule}:${shortestDecimal(parseDecimal(rate, 'rate'))}` : rule;
}

const kinds: readonly string[] = ['domestic', 'registered-abroad', 'reverse-charge', 'export', 'exempt', 'not-registered'];

/** The rate that a key stands for, as a fraction ("0.2"; "0" where no tax is charged). Undefined for what is no key. */
export function rateOfTaxKey(key: string): string | undefined {
  const [rule = '', rate, more] = key.split(':');
  if (more !== undefined || !kinds.includes(rule)) return undefined;
  if (!withRate.has(rule as TaxRuleKind)) return rate === undefined ? '0' : undefined;
  return rate !== undefined && /^(0|1)(\.\d{1,6})?$/.test(rate) ? shortestDecimal(parseDecimal(rate)) : undefined;
}
