import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import type { Picture } from '../domain/printed.ts';
import { keys } from './keys.ts';
import { version } from './shapes.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, remove, type Item, type Write } from './write.ts';

const record = z.object({
  version,
  type: z.enum(['image/png', 'image/jpeg']),
  /** In pixels. */
  width: z.int(),
  height: z.int(),
  bytes: z.instanceof(Uint8Array),
});

/** The picture at the head of a workspace's documents. It stays within the 400 KB that one item may hold. */
export type Logo = z.infer<typeof record>;

export const readLogo =
  (table: Table) =>
  async (ws: string): Promise<Logo | undefined> => {
    const item = await table.get(keys.logo(ws));
    return item && record.parse(item);
  };

/** Puts a picture in the place of the one that was read, if there was one. */
export const replaceLogo = (ws: string, { type, width, height, bytes }: Picture, read: Logo | undefined): Write => {
  const item: Item = { ...keys.logo(ws), v: 1, version: (read?.version ?? 0) + 1, type, width, height, bytes };
  return read
    ? put('logo', item, unchangedSince('logo', read.version))
    : putNew('logo', item, { onFail: () => new Conflict('logo') });
};

/** Takes away the picture that was read. */
export const removeLogo = (ws: string, read: Logo): Write => remove('logo', keys.logo(ws), unchangedSince('logo', read.version));
