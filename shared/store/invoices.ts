import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import type { Line } from '../domain/invoice-lines.ts';
import { fromColumns, toColumns, type Column } from './columns.ts';
import { keys, partitions } from './keys.ts';
import { maybe, money, version } from './shapes.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { check, put, putNew, type Item, type Key, type Write } from './write.ts';

const head = z.object({
  id: z.string(),
  version,
  status: z.enum(['collecting', 'draft', 'issued', 'partially-paid', 'paid', 'voiding', 'void', 'abandoned']),
  /** Grows when collecting starts anew; whoever holds an older one has lost. */
  epoch: z.int(),
  /** The epoch whose line items are valid. */
  linesEpoch: z.int(),
  lineCount: z.int(),
  clientId: z.string(),
  jobId: maybe(z.string()),
  currency: z.string(),
  /** The quote whose terms it has; their tax was locked with the quote. */
  quoteId: z.string().nullish(),
  /** The release of escrow that it is the invoice of: its job keeps the sums of these. */
  releaseId: z.string().nullish(),
  /** Where its lines come from: entries, or written by hand. */
  source: z.enum(['time', 'lines']),
  number: maybe(z.string()),
  issueDate: maybe(z.string()),
  dueDate: maybe(z.string()),
  notes: z.string(),
  subtotal: money,
  tax: money,
  total: money,
  paid: money,
  sentAt: maybe(z.string()),
  /** Whether the workspace keeps its books in Xero, so that the invoice has to get there. */
  toXero: z.boolean(),
  /** The sum of its credit notes, and their ids, the oldest first; absent while there is none. */
  credited: money.optional(),
  creditNoteIds: z.array(z.string()).optional(),
  /** What of them came when it was paid already, and is still to be given back. */
  openCredits: z.array(z.object({ creditNoteId: z.string(), amount: money })).optional(),
  /** What of them was given back. */
  creditRefunded: money.optional(),
  /** The issue of it that its bills mirror; absent while none of its time is billed. */
  billing: z.string().optional(),
  /** It is `voiding` in order to become a draft again, with the number that it has. */
  returning: z.boolean().optional(),
  /** Entries of a dead invoice are still being freed; until then they show as held. */
  freeing: z.boolean().default(false),
  createdAt: z.string(),
});

/** An invoice without its lines. */
export type InvoiceHead = z.infer<typeof head>;

/** Lines are written whole and read whole; the domain made them and knows their shape. */
const line = z.custom<Line>(
  (value) => z.looseObject({ id: z.string(), timeEntryIds: z.array(z.string()), amount: money }).safeParse(value).success,
);

const parties = z.object({ supplier: z.record(z.string(), z.unknown()), client: z.record(z.string(), z.unknown()) });
/** Copies of both parties' details, as they were when the document was issued. */
export type Parties = z.infer<typeof parties>;

/** One page of lines is one item. */
export const linesPerItemMax = 100;

export const invoiceKey = keys.invoice;
export const parseInvoice = (item: Item): InvoiceHead => head.parse(item);

export const readInvoice =
  (table: Table) =>
  async (workspaceId: string, id: string): Promise<InvoiceHead | undefined> => {
    const item = await table.get(keys.invoice(workspaceId, id));
    return item && head.parse(item);
  };

const listKeys = (ws: string, invoice: InvoiceHead) => {
  const place = `${invoice.issueDate ?? invoice.createdAt.slice(0, 10)}#${invoice.id}`;
  return {
    listPk: partitions.invoicesOfWorkspace(ws),
    listSk: place,
    partyPk: partitions.invoicesOfClient(ws, invoice.clientId),
    partySk: place,
    ...(invoice.jobId === null ? {} : { jobPk: partitions.invoicesOfJob(ws, invoice.jobId), jobSk: place }),
  };
};

/** Sweepers look here for collections that stalled and for entries that were not all freed. Both are rare: one partition will do. */
const holdPartition = 'due#hold';

const asItem = (ws: string, invoice: InvoiceHead): Item => {
  const collecting = invoice.status === 'collecting';
  return {
    ...keys.invoice(ws, invoice.id),
    v: 1,
    ...invoice,
    // What is collecting or abandoned was never a document: it stands in no list.
    ...(collecting || invoice.status === 'abandoned' ? {} : listKeys(ws, invoice)),
    ...(collecting || invoice.freeing ? { duePk: holdPartition, dueSk: `${invoice.createdAt}#${ws}#${invoice.id}` } : {}),
  };
};

export const addInvoice = (ws: string, invoice: InvoiceHead): Write => putNew('invoice', asItem(ws, invoice));

/** Replaces a head as it was read; its version grows by one. Lines are items of their own and never touched by this. */
export const replaceInvoice = (ws: string, invoice: InvoiceHead): Write =>
  put('invoice', asItem(ws, { ...invoice, version: invoice.version + 1 }), unchangedSince('invoice', invoice.version));

/** Holds on to a head as it was read, without changing it. */
export const stillAsRead = (ws: string, { id, version: read }: InvoiceHead): Write =>
  check('invoice', keys.invoice(ws, id), unchangedSince('invoice', read));

/** Holds on to a collection: it must still be collecting in this epoch for anything to be taken for it. */
export const stillCollecting = (ws: string, { id, epoch }: InvoiceHead): Write =>
  check('invoice', keys.invoice(ws, id), {
    condition: '#status = :collecting AND #epoch = :epoch',
    values: { ':collecting': 'collecting', ':epoch': epoch },
    onFail: () => new Conflict('collection'),
  });

/**
 * The items that hold the lines of an epoch; the first carries the parties too, and the ids of all bills that the invoice ever had.
 * Immutable once the head names their epoch.
 * Lines are stored packed: they repeat themselves, and a tenth of the size is a tenth of the price of writing and reading them.
 */
export const lineItems = (
  ws: string,
  id: string,
  epoch: number,
  lines: readonly Line[],
  copies: Parties,
  bills: readonly string[] = [],
): Item[] => {
  const count = Math.max(1, Math.ceil(lines.length / linesPerItemMax));
  return Array.from({ length: count }, (_, chunk) => {
    const held = lines.slice(chunk * linesPerItemMax, (chunk + 1) * linesPerItemMax);
    const content = {
      columns: toColumns(held),
      ...(chunk === 0 ? { parties: copies, ...(bills.length > 0 ? { bills } : {}) } : {}),
    };
    return { ...keys.invoiceLines(ws, id, epoch, chunk), v: 1, packed: gzipSync(JSON.stringify(content)) };
  });
};

/**
 * Lines for the commit that makes their epoch valid. Written before it, they could land on the lines of somebody who was faster;
 * only an invoice that nobody else knows of may do that.
 */
export const newLines = (...of: Parameters<typeof lineItems>): Write[] =>
  lineItems(...of).map((item) => put('invoice lines', item));

const lineItem = z.object({ packed: z.instanceof(Uint8Array) });
const content = z.object({ lines: z.array(line), parties: parties.optional(), bills: z.array(z.string()).default([]) });
const unpack = (item: Item) => {
  const stored = JSON.parse(gunzipSync(lineItem.parse(item).packed).toString()) as { columns?: Column };
  return content.parse(stored.columns ? { ...stored, lines: fromColumns(stored.columns) } : stored);
};

/** Keys of all items that hold the lines of an invoice, for reading many invoices at once. */
export const lineItemKeys = (
  ws: string,
  { id, linesEpoch, lineCount }: Pick<InvoiceHead, 'id' | 'linesEpoch' | 'lineCount'>,
): Key[] =>
  Array.from({ length: Math.max(1, Math.ceil(lineCount / linesPerItemMax)) }, (_, chunk) =>
    keys.invoiceLines(ws, id, linesEpoch, chunk),
  );

/** The lines that one of these items holds. */
export const parseLines = (item: Item): readonly Line[] => unpack(item).lines;

export interface WholeInvoice {
  readonly head: InvoiceHead;
  readonly lines: readonly Line[];
  readonly parties: Parties | undefined;
  /** Ids of all bills that it ever had; those of earlier issues are void. */
  readonly bills?: readonly string[];
}

/** Lines from `first` on, at most `limit`. */
export const readLines =
  (table: Table) =>
  async (ws: string, { id, linesEpoch }: Pick<InvoiceHead, 'id' | 'linesEpoch'>, first = 0, limit = Number.MAX_SAFE_INTEGER) => {
    const chunk = Math.floor(first / linesPerItemMax);
    const lastChunk = Math.min(9999, Math.floor((first + limit - 1) / linesPerItemMax));
    const items = await table.queryAll({
      partition: partitions.invoice(ws, id),
      from: keys.invoiceLines(ws, id, linesEpoch, chunk).sk,
      to: keys.invoiceLines(ws, id, linesEpoch, lastChunk).sk,
    });
    const parsed = items.map(unpack);
    const skipped = first - chunk * linesPerItemMax;
    return {
      lines: parsed.flatMap(({ lines }) => lines).slice(skipped, skipped + limit),
      parties: parsed.find((item) => item.parties)?.parties,
      bills: parsed.flatMap(({ bills }) => bills),
    };
  };

/** An invoice with all its lines and the parties' details. */
export const readWholeInvoice =
  (table: Table) =>
  async (ws: string, id: string): Promise<WholeInvoice | undefined> => {
    const found = await readInvoice(table)(ws, id);
    return found && { head: found, ...(await readLines(table)(ws, found)) };
  };

/** Heads that have been collecting, or whose entries have been waiting to be freed, since before an instant. From an index. */
export const staleHolds =
  (table: Table) =>
  async (before: string): Promise<{ workspaceId: string; invoiceId: string }[]> => {
    const items = await table.queryAll({ partition: holdPartition, index: 'due', to: before });
    return items.flatMap(({ dueSk }) => {
      const [, workspaceId, invoiceId] = typeof dueSk === 'string' ? dueSk.split('#') : [];
      return workspaceId !== undefined && invoiceId !== undefined ? [{ workspaceId, invoiceId }] : [];
    });
  };
