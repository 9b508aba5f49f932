import { systemClock, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell } from '../../shared/runtime/queue.ts';
import { secretReader } from '../../shared/runtime/secrets.ts';
import { openTable } from '../../shared/store/table.ts';
import { stripeApp, stripeAppSecret } from './stripe-app.ts';
import { accountsComparer } from './worker.ts';

const readSecret = secretReader(setting('STRIPE_APP_SECRET_ID'), stripeAppSecret, systemClock);

/** Looks each hour for Stripe accounts whose payments haven't been compared with those here for a day. */
export const handler = accountsComparer({
  table: openTable(documentClient(), setting('TABLE_NAME'), systemSleep),
  newId,
  ring: openDoorbell(setting('DOORBELL_QUEUE_URL'), newId),
  stripe: stripeApp(readSecret, setting('STRIPE_API_URL')),
  clock: systemClock,
  random: systemRandom,
  sleep: systemSleep,
});
