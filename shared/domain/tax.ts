import type { DateText } from './days.ts';
import { addRatios, parseDecimal, roundHalfUp, shortestDecimal } from './decimal.ts';
import type { AmountStep, Money } from './money.ts';
import { moneyOf, unitsOf } from './money.ts';
import { refuseFields } from './refusal.ts';
import { outsideEuVat, vatArea, vatCountry } from './tax-areas.ts';
import type { TaxComponent, TaxTableRow } from './tax-row.ts';

/** Why a line carries the tax it carries. */
export type TaxRuleKind = 'domestic' | 'reverse-charge' | 'export' | 'exempt' | 'not-registered' | 'registered-abroad';

/** The rule found for a client on a day: its rate as a decimal fraction, what it is made of, and from when on it holds. */
export type TaxRule = {
  name: string;
  rate: string;
  rule: TaxRuleKind;
  effectiveFrom: DateText;
  components: { name: string; rate: string }[];
};

/** A registration of the workspace for tax, from one day to another (both included). */
export type TaxRegistration = {
  country: string;
  region?: string | null | undefined;
  number: string;
  from: DateText;
  to?: DateText | null | undefined;
};

/** What decides about tax on the client's side. A tax number says that it is a business. */
export type TaxedClient = {
  country: string;
  region?: string | null | undefined;
  taxNumber?: string | null | undefined;
  taxExemptReason?: string | null | undefined;
};

export type TaxQuestion = {
  registrations: readonly TaxRegistration[];
  client: TaxedClient;
  date: DateText;
  table: readonly TaxTableRow[];
  /** Where the workspace is established. Without it, every country it is registered in counts as its own. */
  home?: string | undefined;
};

/**
 * The tax rule for services to a client on a day. In this order:
 * 1. No registration on that day: no tax may be charged at all.
 * 2. The client is exempt, for a reason that somebody wrote down.
 * 3. The workspace is registered in the client's country: that country's rate (in Canada the client's province's). Abroad, an EU
 *    business takes the tax over itself all the same: what counts there is where the seller is established, not where it is
 *    registered (Directive 2006/112/EC, article 196).
 * 4. Both are in the EU: a business with a tax number owes the tax itself (articles 44 and 196); for a private client services
 *    are supplied where the supplier is (article 45), so the supplier's own rate applies.
 * 5. Everything else leaves the tax area: export, without tax.
 * Refuses (`validation`) when the rate of a place isn't known; nothing is guessed.
 */
export function taxRuleFor({ registrations, client, date, table, home }: TaxQuestion): TaxRule {
  const active = registrations.filter(({ from, to }) => from <= date && (to == null || date <= to));
  const own = active.find((registration) => sameCountry(registration.country, home)) ?? active[0];
  if (!own) return untaxed('not-registered', 'No tax', date);
  if (client.taxExemptReason) return untaxed('exempt', 'Exempt', own.from);

  const there = active.filter(({ country }) => sameCountry(country, client.country));
  const abroad = home !== undefined && !sameCountry(home, client.country);
  const sellerInEu = active.find(({ country, region }) => vatArea(country, region) === 'EU');
  const acrossTheEu = sellerInEu && vatArea(client.country, client.region) === 'EU' && (there.length === 0 || abroad);
  if (acrossTheEu && client.taxNumber) return untaxed('reverse-charge', 'Reverse charge', sellerInEu.from);
  if (there.length > 0 && !outsideEuVat(client)) {
    return taxed(abroad ? 'registered-abroad' : 'domestic', client, there, { date, table });
  }
  if (acrossTheEu) {
    const from = active.find(({ country }) => sameCountry(country, home) && vatArea(country) === 'EU') ?? sellerInEu;
    return taxed('domestic', from, [from], { date, table });
  }
  return untaxed('export', 'Export', own.from);
}

/** Whether a registration can be used: on some day of it the table knows the place's rate. */
export function isTaxKnown(
  place: { country: string; region?: string | null | undefined },
  table: readonly TaxTableRow[],
): boolean {
  const { region } = place;
  const rows = table.filter((row) => row.country === vatCountry(place.country));
  return rows.some((row) => row.region === undefined || region == null || row.region === region);
}

/** The sum of rates, exactly: ["0.05", "0.09975"] is "0.14975". */
export function sumOfRates(rates: readonly string[]): string {
  const sum = rates.reduce((total, rate) => addRatios(total, parseRate(rate)), { numerator: 0n, denominator: 1n });
  return shortestDecimal(sum);
}

/** A tax rate exactly. Refuses what isn't a fraction from 0 to 1 with at most 6 decimals. */
export function parseRate(rate: string): { numerator: bigint; denominator: bigint } {
  const ratio = parseDecimal(rate, 'rate');
  if (ratio.numerator < 0n || ratio.numerator > ratio.denominator || ratio.denominator > 1_000_000n) {
    refuseFields({ path: 'rate', message: 'must be a fraction from 0 to 1 with at most 6 decimals' });
  }
  return ratio;
}

/** A rate and what it is made of. Without components the rate stands for itself. */
export type Rated = { rate: string; components: readonly { name: string; rate: string }[] };
/** The tax of one line; the components add up to it exactly. */
export type LineTax = { tax: Money; components: { name: string; amount: Money }[] };
/** `roundTo`: the smallest step in minor units, 1, or 10 where thousandths can't be said in Xero. */
export type TaxRounding = { roundTo?: AmountStep | undefined };

/**
 * Tax on top of a line's amount: amount × rate, rounded once, half-up (away from zero), on the sum of the rates. Xero reckons line
 * by line in the same way, so documents agree with it to the cent.
 */
export function lineTax(amount: Money, rule: Rated, { roundTo = 1 }: TaxRounding = {}): LineTax {
  const { numerator, denominator } = parseRate(rule.rate);
  return share(amount, rule, { numerator: unitsOf(amount) * numerator, denominator, roundTo });
}

/** The tax that an amount contains: amount × rate ÷ (1 + rate), rounded once, half-up. */
export function taxIncluded(amount: Money, rule: Rated, { roundTo = 1 }: TaxRounding = {}): LineTax {
  const { numerator, denominator } = parseRate(rule.rate);
  return share(amount, rule, { numerator: unitsOf(amount) * numerator, denominator: denominator + numerator, roundTo });
}

/** Rounds the exact tax and hands it to the components: whole steps first, what is left to the largest remainders. */
function share(amount: Money, rule: Rated, exact: { numerator: bigint; denominator: bigint; roundTo: AmountStep }): LineTax {
  const step = BigInt(exact.roundTo);
  const sign = exact.numerator < 0n ? -1n : 1n;
  const steps = roundHalfUp(sign * exact.numerator, exact.denominator * step);
  const money = (parts: bigint): Money => moneyOf(sign * parts * step, amount.currency);
  const weights = weightsOf(rule);
  const total = weights.reduce((sum, { weight }) => sum + weight, 0n);
  if (total === 0n) return { tax: money(steps), components: weights.map(({ name }) => ({ name, amount: money(0n) })) };
  const parts = weights.map(({ name, weight }) => ({ name, whole: (steps * weight) / total, rest: (steps * weight) % total }));
  let left = steps - parts.reduce((sum, { whole }) => sum + whole, 0n);
  for (const part of [...parts].sort((a, b) => (a.rest < b.rest ? 1 : a.rest > b.rest ? -1 : 0))) {
    if (left === 0n) break;
    part.whole += 1n;
    left -= 1n;
  }
  return { tax: money(steps), components: parts.map(({ name, whole }) => ({ name, amount: money(whole) })) };
}

/** The components' rates as whole numbers of millionths. Refuses components that don't make up the rate. */
function weightsOf({ rate, components }: Rated): { name: string; weight: bigint }[] {
  if (components.length > 0 && sumOfRates(components.map((component) => component.rate)) !== sumOfRates([rate])) {
    throw new RangeError('the components do not add up to the rate');
  }
  return components.map((component) => {
    const { numerator, denominator } = parseRate(component.rate);
    return { name: component.name, weight: numerator * (1_000_000n / denominator) };
  });
}

function sameCountry(a: string, b: string | undefined): boolean {
  return b !== undefined && vatCountry(a) === vatCountry(b);
}

function untaxed(rule: TaxRuleKind, name: string, effectiveFrom: DateText): TaxRule {
  return { name, rate: '0', rule, effectiveFrom, components: [] };
}

function taxed(
  rule: TaxRuleKind,
  place: { country: string; region?: string | null | undefined },
  registrations: readonly TaxRegistration[],
  { date, table }: { date: DateText; table: readonly TaxTableRow[] },
): TaxRule {
  const row = rowFor(place, date, table);
  const inRegion = registrations.some(({ region }) => region != null && region === row.region);
  const components = row.components.filter(({ needs }) => needs !== 'region' || inRegion).map(withoutNeeds);
  const name = components.map((component) => component.name).join(' + ') || row.name;
  return { name, rate: sumOfRates(components.map(({ rate }) => rate)), rule, effectiveFrom: row.from, components };
}

function withoutNeeds({ name, rate }: TaxComponent): { name: string; rate: string } {
  return { name, rate };
}

function rowFor(
  place: { country: string; region?: string | null | undefined },
  date: DateText,
  table: readonly TaxTableRow[],
): TaxTableRow {
  const country = vatCountry(place.country);
  const rows = table.filter((row) => row.country === country && row.from <= date && (row.to == null || date <= row.to));
  const row = rows.find(({ region }) => region !== undefined && region === place.region) ?? rows.find(({ region }) => !region);
  if (row) return row;
  if (rows.length > 0) {
    refuseFields({ path: 'client.region', message: `must be given: tax in ${country} depends on the region` });
  }
  return refuseFields({ path: 'client.country', message: `no tax rate is known for ${country} on ${date}` });
}
