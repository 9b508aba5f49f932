import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import type { Line } from '../domain/invoice-lines.ts';
import type { QuoteAnswer } from '../domain/quote.ts';
import { foundAt, type Found } from './found.ts';
import { keys, partitions } from './keys.ts';
import { maybe, money, version } from './shapes.ts';
import { parseShareLinks, type ShareLinks } from './share-links.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { check, put, putNew, type Item, type Key, type Write } from './write.ts';

const answer = z.object({
  kind: z.enum(['accepted', 'declined']),
  name: z.string(),
  at: z.string(),
  by: z.enum(['client', 'member', 'xero']),
  /** Whether it carried the hash of the quote's terms. The hash itself, and the zone, stand on the quote once. */
  agreed: z.boolean(),
});

const record = z.object({
  id: z.string(),
  version,
  /** `expired` is never stored: it follows from `endsAt`. */
  status: z.enum(['draft', 'sent', 'accepted', 'declined', 'invoiced', 'withdrawn', 'superseded']),
  /** Which version of the quote this is; all of them have one number. */
  edition: z.int(),
  number: maybe(z.string()),
  clientId: z.string(),
  jobId: maybe(z.string()),
  currency: z.string(),
  validUntil: maybe(z.string()),
  /** The epoch whose line items are valid; a sent quote's is 0, so that whoever knows its id can read everything at once. */
  linesEpoch: z.int(),
  lineCount: z.int(),
  subtotal: money,
  tax: money,
  total: money,
  createdAt: z.string(),
  sentAt: maybe(z.string()),
  /** The first instant after its last day, as it was found when the quote was sent. */
  endsAt: maybe(z.string()),
  /** The workspace's zone when it was sent. */
  zone: maybe(z.string()),
  /** Days in which its invoice is to be paid, by the terms when it was sent. */
  termsDays: maybe(z.int()),
  termsHash: maybe(z.string()),
  /** Hash of the token of its link; null when there is none, or no longer one. */
  linkHash: maybe(z.string()),
  answer: maybe(answer),
  invoiceId: maybe(z.string()),
  /** The version before this one, and the one after it. */
  supersedes: maybe(z.string()),
  supersededBy: maybe(z.string()),
  /** Whether the workspace keeps its books in Xero, so that the quote has to get there. */
  toXero: z.boolean(),
});

/** A quote without its lines and words. */
export type QuoteHead = Omit<z.infer<typeof record>, 'answer'> & { readonly answer: QuoteAnswer | null };

/** Lines are written whole and read whole; the domain made them and knows their shape. */
const line = z.custom<Line>((value) => z.looseObject({ id: z.string(), amount: money }).safeParse(value).success);
const party = z.record(z.string(), z.unknown());
const words = z.object({ title: z.string(), notes: z.string(), supplier: party, client: party });
/** What a quote says besides its lines, with copies of both parties' details. */
export type QuoteWords = z.infer<typeof words>;

export interface WholeQuote {
  /** The links that went out by mail; read only where a link is followed. */
  readonly links?: ShareLinks | undefined;
  readonly head: QuoteHead;
  readonly lines: readonly Line[];
  readonly words: QuoteWords;
}

export const linesPerQuoteMax = 200;
const linesPerItemMax = 50;
/** Where the lines of a quote stand once it is sent. */
export const sentEpoch = 0;

export const quoteKey = keys.quote;
export const parseQuote = (item: Item): QuoteHead => {
  const { answer: stored, ...head } = record.parse(item);
  if (stored === null) return { ...head, answer: null };
  const { agreed, ...said } = stored;
  return { ...head, answer: { ...said, zone: head.zone ?? 'UTC', termsHash: agreed ? head.termsHash : null } };
};

const listKeys = (ws: string, quote: QuoteHead) => {
  const place = `${quote.createdAt.slice(0, 10)}#${quote.id}`;
  return {
    listPk: partitions.quotesOfWorkspace(ws),
    listSk: place,
    partyPk: partitions.quotesOfClient(ws, quote.clientId),
    partySk: place,
  };
};

/** What is null need not be written: it reads the same. A head stays within the 1 KB that a write unit pays for. */
const written = ({ answer: said, ...quote }: QuoteHead): Record<string, unknown> => ({
  ...Object.fromEntries(Object.entries(quote).filter(([, value]) => value !== null)),
  ...(said === null
    ? {}
    : { answer: { kind: said.kind, name: said.name, at: said.at, by: said.by, agreed: said.termsHash !== null } }),
});

const asItem = (ws: string, quote: QuoteHead): Item => ({
  ...keys.quote(ws, quote.id),
  v: 1,
  ...written(quote),
  ...listKeys(ws, quote),
});

export const addQuote = (ws: string, quote: QuoteHead): Write => putNew('quote', asItem(ws, quote));

/** Replaces a head as it was read; its version grows by one. */
export const replaceQuote = (ws: string, quote: QuoteHead): Write =>
  put('quote', asItem(ws, { ...quote, version: quote.version + 1 }), unchangedSince('quote', quote.version));

/** Holds on to a head as it was read, without changing it. */
export const quoteAsRead = (ws: string, { id, version: read }: QuoteHead): Write =>
  check('quote', keys.quote(ws, id), unchangedSince('quote', read));

/**
 * Writes what somebody answered: only while the quote is as it was read, waits for an answer and its last day has not ended at `now`,
 * whatever was thought of that before. Whoever is too late reads again and is told why.
 */
export const answerQuote = (ws: string, quote: QuoteHead, now: string): Write =>
  put('quote', asItem(ws, { ...quote, version: quote.version + 1 }), {
    condition: '#version = :readVersion AND #status = :sent AND #endsAt > :now',
    values: { ':readVersion': quote.version, ':sent': 'sent', ':now': now },
    onFail: () => new Conflict('quote'),
  });

const lineKey = (ws: string, id: string, epoch: number, chunk: number): Key => keys.quoteLines(ws, id, epoch, chunk);

/** The items that hold the lines of an epoch; the first holds the words too. They go with the commit that makes their epoch valid. */
export const quoteLines = (ws: string, id: string, epoch: number, lines: readonly Line[], said: QuoteWords): Write[] => {
  const count = Math.max(1, Math.ceil(lines.length / linesPerItemMax));
  return Array.from({ length: count }, (_, chunk) => {
    const held = lines.slice(chunk * linesPerItemMax, (chunk + 1) * linesPerItemMax);
    const content = { lines: held, ...(chunk === 0 ? { words: said } : {}) };
    return put('quote lines', { ...lineKey(ws, id, epoch, chunk), v: 1, packed: gzipSync(JSON.stringify(content)) });
  });
};

/** Keys of all items that may hold the lines of an epoch, for who doesn't know yet how many there are. */
export const quoteLineKeys = (ws: string, id: string, epoch: number, lineCount = linesPerQuoteMax): Key[] =>
  Array.from({ length: Math.max(1, Math.ceil(lineCount / linesPerItemMax)) }, (_, chunk) => lineKey(ws, id, epoch, chunk));

const lineItem = z.object({ packed: z.instanceof(Uint8Array) });
const content = z.object({ lines: z.array(line), words: words.optional() });
const unpack = (item: Item) => content.parse(JSON.parse(gunzipSync(lineItem.parse(item).packed).toString()));

/** A quote out of a batch read of its head and its line items; undefined where there is none. */
export const quoteIn = (found: Found, ws: string, id: string): WholeQuote | undefined => {
  const known = foundAt(found, keys.quote(ws, id), parseQuote);
  if (!known) return undefined;
  const parts = quoteLineKeys(ws, id, known.linesEpoch, known.lineCount).flatMap((key) => foundAt(found, key, unpack) ?? []);
  const said = parts.find((part) => part.words)?.words;
  const links = foundAt(found, keys.shareLinks(ws, id), parseShareLinks);
  return said && { head: known, lines: parts.flatMap(({ lines }) => lines), words: said, ...(links ? { links } : {}) };
};

/** All keys of a quote that was sent, so that one read finds it with its links. */
export const sentQuoteKeys = (ws: string, id: string): Key[] => [
  keys.quote(ws, id),
  keys.shareLinks(ws, id),
  ...quoteLineKeys(ws, id, sentEpoch),
];

/** A quote with its lines and words. Two round trips. */
export const readQuote =
  (table: Table) =>
  async (ws: string, id: string): Promise<WholeQuote | undefined> => {
    const item = await table.get(keys.quote(ws, id));
    const known = item && parseQuote(item);
    if (!known) return undefined;
    const found = await table.batchGet(quoteLineKeys(ws, id, known.linesEpoch, known.lineCount));
    return quoteIn(new Map([...found, [`${item.pk} ${item.sk}`, item]]), ws, id);
  };

/** Whether one of the latest quotes was sent and still waits, or has been answered within `days`: something may change with it in Xero. */
export const anyQuoteInPlay =
  (table: Table) =>
  async (ws: string, since: string): Promise<boolean> => {
    const { items } = await table.query({
      partition: partitions.quotesOfWorkspace(ws),
      index: 'list',
      descending: true,
      limit: 50,
    });
    return items.map(parseQuote).some(({ toXero, status, endsAt }) => toXero && status === 'sent' && (endsAt ?? '') > since);
  };
