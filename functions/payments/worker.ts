import { instantOf } from '../../shared/domain/days.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { retryLostRaces, type RetryTools } from '../../shared/runtime/retry.ts';
import { queueDoor } from '../../shared/runtime/worker-door.ts';
import type { Table } from '../../shared/store/table.ts';
import type { OpenStripe } from './stripe-app.ts';
import { workOnMessage } from './work-on-message.ts';

/** The world that the worker for Stripe's events works in. */
export interface StripeEventWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
  readonly stripe: OpenStripe;
}

/** Works through the queue of Stripe's events, each message by itself. */
export const stripeEventWorker = ({ clock, random, sleep, ...world }: StripeEventWorld) => {
  const retry = <T>(run: () => Promise<T>) => retryLostRaces({ clock, random, sleep }, run);
  return queueDoor(workOnMessage({ ...world, now: () => instantOf(clock()), retry }));
};
