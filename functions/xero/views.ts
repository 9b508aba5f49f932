import type * as z from 'zod';
import { mayCall } from '../../shared/domain/call-budget.ts';
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
  { consents, waiting, now }: { consents: readonly Consent[]; waiting: Record<Lane, number>; now: Instant },
): ConnectionView => {
  const { organisation, lastSyncedAt } = connection;
  const connected = connection.state === 'connected';
  const choosing = !connected && consents.length > 0;
  const pause = connected ? pauseNow(connection, now) : undefined;
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
    nextSyncAt: pause?.until ?? null,
    estimated: pause?.estimated ?? false,
    reason: choosing ? 'Confirm the organisation whose books these are.' : (pause?.reason ?? connection.reason),
  };
};

const distinctChoices = (consents: readonly Consent[]): { tenantId: string; name: string }[] => [
  ...new Map(
    consents.flatMap(({ choices }) => choices.map(({ tenantId, name }) => [tenantId, { tenantId, name }] as const)),
  ).values(),
];

const pauseNow = (connection: XeroConnection, now: Instant) => {
  const { pausedUntil, pauseCode, pauseEstimated } = connection;
  if (pausedUntil !== null && pausedUntil > now)
    return { until: pausedUntil, estimated: pauseEstimated, reason: pauseReasons[pauseCode ?? ''] ?? 'Xero asked us to wait.' };
  const budget = mayCall(connection, { now, urgent: false });
  // Seconds within a minute are no state that a person has to know.
  if (budget.ok || budget.reason === 'minute-limit') return undefined;
  return {
    until: budget.until,
    estimated: true,
    reason: 'The rest of the calls that Xero allows today is kept for urgent things. What waits goes on by itself.',
  };
};

/** Settings without what is ours alone. */
export const settingsView = ({ version: _version, ...settings }: XeroSettings): z.infer<typeof settingsSchema> => settings;
