import { drawDocument } from '../../shared/pdf/draw-document.ts';
import { systemNow, systemSleep } from '../../shared/runtime/clock.ts';
import { optionalSetting, setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { bundledFace } from '../../shared/runtime/font-files.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openMail } from '../../shared/runtime/mail.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { randomToken } from '../../shared/runtime/random-token.ts';
import { scheduleDoor } from '../../shared/runtime/worker-door.ts';
import { openTable } from '../../shared/store/table.ts';
import { sendLetters } from './send-letters.ts';

const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);
const from = optionalSetting('MAIL_FROM');
const needs = {
  table,
  now: systemNow,
  newId,
  newSecret: randomToken,
  send: from === undefined ? undefined : openMail(from),
  draw: (document: Parameters<typeof drawDocument>[0]) => drawDocument(document, bundledFace),
  publicUrl: setting('PUBLIC_URL'),
  count,
};

/** Time that drawing a long invoice, mailing it and the writes around may need. */
const marginMs = 20_000;

/** Mails each minute the invoices that were sent since. */
export const handler = scheduleDoor(({ remainingMs }) => sendLetters(needs, () => remainingMs() > marginMs));
