import { addDays, dateIn, type DateText, type Instant } from '../../shared/domain/days.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { countedForClient, readScheduleRun, runNoted, scheduleStands, type Schedule } from '../../shared/store/schedules.ts';
import type { Table } from '../../shared/store/table.ts';
import { abandonCollection } from './free-entries.ts';
import { makeInvoice, planFromTime, type InvoicePlan, type OnceMade } from './make-invoice.ts';
import { onOpenDay } from './on-open-day.ts';

// Flow of the schedules: the one invoice of one job for a period that is over.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
}

/** A period of a job, by its last day. */
export interface Period {
  readonly jobId: string;
  readonly end: DateText;
  readonly zone: string;
}

/**
 * Bills everything unbilled of a job up to the end of a period, once: what was entered late for an earlier period is in it. Without
 * time there is no invoice. Returns whether Xero has to hear of it.
 */
export const billPeriod =
  (needs: Needs) =>
  async (ws: string, schedule: Schedule, period: Period): Promise<boolean> => {
    const { table } = needs;
    const earlier = await readScheduleRun(table)(ws, schedule.id, period.end, period.jobId);
    if (earlier?.done) return false;
    // Whoever began it is gone, or has lost: what it holds has to be free before anybody counts what there is to bill.
    if (earlier) await abandonCollection({ table })(ws, earlier.invoiceId);
    const plan = await planOf(needs, ws, schedule, period);
    if (!plan) return false;
    await makeInvoice(needs)({ workspaceId: ws, memberId: null }, plan, onceAPeriod(needs, ws, schedule, period));
    return plan.terms.toXero && !plan.draft;
  };

const planOf = async (
  { table, now, newId }: Needs,
  ws: string,
  { dueInDays, groupBy, draft }: Schedule,
  { jobId, end, zone }: Period,
): Promise<InvoicePlan | undefined> => {
  try {
    return await onOpenDay((issueDate) => {
      const dueDate = dueInDays === null ? undefined : addDays(issueDate ?? dateIn(zone, now()), dueInDays);
      return planFromTime({ table, now, newId })(ws, { jobId, to: end, groupBy, draft, issueDate, dueDate });
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'nothing-to-bill') return undefined;
    throw error;
  }
};

const onceAPeriod = ({ table, now }: Needs, ws: string, schedule: Schedule, { jobId, end: period }: Period): OnceMade => {
  const noted = (invoiceId: string, done: boolean) => runNoted(ws, schedule.id, { period, jobId, invoiceId, done, at: now() });
  return {
    begin: (invoiceId) => table.commit([scheduleStands(ws, schedule), noted(invoiceId, false)]),
    made: ({ id }) => [noted(id, true), scheduleStands(ws, schedule), countedForClient(ws, schedule.clientId, now())],
  };
};
