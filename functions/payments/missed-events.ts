import { addSeconds, type Instant } from '../../shared/domain/days.ts';
import type { StripeClient } from '../../shared/stripe/client.ts';
import { paymentEventTypes } from '../../shared/stripe/event-payment.ts';
import { eventSubject, type EventSubject } from '../../shared/stripe/event-subject.ts';
import { listEvents } from '../../shared/stripe/list-events.ts';

/** An event that a webhook may or may not have told. */
export interface PastEvent extends EventSubject {
  readonly id: string;
  readonly created: Instant;
  readonly livemode: boolean;
}

/** A stretch of time, both ends included. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

const daySeconds = 24 * 3600;
/** Events may appear in Stripe's list a little after the instant they carry. */
const overlapSeconds = 3600;
/** Stripe lists events for 30 days. */
const reachSeconds = 30 * daySeconds;

/** The earliest instant whose events Stripe still lists. */
export const reachOf = (now: Instant): Instant => addSeconds(now, -reachSeconds);

/** The time since a watermark in stretches of a day at most: what one of them holds is handled before the next is asked for. */
export const spansSince = (until: Instant | null, now: Instant): Span[] => {
  const spans: Span[] = [];
  const wanted = until === null ? '' : addSeconds(until, -overlapSeconds);
  let from = wanted > reachOf(now) ? wanted : reachOf(now);
  while (from < now) {
    const dayLater = addSeconds(from, daySeconds);
    const to = dayLater < now ? dayLater : now;
    spans.push({ from, to });
    from = to;
  }
  return spans;
};

/** An account's events about payments in a stretch of time, the oldest first. Undefined when `isLate` says so before the last page. */
export const listPast = async (
  client: StripeClient,
  accountId: string,
  { from, to }: Span,
  isLate: () => boolean,
): Promise<PastEvent[] | undefined> => {
  const newestFirst: PastEvent[] = [];
  let after: string | null | undefined;
  while (after !== null) {
    if (isLate()) return undefined;
    const page = await listEvents(client, {
      accountId,
      types: [...paymentEventTypes],
      createdFrom: from,
      createdTo: to,
      ...(after === undefined ? {} : { after }),
    });
    for (const event of page.events) {
      const subject = eventSubject(event);
      if (subject) newestFirst.push({ ...subject, id: event.id, created: event.created, livemode: event.livemode });
    }
    after = page.nextAfter;
  }
  return newestFirst.reverse();
};
