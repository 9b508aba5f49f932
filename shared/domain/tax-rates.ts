import type { DateText } from './days.ts';
import { addDays } from './days.ts';
import { refuse, refuseFields } from './refusal.ts';
import { vatCountry } from './tax-areas.ts';
import type { TaxTableRow } from './tax-row.ts';
import { parseRate, sumOfRates } from './tax.ts';

/** A rate that a workspace has said itself. It outranks the built-in ones of the same place on its days. */
export type OwnTaxRate = TaxTableRow & { id: string };

const componentsMax = 5;

/** A workspace's own rows in front of the built-in ones: the first that fits a place and a day counts. */
export function tableWith(own: readonly OwnTaxRate[], builtIn: readonly TaxTableRow[]): readonly TaxTableRow[] {
  return own.length === 0 ? builtIn : [...own, ...builtIn];
}

/** Refuses (`validation`) a row that says no rate: dates the wrong way round, parts that are none or more than the whole. */
export function checkTaxRate({ components, from, to }: Pick<TaxTableRow, 'components' | 'from' | 'to'>): void {
  if (to !== undefined && to < from) refuseFields({ path: 'to', message: 'must not be before from' });
  if (components.length > componentsMax) refuseFields({ path: 'components', message: `must not be more than ${componentsMax}` });
  components.forEach(({ rate }) => parseRate(rate));
  parseRate(sumOfRates(components.map(({ rate }) => rate)));
  const names = components.map(({ name }) => name);
  if (new Set(names).size < names.length) refuseFields({ path: 'components', message: 'must have names of their own' });
}

/** Refuses (`tax-rates-overlap`) a row that holds on days on which another own one of the same place holds. */
export function requireNoOverlap(row: OwnTaxRate, others: readonly OwnTaxRate[]): void {
  const twin = others.find((other) => other.id !== row.id && samePlace(other, row) && overlap(other, row));
  if (twin)
    refuse('tax-rates-overlap', `Another rate of this place holds from ${twin.from}${twin.to ? ` to ${twin.to}` : ' on'}`, {
      taxRateId: twin.id,
    });
}

/** A rate with the days on which it holds. `rate`: the sum of its parts. */
export type TaxPeriod = { from: DateText; to: DateText | null; name: string; rate: string; source: 'own' | 'built-in' };

/**
 * What holds in a place from a day on, as periods without gap or overlap; days of which nothing is known are left out. With a
 * region: what holds there; without: in the country.
 */
export function periodsOf(
  place: { country: string; region?: string | undefined },
  table: readonly TaxTableRow[],
  { from, isOwn }: { from: DateText; isOwn: (row: TaxTableRow) => boolean },
): TaxPeriod[] {
  const rows = table.filter((row) => row.country === vatCountry(place.country) && (!row.region || row.region === place.region));
  const edges = new Set([from, ...rows.flatMap((row) => [row.from, ...(row.to ? [addDays(row.to, 1)] : [])])]);
  const days = [...edges].filter((day) => day >= from).toSorted();
  const periods: TaxPeriod[] = [];
  for (const [index, day] of days.entries()) {
    const next = days[index + 1];
    const to = next === undefined ? null : addDays(next, -1);
    const holding = rows.filter((row) => row.from <= day && (row.to === undefined || day <= row.to));
    const row = holding.find(({ region }) => region !== undefined) ?? holding[0];
    if (!row) continue;
    const rate = sumOfRates(row.components.map((component) => component.rate));
    const found: TaxPeriod = { from: day, to, name: row.name, rate, source: isOwn(row) ? 'own' : 'built-in' };
    const last = periods.at(-1);
    const goesOn =
      last &&
      last.to !== null &&
      addDays(last.to, 1) === day &&
      last.name === row.name &&
      last.rate === rate &&
      last.source === found.source;
    if (goesOn) periods[periods.length - 1] = { ...last, to };
    else periods.push(found);
  }
  return periods;
}

function samePlace(one: TaxTableRow, other: TaxTableRow): boolean {
  return one.country === other.country && one.region === other.region;
}

function overlap(one: TaxTableRow, other: TaxTableRow): boolean {
  const forever = '9999-12-31';
  return one.from <= (other.to ?? forever) && other.from <= (one.to ?? forever);
}
