import * as z from 'zod';
import { keys } from './keys.ts';
import type { Table } from './table.ts';
import { put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  workspaceId: z.string(),
  kind: z.enum(['quote', 'invoice']),
  documentId: z.string(),
  revoked: z.boolean(),
});

/**
 * A link by which a client sees one document without an account. It stands under the hash of its token; the token itself is stored
 * nowhere, so nobody can read links out of the table.
 */
export type ShareLink = z.infer<typeof record>;

export const shareLinkKey = keys.shareLink;
export const parseShareLink = (item: Item): ShareLink => record.parse(item);

/** A link that somebody followed, by its token's hash (SHA-256, base64url). Undefined for one that never was and for one that was revoked. */
export const readShareLink =
  (table: Table) =>
  async (tokenHash: string): Promise<ShareLink | undefined> => {
    const item = await table.get(keys.shareLink(tokenHash));
    const link = item && record.parse(item);
    return link && !link.revoked ? link : undefined;
  };

export const addShareLink = (tokenHash: string, link: Omit<ShareLink, 'revoked'>): Write =>
  putNew('share link', { ...keys.shareLink(tokenHash), v: 1, ...link, revoked: false });

/** From this commit on the link leads nowhere. */
export const revokeShareLink = (tokenHash: string, link: Omit<ShareLink, 'revoked'>): Write =>
  put('share link', { ...keys.shareLink(tokenHash), v: 1, ...link, revoked: true });
