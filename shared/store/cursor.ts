import { createHash } from 'node:crypto';
import { refuseFields } from '../domain/refusal.ts';
import { tableShape, type IndexName } from './table-shape.ts';
import type { Item } from './write.ts';

const seal = (scope: string, place: string): string =>
  createHash('sha256').update(`${scope}\n${place}`).digest('base64url').slice(0, 16);

/**
 * Where a page ended, as an opaque text. It is bound to its workspace and query by `scope`; the partition is never taken from it,
 * so that no cursor leads out of the list it came from.
 */
export const writeCursor = (scope: string, last: Item | undefined): string | undefined => {
  if (!last) return undefined;
  const place = Buffer.from(JSON.stringify(last)).toString('base64url');
  return `${place}.${seal(scope, place)}`;
};

/** The place a cursor names. Refuses one that was changed or belongs to another list. */
export const readCursor = (scope: string, cursor: string | undefined, partition: string, index?: IndexName): Item | undefined => {
  if (cursor === undefined) return undefined;
  const [place = '', sealed] = cursor.split('.');
  if (sealed !== seal(scope, place)) refuseFields({ path: 'cursor', message: 'is not a cursor of this list' });
  const last = JSON.parse(Buffer.from(place, 'base64url').toString()) as Item;
  const partitionKey = index ? tableShape.indexes[index].partitionKey : tableShape.partitionKey;
  if (last[partitionKey] !== partition) refuseFields({ path: 'cursor', message: 'is not a cursor of this list' });
  return last;
};
