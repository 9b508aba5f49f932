import * as z from 'zod';
import { systemNow } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openQueue } from '../../shared/runtime/queue.ts';
import { queueDoor } from '../../shared/runtime/worker-door.ts';
import { accessTokens } from './access-token.ts';
import { openBooks } from './open-books.ts';
import { realWorld } from './real-world.ts';
import { roomFlows } from './room-flows.ts';
import { workThrough } from './work-through.ts';

const world = realWorld({ rings: true });
const stripeEvents = openQueue(setting('STRIPE_EVENTS_QUEUE_URL'));
const work = workThrough({
  world,
  flows: roomFlows({ table: world.table, now: systemNow, newId, stripeEvents }),
  open: openBooks(world, accessTokens(world)),
});

const ring = z.object({ v: z.literal(1), workspaceId: z.string().min(1), hops: z.int().min(0).default(0) });

/** Carries out what waits for a workspace's organisation whenever its doorbell rings: one workspace, one call at a time. */
export const handler = queueDoor(
  async (message, deadline) => {
    const { workspaceId, hops } = ring.parse(message);
    await work(workspaceId, deadline, hops);
  },
  { fifo: true },
);
