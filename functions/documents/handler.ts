import type { Picture, PrintedDocument } from '../../shared/domain/printed.ts';
import { systemClock, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { optionalSetting, setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { bundledFace } from '../../shared/runtime/font-files.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell } from '../../shared/runtime/queue.ts';
import { randomToken } from '../../shared/runtime/random-token.ts';
import { openTable } from '../../shared/store/table.ts';
import { documentsDoor } from './door.ts';

/** The library that draws is loaded with the first file: pages and links need none of it. */
const draw = async (document: PrintedDocument): Promise<Uint8Array> => {
  const { drawDocument } = await import('../../shared/pdf/draw-document.ts');
  return drawDocument(document, bundledFace);
};

/** So are the libraries that read pictures. */
const readPicture = async (bytes: Uint8Array): Promise<Picture> => {
  const pictures = await import('../../shared/pdf/read-picture.ts');
  return pictures.readPicture(bytes);
};

export const handler = documentsDoor({
  table: openTable(documentClient(), setting('TABLE_NAME'), systemSleep),
  newId,
  newSecret: randomToken,
  ring: openDoorbell(setting('DOORBELL_QUEUE_URL'), newId),
  draw,
  readPicture,
  publicUrl: setting('PUBLIC_URL'),
  mailIsOn: optionalSetting('MAIL_FROM') !== undefined,
  clock: systemClock,
  random: systemRandom,
  sleep: systemSleep,
});
