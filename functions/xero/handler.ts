import { systemRandom } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { openQueue } from '../../shared/runtime/queue.ts';
import { randomToken } from '../../shared/runtime/random-token.ts';
import { xeroDoor } from './door.ts';
import { realWorld } from './real-world.ts';

const world = realWorld({ rings: true });
const events = openQueue(setting('XERO_EVENTS_QUEUE_URL'));

/** Answers the API's requests about the connection to Xero. */
export const handler = xeroDoor({
  world,
  random: systemRandom,
  randomToken,
  appUrls: setting('APP_URLS').split(','),
  publicUrl: setting('PUBLIC_URL'),
  webhookKeys: world.webhookKeys,
  queue: events.send,
});
