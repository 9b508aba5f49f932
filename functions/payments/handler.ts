import { systemClock, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell, openQueue } from '../../shared/runtime/queue.ts';
import { secretReader } from '../../shared/runtime/secrets.ts';
import { openTable } from '../../shared/store/table.ts';
import { paymentsDoor } from './door.ts';
import { stripeApp, stripeAppSecret } from './stripe-app.ts';

const readSecret = secretReader(setting('STRIPE_APP_SECRET_ID'), stripeAppSecret, systemClock);

export const handler = paymentsDoor({
  table: openTable(documentClient(), setting('TABLE_NAME'), systemSleep),
  newId,
  ring: openDoorbell(setting('DOORBELL_QUEUE_URL'), newId),
  stripe: stripeApp(readSecret, setting('STRIPE_API_URL')),
  events: openQueue(setting('STRIPE_EVENTS_QUEUE_URL')),
  appUrls: setting('APP_URLS').split(','),
  publicUrl: setting('PUBLIC_URL'),
  clock: systemClock,
  random: systemRandom,
  sleep: systemSleep,
});
