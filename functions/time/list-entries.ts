/**
 * Lists the time entries that touch a range of days, the latest first, each once: an expert's own, or anybody's for admin and
 * finance. Without a range the last 31 days.
 */
import type { TimeCall } from '../../shared/api/time.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import { addDays, requireRange, type Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { overlaps } from '../../shared/domain/time-entry.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { jobKey, parseJob } from '../../shared/store/jobs.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { listEntries as page } from '../../shared/store/time-entry-list.ts';
import { entryView } from './views.ts';

const daysByDefault = 31;

export const listEntries =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async ({ caller, query }: TimeCall<'listTimeEntries'>): Promise<Reply> => {
    const { workspaceId } = caller;
    const { from, to, jobId, status, limit, cursor } = query;
    requireRange(query);
    const memberId = whose(caller, query.memberId);
    const filter = { from: from ?? earliest(to, now()), to, jobId, memberId, status, range: `${from ?? ''}..${to ?? ''}` };
    const [{ items, nextCursor }] = await Promise.all([
      page(table)(workspaceId, filter, { limit, cursor }),
      requireKnown(table, workspaceId, { jobId, memberId: query.memberId }),
    ]);
    const overlapping = overlaps(items.map(({ entry }) => entry));
    return {
      status: 200,
      body: {
        items: items.map(({ entry, invoice }) => ({ ...entryView(entry, invoice), overlaps: overlapping.has(entry.id) })),
        nextCursor,
      },
    };
  };

/** Whose entries are listed. Refuses (`forbidden`) an expert who asks for somebody else's. */
const whose = ({ role, memberId: own }: TimeCall<'listTimeEntries'>['caller'], asked: string | undefined): string | undefined => {
  if (actsForOthers(role)) return asked;
  return asked === undefined || asked === own ? own : refuse('forbidden', 'An expert sees their own time only');
};

/** One day more than the range has, since the day of the member may be ahead of the day in UTC or behind it. */
const earliest = (to: string | undefined, now: Instant): string => addDays(to ?? now.slice(0, 10), -daysByDefault);

/** Refuses (`not-found`) a filter by what this workspace doesn't have. A plain list has nothing to look up. */
const requireKnown = async (
  table: Table,
  workspaceId: string,
  { jobId, memberId }: { jobId: string | undefined; memberId: string | undefined },
): Promise<void> => {
  const found = await table.batchGet([
    ...(jobId ? [jobKey(workspaceId, jobId)] : []),
    ...(memberId ? [memberKey(workspaceId, memberId)] : []),
  ]);
  if (jobId) mustBeAt(found, jobKey(workspaceId, jobId), parseJob);
  if (memberId) mustBeAt(found, memberKey(workspaceId, memberId), parseMember);
};
