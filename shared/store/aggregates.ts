import type { DateText } from '../domain/days.ts';
import type { Money } from '../domain/money.ts';
import { keys, newestFirst, partitions } from './keys.ts';
import type { Table } from './table.ts';
import { remove, update, type Item, type Write } from './write.ts';

/** The month under which everything stands that has been overdue for long. */
export const olderMonth = '0-older';

const month = (date: DateText): string => date.slice(0, 7);
const field = (currency: string, date: DateText): string => `${currency}_${date.slice(8)}`;

/** Adds to what is due on a day; `by` is negative when something was paid, credited or voided. */
export const dueChanged = (workspaceId: string, dueDate: DateText, by: Money): Write =>
  update('sum of what is due', keys.dues(workspaceId, month(dueDate)), { add: { [field(by.currency, dueDate)]: by.amount } });

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
  readonly dues: readonly DaySum[];
  readonly revenue: readonly DaySum[];
}

const sumsIn = (item: Item, inMonth: string | null): DaySum[] =>
  Object.entries(item).flatMap(([name, amount]) => {
    const [, currency, day] = /^([A-Z]{3})_(\d\d)$/.exec(name) ?? [];
    if (currency === undefined || typeof amount !== 'number') return [];
    return [{ date: inMonth === null ? null : `${inMonth}-${day}`, amount: { amount, currency } }];
  });

/** All dues, and revenue from a month on, in one read whose cost doesn't grow with the number of invoices. */
export const readSums =
  (table: Table) =>
  async (workspaceId: string, revenueFrom: DateText): Promise<Sums> => {
    const items = await table.queryAll({
      partition: partitions.aggregates(workspaceId),
      to: `REVENUE#${newestFirst(month(revenueFrom))}`,
      eventual: true,
    });
    const zone = items.find(({ sk }) => sk === '#ABOUT')?.['zone'];
    const dues = items.flatMap((item) => (item.sk.startsWith('DUE#') ? sumsIn(item, duesMonth(item)) : []));
    const revenue = items.flatMap((item) => (item.sk.startsWith('REVENUE#') ? sumsIn(item, revenueMonth(item)) : []));
    return { zone: typeof zone === 'string' ? zone : undefined, dues, revenue };
  };

const duesMonth = ({ sk }: Item): string | null => (sk === `DUE#${olderMonth}` ? null : sk.slice('DUE#'.length));
const revenueMonth = ({ sk }: Item): string => {
  const digits = String(999_999 - Number(sk.slice('REVENUE#'.length)));
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
};

/**
 * Months of dues that ended before `before` move into `older`. A payment that comes later for such a day makes that month's sum
 * negative; both are long overdue, so every bucket stays right, and the next fold takes it in.
 */
export const foldOldDues =
  (table: Table) =>
  async (workspaceId: string, before: DateText): Promise<void> => {
    const items = await table.queryAll({
      partition: partitions.aggregates(workspaceId),
      from: 'DUE#1',
      to: `DUE#${month(before)}`,
    });
    for (const item of items.filter(({ sk }) => sk < `DUE#${month(before)}`)) {
      const sums = Object.entries(item).filter((pair): pair is [string, number] => /^[A-Z]{3}_\d\d$/.test(pair[0]));
      const add: Record<string, number> = {};
      for (const [name, amount] of sums) add[`${name.slice(0, 3)}_00`] = (add[`${name.slice(0, 3)}_00`] ?? 0) + amount;
      const condition = sums.map(([name], place) => `#${name} = :v${place}`).join(' AND ');
      const values = Object.fromEntries(sums.map(([, amount], place) => [`:v${place}`, amount]));
      await table.commit([
        update('sum of what is due', keys.dues(workspaceId, olderMonth), { add }),
        remove(
          'sum of what is due',
          { pk: item.pk, sk: item.sk },
          { condition: condition === '' ? 'attribute_exists(#pk)' : condition, values },
        ),
      ]);
    }
  };
