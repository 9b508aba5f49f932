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

/**
 * The place a cursor names. Refuses one that was changed or belongs to another list. The seal is no secret, so what it covers is
 * still looked at: DynamoDB would fail on a place that is none.
 */
export const readCursor = (scope: string, cursor: string | undefined, partition: string, index?: IndexName): Item | undefined => {
  if (cursor === undefined) return undefined;
  const [place = '', sealed, ...more] = cursor.split('.');
  const last = sealed === seal(scope, place) && more.length === 0 ? placeFrom(place) : undefined;
  const ownKeys = [tableShape.partitionKey, tableShape.sortKey];
  const keys = [...ownKeys, ...(index ? Object.values(tableShape.indexes[index]) : [])];
  const partitionKey = index ? tableShape.indexes[index].partitionKey : tableShape.partitionKey;
  if (last?.[partitionKey] === partition && Object.keys(last).length === keys.length && keys.every((name) => isKey(last[name])))
    return last;
  return refuseFields({ path: 'cursor', message: 'is not a cursor of this list' });
};

const isKey = (value: unknown): boolean => typeof value === 'string' && value !== '';

const placeFrom = (place: string): Item | undefined => {
  try {
    const last: unknown = JSON.parse(Buffer.from(place, 'base64url').toString());
    return typeof last === 'object' && last !== null ? (last as Item) : undefined;
  } catch {
    return undefined;
  }
};
