import { requireRange, type DateText } from '../../shared/domain/days.ts';
import { stepFor } from '../../shared/domain/money.ts';
import { resolveRate } from '../../shared/domain/rates.ts';
import { reRating, type ReRating } from '../../shared/domain/re-rating.ts';
import { keepsBooksInXero } from '../../shared/store/books.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { isExpense } from '../../shared/store/expenses.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { jobKey, parseJob, type Job } from '../../shared/store/jobs.ts';
import { keys, partitions } from '../../shared/store/keys.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { parseService, serviceKey } from '../../shared/store/services.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { parseTimeEntry, type TimeEntry } from '../../shared/store/time-entries.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';

// Flow: finds which unbilled entries of a job would get which rates.

/** Which unbilled entries of a job. Days are inclusive; an entry belongs to its first day. */
export interface ReRatingChoice {
  readonly from?: DateText | undefined;
  readonly to?: DateText | undefined;
  readonly memberIds?: readonly string[] | undefined;
}

/** Candidates from an index: each is written later only as it was read here. */
export const planReRating =
  (table: Table) =>
  async (ws: string, jobId: string, choice: ReRatingChoice): Promise<{ job: Job; plan: ReRating<TimeEntry> }> => {
    const { from, to, memberIds = [] } = choice;
    requireRange(choice);
    const [found, items] = await Promise.all([
      table.batchGet([jobKey(ws, jobId), workspaceKey(ws), keys.xeroConnection(ws), ...memberIds.map((id) => memberKey(ws, id))]),
      table.queryAll({
        ...{ partition: partitions.unbilledOfJob(ws, jobId), index: 'unbilled' },
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to: `${to}~` }),
      }),
    ]);
    const job = mustBeAt(found, jobKey(ws, jobId), parseJob);
    const workspace = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    for (const id of memberIds) mustBeAt(found, memberKey(ws, id), parseMember);
    // What was spent for the job waits to be billed in the same place.
    const times = items.filter((item) => !isExpense(item)).map(parseTimeEntry);
    const entries = times.filter(({ memberId }) => memberIds.length === 0 || memberIds.includes(memberId));
    const levels = await table.batchGet([
      clientKey(ws, job.clientId),
      ...entries.map(({ memberId }) => memberKey(ws, memberId)),
      ...entries.flatMap(({ serviceId }) => (serviceId === null ? [] : [serviceKey(ws, serviceId)])),
    ]);
    const client = mustBeAt(levels, clientKey(ws, job.clientId), parseClient);
    const rateOf = ({ memberId, serviceId }: TimeEntry) =>
      resolveRate({
        jobCurrency: job.currency,
        memberId,
        jobMemberRates: job.memberRates,
        jobRate: job.rate,
        memberRate: foundAt(levels, memberKey(ws, memberId), parseMember)?.rate,
        serviceRate: serviceId === null ? null : foundAt(levels, serviceKey(ws, serviceId), parseService)?.rate,
        workspaceRate: workspace.rate,
      });
    const connectedToXero = keepsBooksInXero(found.get(keyText(keys.xeroConnection(ws))));
    const terms = { currency: job.currency, rounding: client.timeRounding, step: stepFor(job.currency, { connectedToXero }) };
    return { job, plan: reRating(entries, rateOf, terms) };
  };
