import type { SandboxClock } from '../clock.ts';
import { newId } from './ids.ts';
import type { State, StoredEvent } from './state.ts';

/** The API version the SDK is pinned to; the sandbox speaks no other. */
export const apiVersion = '2026-10-28.endive';

/** The platform's own account; a call without a Stripe-Account header is about it. */
export const platformAccount = 'acct_1SandboxPlatform0';

/** What every part of the sandbox works on. */
export interface World {
  readonly clock: SandboxClock;
  readonly state: State;
  /** Address of the sandbox, no trailing slash. */
  readonly url: string;
  readonly livemode: boolean;
  /** The API call that runs now, if one does; events name it. */
  request: { id: string | null; idempotencyKey: string | null };
  /** Events of the change that runs now; sent once the change is stored. */
  readonly outbox: StoredEvent[];
  /** Where events of this account go. */
  endpointUrls(account: string): string[];
  /** Makes a change of its own when its time has come: runs it, stores it, sends its events. */
  later(delayMs: number, change: () => void): void;
  /** Statuses that the next refunds get instead of `succeeded`. */
  readonly nextRefundStatuses: ('pending' | 'failed')[];
}

/** Seconds since 1970 on the sandbox's clock. */
export const secondsNow = (world: Pick<World, 'clock'>): number => Math.floor(world.clock.now() / 1000);

/** Writes an event with a snapshot of the object as it is now. */
export function emit(world: World, account: string, type: string, object: object, previous?: object): void {
  const event: StoredEvent = {
    deliveries: world.endpointUrls(account).map((url) => ({ url, state: 'pending', attempts: [], nextAttemptAt: null })),
    id: newId('evt'),
    object: 'event',
    ...(account === platformAccount ? {} : { account }),
    api_version: apiVersion,
    created: secondsNow(world),
    data: { object: structuredClone(object), ...(previous === undefined ? {} : { previous_attributes: previous }) },
    livemode: world.livemode,
    request: { id: world.request.id, idempotency_key: world.request.idempotencyKey },
    type,
  };
  world.state.events.add(account, event);
  world.outbox.push(event);
}
