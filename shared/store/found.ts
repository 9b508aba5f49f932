import { refuse } from '../domain/refusal.ts';
import { keyText } from './table.ts';
import type { Item, Key } from './write.ts';

/** What a batch read found. */
export type Found = ReadonlyMap<string, Item>;

/** The thing at a key of a batch read, undefined where there is none. */
export const foundAt = <T>(found: Found, key: Key, parse: (item: Item) => T): T | undefined => {
  const item = found.get(keyText(key));
  return item && parse(item);
};

/** The thing at a key of a batch read. Refuses (`not-found`) an id that names nothing in this workspace, always in the same words. */
export const mustBeAt = <T>(found: Found, key: Key, parse: (item: Item) => T): T =>
  foundAt(found, key, parse) ?? refuse('not-found', 'There is no such thing here');

/** The same for a thing that was read by itself. */
export const mustExist = <T>(thing: T | undefined): T => thing ?? refuse('not-found', 'There is no such thing here');
