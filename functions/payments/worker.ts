import { instantOf } from '../../shared/domain/days.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { retryLostRaces, type RetryTools } from '../../shared/runtime/retry.ts';
import { queueDoor, scheduleDoor } from '../../shared/runtime/worker-door.ts';
import type { Table } from '../../shared/store/table.ts';
import { catchUp } from './catch-up.ts';
import { compareAccounts } from './compare-accounts.ts';
import type { OpenStripe } from './stripe-app.ts';
import { workOnMessage } from './work-on-message.ts';

/** The world that the workers for Stripe's events work in. */
export interface StripeEventWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
  readonly stripe: OpenStripe;
}

const needsOf = ({ clock, random, sleep, ...world }: StripeEventWorld) => ({
  ...world,
  now: () => instantOf(clock()),
  retry: <T>(run: () => Promise<T>) => retryLostRaces({ clock, random, sleep }, run),
});

/** Works through the queue of Stripe's events, each message by itself. */
export const stripeEventWorker = (world: StripeEventWorld) => queueDoor(workOnMessage(needsOf(world)));

/** Fetches by the clock what no webhook told. */
export const missedEventsFetcher = (world: StripeEventWorld) => scheduleDoor(catchUp(needsOf(world)));

/** Holds by the clock what is here against what Stripe has. */
export const accountsComparer = (world: StripeEventWorld) => scheduleDoor(compareAccounts(needsOf(world)));
