import type { DateText, Instant } from './days.ts';
import type { InvoiceStatus } from './invoice.ts';
import { isSame, stepFor, sumMoney, unitsOf, zero, type Money } from './money.ts';
import { refuse, refuseFields } from './refusal.ts';
import { amountFor, hoursFromSeconds } from './time-rounding.ts';

/** As a bill is stored: `open` can still be written off, `payable` was approved and numbered, `paid` is settled. */
export type BillState = 'open' | 'payable' | 'paid';
/** As a bill stands: it is void as soon as its invoice no longer bills the time. */
export type BillStatus = BillState | 'void';

/**
 * Seconds of one expert at one rate an hour. `rate` is null where the expert had none: nothing is owed for that time then, and all
 * of it is written off. `present`: the entries carry no rate of their own, so that the expert's rate at the time of issue holds.
 */
export type BillLine = { rate: Money | null; present?: true | undefined; seconds: number; writtenOff: number };

/** Time that isn't owed: how much, why, when and by whom; null where no person decided it. */
export type WriteOff = { seconds: number; reason: string; at: Instant; by: string | null; timeEntryIds?: string[] | undefined };

/** The mirror of an invoice towards one expert: what is owed for the same hours, in one currency. */
export type BillFacts = {
  id: string;
  memberId: string;
  invoiceId: string;
  jobId: string | null;
  /** The issue of the invoice that it mirrors; an invoice that is issued anew gets new bills. */
  billing: string;
  state: BillState;
  number: string | null;
  date: DateText;
  currency: string;
  lines: BillLine[];
  writeOffs: WriteOff[];
  /** Whether amounts have to be sayable in Xero. */
  toXero: boolean;
};

/** What a bill needs of a time entry. A `costRate` of undefined: made before rates were frozen on entries. */
export type OwedTime = { id: string; memberId: string; seconds: number; costRate?: Money | null | undefined };

/** The reason of what is written off because its expert has no cost rate. */
export const noCostRate = 'no-cost-rate';

/** What holds for all bills of one issue of an invoice. */
export type BillTerms = Pick<BillFacts, 'invoiceId' | 'jobId' | 'billing' | 'date' | 'currency' | 'toXero'> & {
  at: Instant;
  nextId: () => string;
  /** The rates that experts have now, for entries that carry none. */
  presentRates: ReadonlyMap<string, Money | null>;
};

/**
 * The bills that mirror some billed time: one for each expert and currency. All of the time is on them; what has no rate is written
 * off at once with the reason `no-cost-rate`, on a bill in the invoice's currency where its expert has no other.
 */
export function billsFor(times: readonly OwedTime[], terms: BillTerms): BillFacts[] {
  const byMember = Map.groupBy(times, ({ memberId }) => memberId);
  return [...byMember].flatMap(([memberId, own]) => billsOfMember(memberId, linesOf(own, terms.presentRates), terms));
}

function billsOfMember(memberId: string, lines: readonly BillLine[], terms: BillTerms): BillFacts[] {
  const rated = lines.filter(({ rate }) => rate !== null);
  const currencies = [...new Set(rated.map(({ rate }) => rate?.currency ?? terms.currency))];
  return (currencies.length > 0 ? currencies : [terms.currency]).map((currency, place) => {
    const unrated = place === 0 ? lines.filter(({ rate }) => rate === null) : [];
    const { invoiceId, jobId, billing, date, toXero, at } = terms;
    return {
      ...{ id: terms.nextId(), memberId, invoiceId, jobId, billing, state: 'open', number: null, date, currency, toXero },
      lines: [...rated.filter(({ rate }) => rate?.currency === currency), ...unrated],
      writeOffs: unrated.map(({ seconds }) => ({ seconds, reason: noCostRate, at, by: null })),
    };
  });
}

function linesOf(times: readonly OwedTime[], presentRates: BillTerms['presentRates']): BillLine[] {
  const lines: BillLine[] = [];
  for (const { memberId, seconds, costRate } of times) {
    const rate = costRate === undefined ? (presentRates.get(memberId) ?? null) : costRate;
    const present = costRate === undefined;
    const line = lines.find((one) => (one.present ?? false) === present && isSameRate(one.rate, rate));
    if (line) {
      line.seconds += seconds;
      if (rate === null) line.writtenOff += seconds;
    } else lines.push({ rate, ...(present ? { present } : {}), seconds, writtenOff: rate === null ? seconds : 0 });
  }
  return lines;
}

function isSameRate(a: Money | null, b: Money | null): boolean {
  return a === null || b === null ? a === b : isSame(a, b);
}

/** What of a line is owed. */
export function owedSeconds({ seconds, writtenOff }: Pick<BillLine, 'seconds' | 'writtenOff'>): number {
  return seconds - writtenOff;
}

/** Hours and amount of a line, rounded once each: half-up to 4 decimals, and half-up to the minor unit. */
export function reckonLine(line: BillLine, { currency, toXero }: Pick<BillFacts, 'currency' | 'toXero'>) {
  const quantity = hoursFromSeconds(owedSeconds(line));
  const step = stepFor(currency, { connectedToXero: toXero });
  return { quantity, amount: line.rate ? amountFor(quantity, line.rate, step) : zero(currency) };
}

/** Seconds on a bill, those that are owed and those that are written off, and what is owed in money. */
export function billTotals(bill: Pick<BillFacts, 'lines' | 'currency' | 'toXero'>) {
  const seconds = sum(bill.lines.map((line) => line.seconds));
  const writtenOff = sum(bill.lines.map((line) => line.writtenOff));
  const amounts = bill.lines.map((line) => reckonLine(line, bill).amount);
  return { seconds, writtenOff, owed: seconds - writtenOff, total: sumMoney(bill.currency, amounts) };
}

/** Whether there is anything to pay, so that Xero has to hear of the bill. */
export function isOwed(bill: Pick<BillFacts, 'lines' | 'currency' | 'toXero'>): boolean {
  return unitsOf(billTotals(bill).total) > 0n;
}

/** As much of an invoice as says whether its bills stand. */
export type BilledInvoice = { status: InvoiceStatus; billing?: string | undefined };

const live: ReadonlySet<InvoiceStatus> = new Set(['issued', 'partially-paid', 'paid', 'voiding']);

/** How a bill stands. Nobody writes that it is void: that follows from its invoice, in the very transaction that voids it. */
export function billStatus(bill: Pick<BillFacts, 'billing' | 'state'>, invoice: BilledInvoice): BillStatus {
  return live.has(invoice.status) && invoice.billing === bill.billing ? bill.state : 'void';
}

/** What somebody wants written off: so many seconds, or the time of some entries. */
export type WriteOffAsked = { seconds: number } | { timeEntries: readonly OwedTime[] };

/**
 * Writes time off an open bill. So many seconds are taken from the lowest rate first; entries from the line that bills them. Refuses
 * a bill that isn't open (`bill-not-open`), more than is owed (`write-off-exceeds-bill`), entries that were written off before.
 */
export function writeOff<B extends BillFacts>(
  bill: B,
  asked: WriteOffAsked,
  { reason, at, by }: Pick<WriteOff, 'reason' | 'at' | 'by'>,
): B {
  requireOpen(bill);
  const lines = 'seconds' in asked ? lessSeconds(bill, asked.seconds) : lessEntries(bill, asked.timeEntries);
  const seconds = billTotals({ ...bill, lines }).writtenOff - billTotals(bill).writtenOff;
  const ids = 'timeEntries' in asked ? { timeEntryIds: asked.timeEntries.map(({ id }) => id) } : {};
  return { ...bill, lines, writeOffs: [...bill.writeOffs, { seconds, reason, at, by, ...ids }] };
}

function lessSeconds(bill: BillFacts, seconds: number): BillLine[] {
  if (!Number.isSafeInteger(seconds) || seconds < 1) refuseFields({ path: 'seconds', message: 'must be a whole number above 0' });
  let rest = seconds;
  const taken = new Map<BillLine, number>();
  for (const line of [...bill.lines].sort(byRate)) {
    const part = Math.min(rest, owedSeconds(line));
    taken.set(line, part);
    rest -= part;
  }
  if (rest > 0) tooMuch(bill);
  return bill.lines.map((line) => ({ ...line, writtenOff: line.writtenOff + (taken.get(line) ?? 0) }));
}

function lessEntries(bill: BillFacts, entries: readonly OwedTime[]): BillLine[] {
  const before = new Set(bill.writeOffs.flatMap(({ timeEntryIds = [] }) => timeEntryIds));
  const twice = entries.filter(({ id }) => before.has(id)).map(({ id }) => id);
  if (twice.length > 0) refuse('write-off-exceeds-bill', 'Some of this time is written off already', { timeEntryIds: twice });
  const lines = bill.lines.map((line) => ({ ...line }));
  for (const { costRate, seconds } of entries) {
    const line = lines.find(
      (one) =>
        one.rate !== null && (costRate === undefined ? one.present === true : !one.present && isSameRate(one.rate, costRate)),
    );
    if (!line || seconds > owedSeconds(line)) return tooMuch(bill);
    line.writtenOff += seconds;
  }
  return lines;
}

function tooMuch(bill: BillFacts): never {
  return refuse('write-off-exceeds-bill', 'That is more than is owed on this bill', { owedSeconds: billTotals(bill).owed });
}

/** Approves an open bill for payment; it gets its number with that, and can't be written off any more. */
export function approveBill<B extends BillFacts>(bill: B, number: string): B {
  requireOpen(bill);
  return { ...bill, state: 'payable', number };
}

/**
 * What was paid in the books is paid here; where a payment is taken back there, the bill stands as it did before. Undefined when
 * nothing changes.
 */
export function followPaid<B extends BillFacts>(bill: B, isPaid: boolean): B | undefined {
  if (isPaid === (bill.state === 'paid')) return undefined;
  const before = bill.number === null ? 'open' : 'payable';
  return { ...bill, state: isPaid ? 'paid' : before };
}

function requireOpen({ state }: BillFacts): void {
  if (state !== 'open') refuse('bill-not-open', `The bill is ${state} already`, { billStatus: state });
}

function byRate(a: BillLine, b: BillLine): number {
  return (a.rate?.amount ?? 0) - (b.rate?.amount ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
