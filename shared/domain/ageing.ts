import { addDays, daysBetween, monthOf, requireRange, weekStart, type DateText } from './days.ts';
import { sumMoney, type Money } from './money.ts';
import { refuseFields } from './refusal.ts';

/** How long a sum has been overdue. */
export type AgeingBucket = 'not-due' | '1-30' | '31-60' | '61-90' | 'over-90';
export const ageingBuckets: readonly AgeingBucket[] = ['not-due', '1-30', '31-60', '61-90', 'over-90'];

export type Interval = 'day' | 'week' | 'month';
const periodsMax: Record<Interval, number> = { day: 31, week: 26, month: 24 };

/** A sum on a day; `date` is null for what has been overdue for longer than anybody counts days. */
export type DatedSum = { date: DateText | null; amount: Money };

/** The bucket of money due on a day. The due day itself is not overdue yet. */
export function bucketOf(dueDate: DateText | null, today: DateText): AgeingBucket {
  if (dueDate === null) return 'over-90';
  const late = daysBetween(dueDate, today);
  if (late <= 0) return 'not-due';
  if (late <= 30) return '1-30';
  if (late <= 60) return '31-60';
  return late <= 90 ? '61-90' : 'over-90';
}

/** One sum per currency, in the order of the currencies' codes; currencies whose sum is nothing are left out. */
export function perCurrency(sums: readonly Money[]): Money[] {
  const currencies = [...new Set(sums.map(({ currency }) => currency))].sort();
  return currencies
    .map((currency) =>
      sumMoney(
        currency,
        sums.filter((sum) => sum.currency === currency),
      ),
    )
    .filter(({ amount }) => amount !== 0);
}

/** The periods from one day to another, both included. The first and the last may be cut; more than a screen can hold is refused. */
export function periods(from: DateText, to: DateText, interval: Interval): { from: DateText; to: DateText }[] {
  requireRange({ from, to });
  const found: { from: DateText; to: DateText }[] = [];
  for (let start = from; start <= to;) {
    if (found.length === periodsMax[interval]) {
      refuseFields({ path: 'to', message: `at most ${periodsMax[interval]} ${interval}s can be shown at once` });
    }
    const end = lastOf(start, interval);
    found.push({ from: start, to: end < to ? end : to });
    start = addDays(end, 1);
  }
  return found;
}

function lastOf(date: DateText, interval: Interval): DateText {
  if (interval === 'day') return date;
  if (interval === 'week') return addDays(weekStart(date), 6);
  const nextMonth = addDays(`${monthOf(date)}-28`, 4);
  return addDays(`${monthOf(nextMonth)}-01`, -1);
}
