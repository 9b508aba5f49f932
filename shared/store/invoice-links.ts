import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { hashOfToken, isTokenOf } from '../domain/share-token.ts';
import { keys } from './keys.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, remove, type Item, type Write } from './write.ts';

const record = z.object({ version: z.int(), hashes: z.array(z.string()) });

/**
 * The links of an invoice: each mail carries one of its own, and revoking takes them all away. Only the hashes of their tokens are
 * stored, so that nobody can read links out of the table.
 */
export type InvoiceLinks = z.infer<typeof record>;

/** More than anybody sends; the oldest makes room. */
const linksMax = 50;

export const invoiceLinksKey = keys.invoiceLinks;
export const parseInvoiceLinks = (item: Item): InvoiceLinks => record.parse(item);

/** Whether a token is one of the links that stand. Each is compared, so that the time taken tells nothing. */
export const leadsSomewhere = (links: InvoiceLinks | undefined, token: string): boolean =>
  (links?.hashes ?? []).filter((hash) => isTokenOf(token, hash)).length > 0;

/** One more link beside those that were read. */
export const linkAdded = (ws: string, invoiceId: string, read: InvoiceLinks | undefined, token: string): Write => {
  const hashes = [...(read?.hashes ?? []), hashOfToken(token)].slice(-linksMax);
  const item = { ...keys.invoiceLinks(ws, invoiceId), v: 1, version: (read?.version ?? 0) + 1, hashes };
  return read
    ? put('links', item, unchangedSince('links', read.version))
    : putNew('links', item, { onFail: () => new Conflict('links') });
};

/** From this commit on no link leads here. */
export const linksRevoked = (ws: string, invoiceId: string): Write => remove('links', keys.invoiceLinks(ws, invoiceId));
