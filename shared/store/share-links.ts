import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { hashOfToken, isTokenOf } from '../domain/share-token.ts';
import { keys } from './keys.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  version: z.int(),
  hashes: z.array(z.string()),
  /** How often all of them were revoked. A letter that was written before the last time must not leave with a new one. */
  epoch: z.int().default(0),
});

/**
 * The links of an invoice, and those of a quote that went out by mail: each mail carries one of its own, and revoking takes them all
 * away. Only the hashes of their tokens are stored, so that nobody can read links out of the table.
 */
export type ShareLinks = z.infer<typeof record>;

/** More than anybody sends; the oldest makes room. */
const linksMax = 50;

/** By the id of the invoice or quote. */
export const shareLinksKey = keys.shareLinks;
export const parseShareLinks = (item: Item): ShareLinks => record.parse(item);

/** Whether a token is one of the links that stand. Each is compared, so that the time taken tells nothing. */
export const leadsSomewhere = (links: ShareLinks | undefined, token: string): boolean =>
  (links?.hashes ?? []).filter((hash) => isTokenOf(token, hash)).length > 0;

/** How often the links of a document were revoked. */
export const epochOf = (links: ShareLinks | undefined): number => links?.epoch ?? 0;

const replaced = (ws: string, documentId: string, read: ShareLinks | undefined, now: Omit<ShareLinks, 'version'>): Write => {
  const item = { ...keys.shareLinks(ws, documentId), v: 1, version: (read?.version ?? 0) + 1, ...now };
  return read
    ? put('links', item, unchangedSince('links', read.version))
    : putNew('links', item, { onFail: () => new Conflict('links') });
};

/** One more link beside those that were read. */
export const linkAdded = (ws: string, documentId: string, read: ShareLinks | undefined, token: string): Write => {
  const hashes = [...(read?.hashes ?? []), hashOfToken(token)].slice(-linksMax);
  return replaced(ws, documentId, read, { hashes, epoch: epochOf(read) });
};

/** From this commit on no link of these leads here, and no letter that waits makes another. */
export const linksRevoked = (ws: string, documentId: string, read: ShareLinks | undefined): Write =>
  replaced(ws, documentId, read, { hashes: [], epoch: epochOf(read) + 1 });
