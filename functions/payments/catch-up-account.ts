import { addSeconds, type Instant } from '../../shared/domain/days.ts';
import { log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { notified, resolved } from '../../shared/store/notifications.ts';
import { readStripeConnection, replaceStripeConnection, type StripeConnection } from '../../shared/store/stripe-connections.ts';
import type { Write } from '../../shared/store/write.ts';
import { handlePast, type Left, type PastNeeds } from './handle-past.ts';
import { reachOf, spansSince } from './missed-events.ts';
import { notePayouts } from './note-payouts.ts';
import { passesByItself } from './passes-by-itself.ts';
import { refreshConnection } from './refresh-connection.ts';

/** How often an account's events are asked for. Asking costs three calls to Stripe; what was missed is late by so much at most. */
const everySeconds = 6 * 3600;
/** An outage is told of when it has kept a payment from the books for so long. */
const outageSeconds = 24 * 3600;

/**
 * Brings into the books of one workspace what Stripe has told and nobody has heard. How the account itself stands is asked for,
 * then its events since the watermark, then its payouts. The watermark moves only over what was handled, and only as it was read.
 */
export const catchUpAccount =
  (needs: PastNeeds) =>
  async (ws: string, isLate: () => boolean): Promise<void> => {
    const stored = await readStripeConnection(needs.table)(ws);
    if (!stored || !isDue(stored, needs.now())) return;
    let connection = await refreshConnection(needs)(ws, stored);
    if (connection.state === 'disconnected') return;
    const now = needs.now();
    const isComplete = reaches(connection, now);
    const handle = handlePast(needs, connection.accountId, isLate);
    let left: Left | undefined;
    for (const span of spansSince(connection.eventsUntil, now)) {
      const handled = await handle(span);
      left ??= handled.left;
      if (!handled.goesOn) break;
      if (!left && span.to < now) connection = await move(needs, ws, connection, { eventsUntil: span.to });
    }
    await move(
      needs,
      ws,
      connection,
      progress(connection, left, now),
      noticesOf(needs, ws, connection, { left, isComplete, now }),
    );
    if (!isLate()) await notePayouts(needs)(ws, connection.accountId, isLate);
  };

/** An account that was asked for in vain stands behind all others that wait. */
export const putBack =
  (needs: PastNeeds) =>
  async (ws: string): Promise<void> => {
    const connection = await readStripeConnection(needs.table)(ws);
    if (connection && isDue(connection, needs.now())) await move(needs, ws, connection, { fetchAt: needs.now() });
  };

const isDue = ({ state, fetchAt }: StripeConnection, now: Instant): boolean => state !== 'disconnected' && (fetchAt ?? '') <= now;

const move = async (
  { table }: PastNeeds,
  ws: string,
  connection: StripeConnection,
  changes: Partial<StripeConnection>,
  notices: readonly Write[] = [],
): Promise<StripeConnection> => {
  await table.commit([replaceStripeConnection(ws, { ...connection, ...changes }), ...notices]);
  return { ...connection, ...changes, version: connection.version + 1 };
};

/** Whether Stripe still lists everything since the watermark. What it doesn't list any more can't be caught up with. */
const reaches = ({ accountId, eventsUntil }: StripeConnection, now: Instant): boolean => {
  if (eventsUntil === null || eventsUntil >= reachOf(now)) return true;
  count('StripeEventsOutOfReach');
  log.error('events are too old to be fetched', { accountId, from: eventsUntil, to: reachOf(now) });
  return false;
};

const progress = (connection: StripeConnection, left: Left | undefined, now: Instant): Partial<StripeConnection> => {
  const { eventsUntil, toldEvent } = connection;
  const handledUntil = left?.at ?? now;
  const isSoon = left !== undefined && (left.failure === undefined || passesByItself(left.failure.error));
  return {
    eventsUntil: eventsUntil !== null && eventsUntil > handledUntil ? eventsUntil : handledUntil,
    fetchAt: isSoon ? now : addSeconds(now, everySeconds),
    toldEvent: left ? (eventToTell(left, now)?.id ?? toldEvent) : null,
  };
};

/** The event that keeps the watermark back, if somebody should know of it. */
const eventToTell = ({ failure }: Left, now: Instant) => {
  if (!failure) return undefined;
  const isOutage = passesByItself(failure.error) && failure.event.created > addSeconds(now, -outageSeconds);
  return isOutage ? undefined : failure.event;
};

const noticesOf = (
  { newId }: PastNeeds,
  ws: string,
  { toldEvent }: StripeConnection,
  { left, isComplete, now }: { left: Left | undefined; isComplete: boolean; now: Instant },
): Write[] => {
  const cause = 'stripe-event-failed';
  // An event that Stripe no longer lists fails no longer, which doesn't put it right.
  if (!left) return toldEvent !== null && isComplete ? [resolved(ws, cause, now)] : [];
  const event = eventToTell(left, now);
  if (!event || event.id === toldEvent) return [];
  const text = `What happened to a card payment on ${event.created.slice(0, 10)} could not be recorded`;
  const mend = 'It is tried again several times a day. If this stays, look at the payment in Stripe and compare the invoice';
  const about = event.paymentIntentId ?? event.chargeId ?? event.sessionId;
  return [notified(ws, { id: newId('ntf'), cause, text, mend, about, at: now })];
};
