import type * as z from 'zod';
import { isSpaced, mayCall, nextReset } from '../../shared/domain/call-budget.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { connectionSchema, settingsSchema } from '../../shared/api/xero.ts';
import type { Lane } from '../../shared/store/waiting-work.ts';
import type { XeroConnection } from '../../shared/store/xero-connections.ts';
import type { Consent } from '../../shared/store/xero-consents.ts';
import type { XeroSettings } from '../../shared/store/xero-settings.ts';

type ConnectionView = z.infer<typeof connectionSchema>;

const pauseReasons: Readonly<Record<string, string>> = {
  'day-limit': 'Xero takes no more calls from us today. What waits goes on by itself.',
  'minute-limit': 'Xero takes a limited number of calls a minute. What waits goes on by itself.',
  'app-limit': 'Xero is busy with calls from us. What waits goes on by itself.',
  'concurrent-limit': 'Xero is busy with calls from us. What waits goes on by itself.',
};

/** The connection as a person sees it: what state it is in, what waits, when it goes on, and what there is to do. */
export const connectionView = (
  connection: XeroConnection,
  {
    consents,
    waiting,
    now,
    numbersGiven,
  }: { consents: readonly Consent[]; waiting: Record<Lane, number>; now: Instant; numbersGiven: boolean },
): ConnectionView => {
  const { organisation, lastSyncedAt } = connection;
  const connected = connection.state === 'connected';
  const choosing = !connected && consents.length > 0;
  const unhurried = waiting.payments + waiting.documents + waiting.backfill > 0;
  const pause = connected ? pauseNow(connection, { now, unhurried }) : undefined;
  const silence = connected && !pause ? silenceNow(connection, now) : undefined;
  const state = choosing ? 'choose-organisation' : pause ? 'waiting-for-limit' : connection.state;
  return {
    state,
    organisation:
      organisation === null || connection.state === 'disconnected'
        ? null
        : { tenantId: organisation.tenantId, name: organisation.name },
    choices: distinctChoices(consents),
    lastSyncedAt,
    waiting,
    callsLeftToday: connected ? connection.dayLeft : null,
    nextSyncAt: pause?.until ?? silence?.until ?? null,
    estimated: pause?.estimated ?? silence !== undefined,
    proposedSeries: connected && !numbersGiven ? connection.proposedSeries : null,
    reason: choosing
      ? 'Confirm the organisation whose books these are.'
      : (pause?.reason ?? silence?.reason ?? connection.reason),
  };
};

const distinctChoices = (consents: readonly Consent[]): { tenantId: string; name: string }[] => [
  ...new Map(
    consents.flatMap(({ choices }) => choices.map(({ tenantId, name }) => [tenantId, { tenantId, name }] as const)),
  ).values(),
];

const pauseNow = (connection: XeroConnection, { now, unhurried }: { now: Instant; unhurried: boolean }) => {
  const { pausedUntil, pauseCode, pauseEstimated } = connection;
  if (pausedUntil !== null && pausedUntil > now) {
    // Where Xero didn't say when the day ends, one call an hour finds out: what is shown is when it probably will.
    const until = pauseEstimated && pauseCode === 'day-limit' ? nextReset(connection, now).at : pausedUntil;
    return { until, estimated: pauseEstimated, reason: pauseReasons[pauseCode ?? ''] ?? 'Xero asked us to wait.' };
  }
  const budget = mayCall(connection, { now, haste: 'in-turn' });
  // The next batch may go: the sweep rings for it within a minute.
  if (budget.ok && unhurried && isSpaced(connection, now)) return { until: soon(now), estimated: true, reason: ownReasons.pace };
  // A gap that nothing waits for is no state that a person has to know.
  if (budget.ok || (budget.reason !== 'day-limit' && !unhurried)) return undefined;
  return { until: budget.until, estimated: true, reason: ownReasons[budget.reason] };
};

/** When the sweep will have rung for what is due by now. */
const soon = (now: Instant): Instant => new Date(Date.parse(now) + 60_000).toISOString();

/** Xero gives no usable answers: since when, and when it is asked again. */
const silenceNow = ({ outage }: XeroConnection, now: Instant) => {
  if (outage === null) return undefined;
  const reason = `Xero has not answered since ${outage.since}. It is asked again by itself, and what waits goes on when it answers.`;
  return { until: outage.until > now ? outage.until : soon(now), reason };
};

const ownReasons = {
  'minute-limit': pauseReasons['minute-limit'] ?? '',
  'day-limit': 'The rest of the calls that Xero allows today is kept for urgent things. What waits goes on by itself.',
  pace: 'Less than half of the calls that Xero allows today is left: what nobody waits for goes in batches now and then.',
} as const;

/** Settings without what is ours alone. */
export const settingsView = ({ version: _version, ...settings }: XeroSettings): z.infer<typeof settingsSchema> => settings;

/** Beyond this the exact number of what waits tells nobody anything. */
export const countedMax = 10_000;
