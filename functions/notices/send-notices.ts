import { systemNow, systemSleep } from '../../shared/runtime/clock.ts';
import { optionalSetting, setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openMail } from '../../shared/runtime/mail.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { scheduleDoor } from '../../shared/runtime/worker-door.ts';
import { openTable } from '../../shared/store/table.ts';
import { sendMails } from './send-mails.ts';
import { writeMails } from './write-mails.ts';

const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);
const from = optionalSetting('MAIL_FROM');
const [appUrl = ''] = setting('APP_URLS').split(',');
const send = from === undefined ? undefined : openMail(from);

/** Time that a mail and the writes around it may need. */
const marginMs = 12_000;

/** Mails each minute what somebody should know, to whom it concerns. */
export const handler = scheduleDoor(async ({ remainingMs }) => {
  const goOn = (): boolean => remainingMs() > marginMs;
  await writeMails({ table, now: systemNow, newId, mailIsOn: send !== undefined }, goOn);
  await sendMails({ table, now: systemNow, send, appUrl, count }, goOn);
});
