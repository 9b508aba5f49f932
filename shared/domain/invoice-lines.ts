import type { DateText } from './days.ts';
import type { AmountStep, Money } from './money.ts';
import { isSame } from './money.ts';
import type { RateSource } from './rates.ts';
import { refuse } from './refusal.ts';
import type { TaxRule, TaxRuleKind } from './tax.ts';
import { totals } from './invoice.ts';
import { lineTax, taxIncluded } from './tax.ts';
import type { TimeEntryFacts } from './time-entry.ts';
import type { TimeRounding } from './time-rounding.ts';
import { amountFor, hoursFromSeconds, roundSeconds } from './time-rounding.ts';

/** The tax of a line as it is locked on it. */
export type LineTaxShown = {
  name: string;
  rate: string;
  amount: Money;
  rule: TaxRuleKind;
  effectiveFrom: DateText;
  components: { name: string; rate: string; amount: Money }[];
};

/** How tax and amounts came about; the same for every kind of line. */
type AmountExplanation = {
  /** Unit price, and the level it was found at; null on a line that somebody wrote freely. */
  rate: Money;
  rateSource: RateSource | 'several' | null;
  taxRule: TaxRuleKind;
  taxName: string;
  taxRate: string;
  taxFrom: DateText;
  taxComponents: { name: string; rate: string }[];
  /** Whether the amount holds its tax. */
  taxIncluded: boolean;
  /** One rounding of the amount and one of its tax, to `step` minor units, an exact half away from zero. */
  amountRounding: { mode: 'half-up'; step: AmountStep };
};

/**
 * Everything a line was reckoned from, so that anybody can reckon it again. `entrySeconds` are the raw seconds of each entry, in
 * the order of the line's `timeEntryIds`; each is rounded by `rounding` before they are added up to `roundedSeconds`.
 */
export type Explanation =
  | (AmountExplanation & {
      kind: 'time';
      seconds: number;
      entrySeconds: number[];
      rounding: TimeRounding;
      roundedSeconds: number;
    })
  | (AmountExplanation & { kind: 'item' | 'expense'; quantity: string });

/** One line of an invoice. `timeEntryId` is set where the line bills exactly one entry. */
export type Line = {
  id: string;
  timeEntryId: string | null;
  timeEntryIds: string[];
  /** The expense that it bills. */
  expenseId?: string | undefined;
  memberId: string | null;
  serviceId: string | null;
  date: DateText | null;
  description: string;
  quantity: string;
  unit: 'hour' | 'item';
  unitPrice: Money;
  amount: Money;
  tax: LineTaxShown;
  explanation: Explanation;
};

/** Which entries share a line. Members never share one, and neither do different rates. */
export type GroupBy = 'entry' | 'member' | 'day' | 'service';

/** What holds for every line of one invoice. `step` as from `stepFor`. */
export type LineTerms = { taxRule: TaxRule; step?: AmountStep | undefined; taxIncluded?: boolean | undefined };
/** What holds for lines made from time; `describe` words a line that bills several entries, or one without a description. */
export type TimeTerms = LineTerms & {
  rounding: TimeRounding;
  describe?: ((entries: readonly BilledEntry[]) => string) | undefined;
};

/** What a line needs of a time entry. */
export type BilledEntry = Pick<
  TimeEntryFacts,
  'id' | 'memberId' | 'serviceId' | 'date' | 'startedAt' | 'description' | 'seconds' | 'rate' | 'rateSource'
>;

/** What can be reckoned from an explanation. */
export type Reckoned = {
  quantity: string;
  amount: Money;
  tax: Money;
  components: { name: string; rate: string; amount: Money }[];
};

/** The line that bills one entry. Refuses an entry without a rate (`no-rate`). */
export function lineForEntry(id: string, entry: BilledEntry, terms: TimeTerms): Line {
  return lineForGroup(id, [entry], terms);
}

/** A line with a free text, quantity and price. The quantity is a plain decimal with at most 4 decimals. */
export function lineForItem(
  id: string,
  item: { description: string; quantity: string; unitPrice: Money; serviceId?: string | null | undefined },
  terms: LineTerms,
): Line {
  const explanation: Explanation = {
    kind: 'item',
    quantity: item.quantity,
    ...amountExplanation(item.unitPrice, null, terms),
  };
  const about = { timeEntryId: null, timeEntryIds: [], memberId: null, serviceId: item.serviceId ?? null, date: null };
  return finish({ id, ...about, description: item.description, unit: 'item' }, explanation);
}

/**
 * The lines that bill some entries, in the order of their days and starts. All entries must be rated in one currency
 * (`currency-mismatch`, `no-rate`). `nextId` gives each line its id.
 */
export function linesForEntries(
  entries: readonly BilledEntry[],
  terms: TimeTerms & { groupBy: GroupBy; nextId: () => string },
): Line[] {
  const groups = Map.groupBy([...entries].sort(byTime), (entry) => groupKey(entry, terms.groupBy));
  const lines = [...groups.values()].map((group) => lineForGroup(terms.nextId(), group, terms));
  const [first] = lines;
  for (const line of lines) {
    if (line.unitPrice.currency === first?.unitPrice.currency) continue;
    refuse('currency-mismatch', 'The entries have rates in different currencies', { timeEntryIds: line.timeEntryIds });
  }
  return lines;
}

/** A line with its tax found anew, as when a draft is issued on another day. Quantity and price stay. */
export function retax(line: Line, taxRule: TaxRule): Line {
  const { rate, rateSource, amountRounding, taxIncluded: included } = line.explanation;
  const terms = { taxRule, step: amountRounding.step, taxIncluded: included };
  return finish(line, { ...line.explanation, ...amountExplanation(rate, rateSource, terms) });
}

/** Reckons a line again from nothing but its explanation. What comes out stands on the line, to the cent. */
export function recompute(explanation: Explanation): Reckoned {
  const { rate, taxRate, taxComponents, amountRounding } = explanation;
  const { step } = amountRounding;
  const quantity = explanation.kind === 'time' ? hoursFromSeconds(rounded(explanation)) : explanation.quantity;
  const amount = amountFor(quantity, rate, step);
  const taxOf = explanation.taxIncluded ? taxIncluded : lineTax;
  const { tax, components } = taxOf(amount, { rate: taxRate, components: taxComponents }, { roundTo: step });
  const shown = taxComponents.map((component, index) => ({ ...component, amount: components[index]?.amount ?? tax }));
  return { quantity, amount, tax, components: shown };
}

function lineForGroup(id: string, entries: readonly BilledEntry[], terms: TimeTerms): Line {
  const [first] = entries;
  if (!first) throw new RangeError('a line needs an entry');
  const unrated = entries.filter(({ rate }) => rate === null).map((entry) => entry.id);
  if (!first.rate || unrated.length > 0) refuse('no-rate', 'An entry has no rate', { timeEntryIds: unrated });
  const entrySeconds = entries.map(({ seconds }) => seconds);
  const { rounding } = terms;
  const time = { seconds: sum(entrySeconds), entrySeconds, rounding, roundedSeconds: rounded({ entrySeconds, rounding }) };
  const rateSource = same(entries, ({ rateSource: source }) => source) ?? (first.rateSource && 'several');
  const explanation: Explanation = { kind: 'time', ...time, ...amountExplanation(first.rate, rateSource, terms) };
  const about = {
    timeEntryId: entries.length === 1 ? first.id : null,
    timeEntryIds: entries.map((entry) => entry.id),
    memberId: same(entries, ({ memberId }) => memberId),
    serviceId: same(entries, ({ serviceId }) => serviceId),
    date: same(entries, ({ date }) => date),
  };
  return finish({ id, ...about, description: description(entries, terms), unit: 'hour' }, explanation);
}

function amountExplanation(rate: Money, rateSource: AmountExplanation['rateSource'], terms: LineTerms): AmountExplanation {
  const { taxRule, step = 1, taxIncluded: included = false } = terms;
  return {
    rate,
    rateSource,
    taxRule: taxRule.rule,
    taxName: taxRule.name,
    taxRate: taxRule.rate,
    taxFrom: taxRule.effectiveFrom,
    taxComponents: taxRule.components,
    taxIncluded: included,
    amountRounding: { mode: 'half-up', step },
  };
}

type Unreckoned = Omit<Line, 'quantity' | 'unitPrice' | 'amount' | 'tax' | 'explanation'>;

function finish(line: Unreckoned, explanation: Explanation): Line {
  const { quantity, amount, tax, components } = recompute(explanation);
  const { taxName: name, taxRate: rate, taxRule: rule, taxFrom: effectiveFrom } = explanation;
  const shown = { name, rate, amount: tax, rule, effectiveFrom, components };
  return { ...line, quantity, unitPrice: explanation.rate, amount, tax: shown, explanation };
}

function groupKey(entry: BilledEntry, groupBy: GroupBy): string {
  if (groupBy === 'entry') return entry.id;
  const by = { member: '', day: entry.date, service: entry.serviceId }[groupBy];
  return JSON.stringify([entry.memberId, by, entry.rate?.amount, entry.rate?.currency]);
}

function byTime(a: BilledEntry, b: BilledEntry): number {
  const order = (entry: BilledEntry) => `${entry.date} ${entry.startedAt ?? ''} ${entry.id}`;
  return order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0;
}

function description(entries: readonly BilledEntry[], { describe }: TimeTerms): string {
  const [first] = entries;
  if (entries.length === 1 && first?.description) return first.description;
  return describe?.(entries) || period(entries.map(({ date }) => date));
}

function period(dates: readonly DateText[]): string {
  const [first = '', last = ''] = [dates[0], dates.at(-1)];
  return first === last ? `Work on ${first}` : `Work from ${first} to ${last}`;
}

function rounded({ entrySeconds, rounding }: { entrySeconds: readonly number[]; rounding: TimeRounding }): number {
  return sum(entrySeconds.map((seconds) => roundSeconds(rounding, seconds)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What all entries agree on, else null. */
function same<T>(entries: readonly BilledEntry[], of: (entry: BilledEntry) => T): T | null {
  const [first] = entries;
  return first && entries.every((entry) => of(entry) === of(first)) ? of(first) : null;
}

/** Sums of a document's lines. Where their prices include tax, the total is the sum of the amounts and the subtotal what is left without it. */
export function lineTotals(currency: string, lines: readonly Line[]): { subtotal: Money; tax: Money; total: Money } {
  return totals(currency, lines, { taxIncluded: pricesIncludeTax(lines) });
}

/** Whether the prices on a document include tax: on all of its lines or on none. */
export function pricesIncludeTax(lines: readonly Line[]): boolean {
  return lines.some(({ explanation }) => explanation.taxIncluded);
}

/** Whether two invoices' lines bill the same: what a person saw in a preview is what is made, ids aside. */
export function sameLines(a: readonly Line[], b: readonly Line[]): boolean {
  return (
    a.length === b.length &&
    a.every((line, index) => {
      const other = b[index];
      return (
        other !== undefined &&
        line.timeEntryIds.join() === other.timeEntryIds.join() &&
        line.description === other.description &&
        line.quantity === other.quantity &&
        isSame(line.unitPrice, other.unitPrice) &&
        isSame(line.amount, other.amount) &&
        line.tax.rate === other.tax.rate &&
        isSame(line.tax.amount, other.tax.amount)
      );
    })
  );
}
