import * as z from 'zod';
import { keys } from './keys.ts';
import { maybe } from './shapes.ts';
import { keyText, type Table } from './table.ts';
import { put, type Item, type Write } from './write.ts';

const kind = z.enum(['contact', 'invoice', 'payment']);
export type BackfillKind = z.infer<typeof kind>;

const record = z.object({
  id: z.string(),
  /** The organisation that it is for; it goes on in no other. */
  tenantId: z.string(),
  /** Documents dated from this day on. */
  from: z.string(),
  kinds: z.array(kind),
  /** `finding` counts, `reading` reads what Xero has by the page, `linking` settles document by document, `pushing`: all is queued. */
  state: z.enum(['finding', 'reading', 'linking', 'pushing', 'stopped']),
  /** The kind that is being settled, and the place in its list up to which it was. */
  kind,
  after: z.string(),
  /** Pages of Xero's list still to be read, from this one on; null where documents are looked up by number. */
  page: maybe(z.int()),
  /** Documents since that day, how many of them weren't in Xero, and how many of those were looked at by now. */
  total: z.int(),
  found: z.int(),
  looked: z.int(),
  /** What became of them: linked with what was there, stopped because their number is taken, queued. */
  linked: z.int(),
  taken: z.int(),
  queued: z.int(),
  startedAt: z.string(),
});

/** One catching up of a workspace's books with what was issued before they were connected. */
export type Backfill = z.infer<typeof record>;

export const backfillKey = keys.backfill;
export const parseBackfill = (item: Item): Backfill => record.parse(item);

/** Keeps how far a backfill has come. Only the workspace's worker writes it once it was asked for. */
export const keepBackfill = (ws: string, backfill: Backfill): Write =>
  put('backfill', { ...keys.backfill(ws), v: 1, ...backfill });

const keptSeconds = 7 * 24 * 3600;
const held = z.object({ found: z.string() });

/** Keeps what Xero's list said under each number, for as long as a backfill may need it. */
export const keepNumbers = async (
  table: Table,
  { ws, id, nowMs }: { ws: string; id: string; nowMs: number },
  numbers: ReadonlyMap<string, unknown>,
): Promise<void> => {
  const expiresAt = Math.floor(nowMs / 1000) + keptSeconds;
  await table.putMany(
    [...numbers].map(([number, found]) => ({
      ...keys.backfillNumber(ws, id, number),
      v: 1,
      found: JSON.stringify(found),
      expiresAt,
    })),
  );
};

/** What Xero's list said under some numbers; `parse` knows its shape. */
export const readNumbers = async <T>(
  table: Table,
  { ws, id }: { ws: string; id: string },
  numbers: readonly string[],
  parse: (found: unknown) => T,
): Promise<Map<string, T>> => {
  const items = await table.batchGet(numbers.map((number) => keys.backfillNumber(ws, id, number)));
  return new Map(
    numbers.flatMap((number) => {
      const item = items.get(keyText(keys.backfillNumber(ws, id, number)));
      return item ? [[number, parse(JSON.parse(held.parse(item).found))] as const] : [];
    }),
  );
};
