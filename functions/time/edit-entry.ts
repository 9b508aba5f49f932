/**
 * Corrects a time entry that no invoice has taken, or confirms one that was marked for review. What isn't named stays as it is to
 * the letter; only another job, or another service where the service decided, asks for the rate again.
 */
import type { TimeCall } from '../../shared/api/time.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { editEntry as edit, type EntryChange } from '../../shared/domain/edit-entry.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { asksForNewRate } from '../../shared/domain/rates.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseTimeEntry, replaceEntry, timeEntryKey, type TimeEntry } from '../../shared/store/time-entries.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { requireUntaken, requireVisible } from './taken-entry.ts';
import { entryView } from './views.ts';
import { findRate, readWorkSetting, requireInUse, requireOpen } from './work-setting.ts';

export const editEntry =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, params, body, ifMatch }: TimeCall<'updateTimeEntry'>): Promise<Reply> => {
    const { workspaceId, memberId } = caller;
    const entryKey = timeEntryKey(workspaceId, params.id);
    const found = await table.batchGet([entryKey, workspaceKey(workspaceId)]);
    const before = requireVisible(caller, foundAt(found, entryKey, parseTimeEntry));
    await requireUntaken(table, workspaceId, before);
    requireVersion(ifMatch, before.version);
    const rated = await newWork(table, workspaceId, before, body, memberId);
    const policy = mustBeAt(found, workspaceKey(workspaceId), parseWorkspace).dayPolicy;
    const at = now();
    const after = edit(before, body, { policy, now: at, rated });
    await table.commit([
      ...replaceEntry(workspaceId, before, after),
      audited(workspaceId, {
        id: newId('aud'),
        at,
        who: memberId,
        what: 'entry-changed',
        about: before.id,
        text: 'A time entry was corrected',
        ...difference(before, after),
      }),
    ]);
    const version = before.version + 1;
    return { status: 200, body: entryView({ ...after, version }, undefined), etag: String(version) };
  };

/** Checks another job or service that a change names, and finds the rate when the change asks for it. */
const newWork = async (table: Table, workspaceId: string, before: TimeEntry, change: EntryChange, callerId: string) => {
  const { jobId = before.jobId, serviceId = before.serviceId } = change;
  if (jobId === before.jobId && serviceId === before.serviceId) return undefined;
  const { setting } = await readWorkSetting(table, workspaceId, { memberId: before.memberId, jobId, serviceId });
  if (jobId !== before.jobId) requireOpen(setting, callerId);
  if (serviceId !== before.serviceId) requireInUse(setting.service);
  return asksForNewRate(before, change) ? findRate(table, setting) : undefined;
};

/** The fields that a correction has changed, as they were and as they are. */
const difference = (before: TimeEntry, after: TimeEntry) => {
  const changed = (Object.keys(after) as (keyof TimeEntry)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const only = (entry: TimeEntry) => Object.fromEntries(changed.map((name) => [name, entry[name]]));
  return { before: only(before), after: only(after) };
};
