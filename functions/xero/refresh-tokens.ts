import { scheduleDoor } from '../../shared/runtime/worker-door.ts';
import { accessTokens } from './access-token.ts';
import { keepFresh } from './keep-fresh.ts';
import { realWorld } from './real-world.ts';

const world = realWorld({ rings: false });

/** Looks every five minutes for tokens that are about to end, and for accesses that nobody has confirmed. */
export const handler = scheduleDoor(keepFresh(world, accessTokens(world)));
