import { addDays, type DateText } from '../domain/days.ts';
import { negate, type Money } from '../domain/money.ts';
import { keys, newestFirst, partitions } from './keys.ts';
import type { Table } from './table.ts';
import { remove, update, type Item, type Write } from './write.ts';

/** The month under which everything stands that has been overdue for long. */
export const olderMonth = '0-older';

const month = (date: DateText): string => date.slice(0, 7);
const field = (currency: string, date: DateText): string => `${currency}_${date.slice(8)}`;

/** Sweepers look here for months that can be folded. */
const foldPartition = 'due#fold';
/** Every day of a month is more than 90 days overdue from here on: 31 days of the month itself, and those 90. */
const foldAfterDays = 31 + 90;

/**
 * Adds to what is due on a day; `by` is negative when something was paid, credited or voided. The month's item says itself from
 * when on nobody needs its days any more.
 */
export const dueChanged = (workspaceId: string, dueDate: DateText, by: Money): Write =>
  inMonth(workspaceId, month(dueDate), { [field(by.currency, dueDate)]: by.amount });

/** Moves what is due from one day to another. Days of one month lie in one item, which a transaction may name only once. */
export const dueMoved = (workspaceId: string, { from, to, due }: { from: DateText; to: DateText; due: Money }): Write[] =>
  month(from) === month(to)
    ? [inMonth(workspaceId, month(to), { [field(due.currency, from)]: -due.amount, [field(due.currency, to)]: due.amount })]
    : [dueChanged(workspaceId, from, negate(due)), dueChanged(workspaceId, to, due)];

const inMonth = (workspaceId: string, of: string, add: Record<string, number>): Write =>
  update('sum of what is due', keys.dues(workspaceId, of), {
    set: { duePk: foldPartition, dueSk: `${addDays(`${of}-01`, foldAfterDays)}#${workspaceId}#${of}` },
    add,
  });

/** Adds to what was issued on a day, net of tax; `by` is negative for a void or a credit, on its own day. */
export const revenueChanged = (workspaceId: string, on: DateText, by: Money): Write =>
  update('sum of revenue', keys.revenue(workspaceId, month(on)), { add: { [field(by.currency, on)]: by.amount } });

/** One sum: an amount on a day. `date` is null for what has long been overdue. */
export interface DaySum {
  readonly date: DateText | null;
  readonly amount: Money;
}

export interface Sums {
  readonly zone: string | undefined;
  /** How many discrepancies are open. */
  readonly discrepancies: number;
  readonly dues: readonly DaySum[];
  readonly revenue: readonly DaySum[];
}

const sumsIn = (item: Item, inMonth: string | null): DaySum[] =>
  Object.entries(item).flatMap(([name, amount]) => {
    const [, currency, day] = /^([A-Z]{3})_(\d\d)$/.exec(name) ?? [];
    if (currency === undefined || typeof amount !== 'number') return [];
    return [{ date: inMonth === null ? null : `${inMonth}-${day}`, amount: { amount, currency } }];
  });

/** How many discrepancies are open, as the item beside the sums says. */
export const openCountFrom = ({ discrepancies }: Item): number =>
  typeof discrepancies === 'number' && discrepancies > 0 ? discrepancies : 0;

/** All dues, and revenue from a month on, in one read whose cost doesn't grow with the number of invoices. */
export const readSums =
  (table: Table) =>
  async (workspaceId: string, revenueFrom: DateText): Promise<Sums> => {
    const items = await table.queryAll({
      partition: partitions.aggregates(workspaceId),
      to: `REVENUE#${newestFirst(month(revenueFrom))}`,
      eventual: true,
    });
    const about = items.find(({ sk }) => sk === '#ABOUT');
    const zone = about?.['zone'];
    const dues = items.flatMap((item) => (item.sk.startsWith('DUE#') ? sumsIn(item, duesMonth(item)) : []));
    const revenue = items.flatMap((item) => (item.sk.startsWith('REVENUE#') ? sumsIn(item, revenueMonth(item)) : []));
    return { zone: typeof zone === 'string' ? zone : undefined, discrepancies: about ? openCountFrom(about) : 0, dues, revenue };
  };

/** Whether anybody owes the workspace anything. One read whose cost doesn't grow with the number of invoices. */
export const anythingDue =
  (table: Table) =>
  async (workspaceId: string): Promise<boolean> => {
    const items = await table.queryAll({ partition: partitions.aggregates(workspaceId), beginsWith: 'DUE#', eventual: true });
    return items.some((item) => sumsIn(item, null).some(({ amount }) => amount.amount > 0));
  };

const duesMonth = ({ sk }: Item): string | null => (sk === `DUE#${olderMonth}` ? null : sk.slice('DUE#'.length));
const revenueMonth = ({ sk }: Item): string => {
  const digits = String(999_999 - Number(sk.slice('REVENUE#'.length)));
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
};

/** Months whose every day has been overdue for more than 90 days. From an index: a sweep that misses one finds it the next time. */
export const monthsToFold =
  (table: Table) =>
  async (today: DateText): Promise<{ workspaceId: string; month: string }[]> => {
    const items = await table.queryAll({ partition: foldPartition, index: 'due', to: today });
    return items.flatMap(({ dueSk }) => {
      const [, workspaceId, of] = typeof dueSk === 'string' ? dueSk.split('#') : [];
      return workspaceId !== undefined && of !== undefined ? [{ workspaceId, month: of }] : [];
    });
  };

/**
 * Moves a month of dues into `older`, so that what the dashboard reads doesn't grow with the years. A payment that comes later for
 * such a day makes its month negative; both are long overdue, so every bucket stays right, and the next sweep takes it in.
 */
export const foldMonth =
  (table: Table) =>
  async (workspaceId: string, of: string): Promise<void> => {
    const key = keys.dues(workspaceId, of);
    const item = await table.get(key);
    if (!item) return;
    const sums = Object.entries(item).filter((pair): pair is [string, number] => /^[A-Z]{3}_\d\d$/.test(pair[0]));
    const add: Record<string, number> = {};
    for (const [name, amount] of sums) add[`${name.slice(0, 3)}_00`] = (add[`${name.slice(0, 3)}_00`] ?? 0) + amount;
    const condition = ['attribute_exists(#pk)', ...sums.map(([name], place) => `#${name} = :v${place}`)].join(' AND ');
    const values = Object.fromEntries(sums.map(([, amount], place) => [`:v${place}`, amount]));
    await table.commit([
      ...(sums.length > 0 ? [update('sum of what is due', keys.dues(workspaceId, olderMonth), { add })] : []),
      remove('sum of what is due', key, sums.length > 0 ? { condition, values } : { condition }),
    ]);
  };
