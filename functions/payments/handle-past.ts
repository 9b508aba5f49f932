import type { Instant } from '../../shared/domain/days.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { describe, log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import type { Table } from '../../shared/store/table.ts';
import { listPast, type PastEvent, type Span } from './missed-events.ts';
import { notePayment } from './note-payment.ts';
import { passesByItself } from './passes-by-itself.ts';
import type { OpenStripe } from './stripe-app.ts';

export interface PastNeeds {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
  /** Runs again what lost a race. */
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
}

/** Where the events begin that are still to be handled, and why: a failure, or, without one, too little time. */
export interface Left {
  readonly at: Instant;
  readonly failure?: { readonly event: PastEvent; readonly error: unknown };
}

export interface Handled {
  readonly left: Left | undefined;
  /** Whether there is any use in going on now. */
  readonly goesOn: boolean;
}

/** After so many payments in a row that Stripe doesn't answer for, asking on would only take the others' time. */
const silencesMax = 3;

/**
 * Does for the events of one account what the worker does for those that webhooks told, one stretch of time after the other.
 * An event only says which payment to look at, so each payment is looked at once, however many tell of it. What fails doesn't
 * stop what comes after it. Throws when Stripe doesn't let us in.
 */
export const handlePast = (needs: PastNeeds, accountId: string, isLate: () => boolean) => {
  const looked = new Set<string>();
  let silences = 0;
  return async (span: Span): Promise<Handled> => {
    const { client } = await needs.stripe();
    const events = await listPast(client, accountId, span, isLate);
    if (!events) return { left: { at: span.from }, goesOn: false };
    let left: Left | undefined;
    for (const event of events) {
      const payment = event.paymentIntentId ?? event.chargeId ?? event.sessionId ?? event.id;
      if (event.isForeign || looked.has(payment)) continue;
      if (isLate()) return { left: left ?? { at: event.created }, goesOn: false };
      looked.add(payment);
      const failure = await handleOne(needs, accountId, event);
      if (failure) left ??= { at: event.created, failure };
      silences = failure && passesByItself(failure.error) ? silences + 1 : 0;
      if (silences === silencesMax) return { left, goesOn: false };
    }
    return { left, goesOn: true };
  };
};

const handleOne = async (needs: PastNeeds, accountId: string, event: PastEvent): Promise<Left['failure']> => {
  try {
    const isNews = await needs.retry(() => notePayment(needs)({ ...event, accountId }));
    if (isNews) count('StripeEventMissed');
    return undefined;
  } catch (error) {
    if (isLockedOut(error)) throw error;
    count('MissedEventFailed');
    log.error('a missed event failed', { accountId, eventId: event.id, ...describe(error) });
    return { event, error };
  }
};

/** That is about our key or the account, not about this event. */
const isLockedOut = (error: unknown): boolean =>
  error instanceof OutsideError && error.service === 'stripe' && (error.status === 401 || error.status === 403);
