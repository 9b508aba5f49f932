import { systemClock, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { optionalSetting, setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell } from '../../shared/runtime/queue.ts';
import { randomToken } from '../../shared/runtime/random-token.ts';
import { openTable } from '../../shared/store/table.ts';
import { quotesDoor } from './door.ts';

export const handler = quotesDoor({
  table: openTable(documentClient(), setting('TABLE_NAME'), systemSleep),
  newId,
  newSecret: randomToken,
  ring: openDoorbell(setting('DOORBELL_QUEUE_URL'), newId),
  publicUrl: setting('PUBLIC_URL'),
  mailIsOn: optionalSetting('MAIL_FROM') !== undefined,
  clock: systemClock,
  random: systemRandom,
  sleep: systemSleep,
});
