import type { OverviewCall } from '../../shared/api/overview.ts';
import { ageingBuckets, bucketOf, periods, perCurrency } from '../../shared/domain/ageing.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { readSums } from '../../shared/store/aggregates.ts';
import { latestAudit } from '../../shared/store/audit.ts';
import type { Table } from '../../shared/store/table.ts';

const recentShown = 10;

/** Shows finance where the money stands, from running sums: two reads, whatever lies behind them. */
export const getDashboard =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async ({ caller, query }: OverviewCall<'getDashboard'>): Promise<Reply> => {
    const shown = periods(query.from, query.to, query.interval);
    const [sums, recent] = await Promise.all([
      readSums(table)(caller.workspaceId, query.from),
      latestAudit(table)(caller.workspaceId, recentShown),
    ]);
    const today = dateIn(sums.zone ?? 'UTC', now());
    const dues = sums.dues.map(({ date, amount }) => ({ bucket: bucketOf(date, today), amount }));
    const inBuckets = (wanted: readonly string[]) =>
      perCurrency(dues.filter(({ bucket }) => wanted.includes(bucket)).map(({ amount }) => amount));
    const body = {
      outstanding: inBuckets(ageingBuckets),
      overdue: inBuckets(ageingBuckets.filter((bucket) => bucket !== 'not-due')),
      ageing: ageingBuckets.map((bucket) => ({ bucket, amounts: inBuckets([bucket]) })),
      revenue: shown.map(({ from, to }) => {
        const inPeriod = sums.revenue.filter(({ date }) => date !== null && date >= from && date <= to);
        return { from, to, amounts: perCurrency(inPeriod.map(({ amount }) => amount)) };
      }),
      recent: recent.map(({ at, what, who, about, text }) => ({ at, what, who, id: about, text })),
      discrepancies: sums.discrepancies,
    };
    return { status: 200, body };
  };
