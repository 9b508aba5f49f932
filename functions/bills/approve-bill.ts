import type { BillCall } from '../../shared/api/bills.ts';
import { approveBill as approved } from '../../shared/domain/bill.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { formatNumber } from '../../shared/domain/series.ts';
import { audited } from '../../shared/store/audit.ts';
import { replaceBill, stillBilled } from '../../shared/store/bills.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { numberTaken, seriesKey, seriesOr } from '../../shared/store/number-series.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { readBillShown, requireStanding } from './read-bill.ts';
import { billView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Runs again what lost a race over the number series. */
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
}

/** Approves a bill for payment, for a member of finance. With that it gets the next number of the bills' series. */
export const approveBill =
  ({ table, now, newId, retry }: Needs) =>
  ({ caller, params, once }: BillCall<'approveBill'>): Promise<Reply> =>
    retry(async () => {
      const ws = caller.workspaceId;
      const seriesAt = seriesKey(ws, 'bill');
      const { bill, head, sync, found } = await readBillShown(table, caller, params.id, [seriesAt]);
      requireStanding(bill, head);
      const series = seriesOr(found.get(keyText(seriesAt)), 'bill');
      const after = approved(bill, formatNumber(series));
      const version = bill.version + 1;
      const reply: Reply = { status: 200, etag: String(version), body: billView({ ...after, version }, head, sync) };
      const text = `Bill ${after.number} for invoice ${head.number} was approved`;
      await table.commit([
        replaceBill(ws, after),
        stillBilled(ws, bill),
        numberTaken(ws, 'bill', series),
        audited(ws, { id: newId('aud'), at: now(), who: caller.memberId, what: 'bill-approved', about: bill.id, text }),
        answered(once, reply),
      ]);
      return reply;
    });
