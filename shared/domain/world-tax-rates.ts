import rates from 'sales-tax/res/sales_tax_rates.json' with { type: 'json' };
import * as z from 'zod';
import { addDays, type DateText } from './days.ts';
import { parseDecimal, shortestDecimal } from './decimal.ts';
import type { TaxTableRow } from './tax-row.ts';

const rated = z.object({ type: z.string(), rate: z.number() });
const countries = z.record(
  z.string(),
  rated.extend({ before: z.record(z.string(), rated).optional(), states: z.record(z.string(), rated).optional() }),
);

/** The package tells what holds now, not since when: rates without a history count from the year in which it was taken over. */
const knownFrom: DateText = '2026-01-01';
const names: Readonly<Record<string, string>> = { vat: 'VAT', gst: 'GST' };

/**
 * The standard rates of the package `sales-tax`, for places that have a single one. Countries whose tax differs by region are left
 * out: the package doesn't tell tax on goods from tax on services there.
 */
export const worldTaxRates = (exceptFor: ReadonlySet<string>): TaxTableRow[] =>
  Object.entries(countries.parse(rates)).flatMap(([country, { type, rate, before = {}, states }]) => {
    if (exceptFor.has(country) || states !== undefined || type === 'none') return [];
    const name = names[type] ?? type.toUpperCase();
    const row = (value: number) => ({ country, name, components: value === 0 ? [] : [{ name, rate: decimalOf(value) }] });
    const past = Object.entries(before)
      .map(([until, was]) => ({ to: lastDayBefore(until), was }))
      .toSorted((one, other) => (one.to < other.to ? -1 : 1));
    const last = past.at(-1);
    return [
      ...past.map(({ to, was }, place) => ({
        ...row(was.rate),
        from: place === 0 ? '2000-01-01' : addDays(past[place - 1]?.to ?? to, 1),
        to,
      })),
      { ...row(rate), from: last ? addDays(last.to, 1) : knownFrom },
    ];
  });

/** The package writes the midnight of a change in the place's own zone as an instant: some hours off the day in UTC. */
const lastDayBefore = (instant: string): DateText => {
  const halfDayMs = 12 * 3_600_000;
  return addDays(new Date(Date.parse(instant) + halfDayMs).toISOString().slice(0, 10), -1);
};

const decimalOf = (value: number): string => shortestDecimal(parseDecimal(String(value)));
