/**
 * Stops the clock of the signed-in member and makes its time entry. Always succeeds: sent again, also after the answer was lost, it
 * answers the same entry; less than a second is discarded and said so.
 */
import type { TimeCall } from '../../shared/api/time.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { stopTimer as stop, type RunningTimer } from '../../shared/domain/timer.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt, mustBeAt, type Found } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { invoiceStandingKey, parseInvoiceStanding } from '../../shared/store/invoice-status.ts';
import { resolved } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';
import { addEntry, parseTimeEntry, readTimeEntry, timeEntryKey, type TimeEntry } from '../../shared/store/time-entries.ts';
import { parseTimer, stopped, timerKey, type TimerItem } from '../../shared/store/timers.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import type { Write } from '../../shared/store/write.ts';
import { forgottenTimerCause } from './tell-forgotten.ts';
import { entryView, spoken } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

type StopCall = TimeCall<'stopTimer'>;

const discarded: Reply = { status: 200, body: { entry: null, discarded: true } };

export const stopTimer =
  (needs: Needs) =>
  async (call: StopCall): Promise<Reply> => {
    const { caller, body, once } = call;
    const { workspaceId, memberId } = caller;
    const found = await needs.table.batchGet([
      timerKey(workspaceId, memberId),
      workspaceKey(workspaceId),
      ...(body.timerId ? [timeEntryKey(workspaceId, body.timerId)] : []),
    ]);
    const timer = foundAt(found, timerKey(workspaceId, memberId), parseTimer) ?? {};
    const { running } = timer;
    const isMeant = body.timerId === undefined || body.timerId === running?.id;
    const { reply, writes } =
      running && isMeant
        ? stopRunning(needs, call, found, { running, told: timer.told === true })
        : { reply: await stoppedBefore(needs.table, call, found, timer), writes: [] };
    await needs.table.commit([...writes, answered(once, reply)]);
    return reply;
  };

const stopRunning = (
  { now, newId }: Needs,
  { caller, body }: StopCall,
  found: Found,
  { running, told }: { running: RunningTimer; told: boolean },
) => {
  const { workspaceId } = caller;
  const workspace = mustBeAt(found, workspaceKey(workspaceId), parseWorkspace);
  const at = now();
  const result = stop(running, {
    now: at,
    policy: workspace.dayPolicy,
    limitSeconds: workspace.timerLimitSeconds,
    timerId: body.timerId,
    endedAt: body.endedAt,
    description: body.description,
  });
  const note = (text: string): Write =>
    audited(workspaceId, { id: newId('aud'), at, who: caller.memberId, what: 'timer-stopped', about: running.id, text });
  const settled = told ? [resolved(workspaceId, forgottenTimerCause(caller.memberId), at)] : [];
  if (result.outcome === 'discarded') {
    const outcome = { lastDiscardedId: result.id };
    return {
      reply: discarded,
      writes: [stopped(workspaceId, running, outcome, told), ...settled, note('The timer stopped within a second')],
    };
  }
  const entry: TimeEntry = { ...result.entry, version: 1, invoiceId: null };
  const writes = [
    ...addEntry(workspaceId, entry),
    stopped(workspaceId, running, { lastEntryId: entry.id }, told),
    ...settled,
    note(`The timer stopped after ${spoken(entry.seconds)}`),
  ];
  return { reply: entryReply(entry), writes };
};

/** The answer to a stop of what doesn't run any more. Refuses (`no-timer`) when nothing was stopped before either. */
const stoppedBefore = async (table: Table, { caller, body }: StopCall, found: Found, timer: TimerItem): Promise<Reply> => {
  const { workspaceId, memberId } = caller;
  const { timerId } = body;
  if (timer.lastDiscardedId !== undefined && (timerId ?? timer.lastDiscardedId) === timer.lastDiscardedId) return discarded;
  const entry = timerId
    ? foundAt(found, timeEntryKey(workspaceId, timerId), parseTimeEntry)
    : timer.lastEntryId && (await readTimeEntry(table)(workspaceId, timer.lastEntryId));
  if (!entry || entry.memberId !== memberId) return refuse('no-timer', 'No such timer is running');
  if (entry.invoiceId === null) return entryReply(entry);
  const invoice = await table.get(invoiceStandingKey(workspaceId, entry.invoiceId));
  return entryReply(entry, invoice && parseInvoiceStanding(invoice));
};

const entryReply = (entry: TimeEntry, invoice?: Parameters<typeof entryView>[1]): Reply => ({
  status: 200,
  body: { entry: entryView(entry, invoice), discarded: false },
  etag: String(entry.version),
});
