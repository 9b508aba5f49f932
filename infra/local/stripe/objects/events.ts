import * as z from 'zod';
import { created, list, page, text } from '../params.ts';
import { isCreatedWithin } from '../lists.ts';
import type { StoredEvent } from '../state.ts';
import { secondsNow, type World } from '../world.ts';

export const eventListParams = z.strictObject({
  type: text(100).optional(),
  types: list(text(100), 20).optional(),
  delivery_success: z.enum(['true', 'false']).optional(),
  ...created,
  ...page,
});

/** Events can be read for 30 days. */
const keptSeconds = 30 * 24 * 3_600;

/** The event as it is sent and shown, with the number of endpoints that haven't taken it yet. */
export function shownEvent(event: StoredEvent): object {
  const { deliveries, request, type, ...before } = event;
  const pending = deliveries.filter((delivery) => delivery.state === 'pending').length;
  return { ...before, pending_webhooks: pending, request, type };
}

/** Events of an account that match, newest first. `delivery_success=false` finds those that an endpoint didn't take. */
export function findEvents(world: World, account: string, query: z.output<typeof eventListParams>): StoredEvent[] {
  const oldest = secondsNow(world) - keptSeconds;
  return world.state.events.of(account).filter((event) => {
    if (event.created < oldest || !isCreatedWithin(event.created, query.created)) return false;
    if (query.type !== undefined && !matchesType(event.type, query.type)) return false;
    if (query.types !== undefined && !query.types.includes(event.type)) return false;
    if (query.delivery_success === undefined) return true;
    const isDelivered = event.deliveries.every((delivery) => delivery.state === 'delivered');
    return isDelivered === (query.delivery_success === 'true');
  });
}

/** `charge.*` stands for all types of that group. */
const matchesType = (type: string, wanted: string): boolean =>
  wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
