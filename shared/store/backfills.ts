import * as z from 'zod';
import { keys } from './keys.ts';
import { maybe } from './shapes.ts';
import { keyText, type Table } from './table.ts';
import { put, type Item, type Write } from './write.ts';

/** In the order in which documents depend on each other. */
export const backfillKinds = ['contact', 'quote', 'invoice', 'payment', 'credit-note', 'bill', 'expense'] as const;
const kind = z.enum(backfillKinds);
export type BackfillKind = z.infer<typeof kind>;

const count = z.int().default(0);
const sums = z.object({
  /** Documents since that day, how many of them weren't in Xero, and how many of those were looked at by now. */
  total: count,
  found: count,
  looked: count,
  /** What became of them: linked with what was there, stopped because their number is taken, queued. */
  linked: count,
  taken: count,
  queued: count,
});

/** How far one kind has come. */
export type BackfillSums = z.infer<typeof sums>;

const record = z.object({
  id: z.string(),
  /** The organisation that it is for; it goes on in no other. */
  tenantId: z.string(),
  /** Documents dated from this day on. */
  from: z.string(),
  kinds: z.array(kind),
  /** `finding` counts; then kind by kind `reading` reads what Xero has by the page, where that is cheaper, and `linking` settles document by
   * document; `pushing`: all is queued. */
  state: z.enum(['finding', 'reading', 'linking', 'pushing', 'stopped']),
  /** The kind that is being settled, and the place in its list up to which it was. */
  kind,
  after: z.string(),
  /** Pages of Xero's list of that kind still to be read, from this one on; null where documents are looked up by number. */
  page: maybe(z.int()),
  /** What there is of each kind, and what became of it. */
  progress: z.partialRecord(kind, sums).default({}),
  startedAt: z.string(),
});

/** One catching up of a workspace's books with what was issued before they were connected. */
export type Backfill = z.infer<typeof record>;

const nothing: BackfillSums = { total: 0, found: 0, looked: 0, linked: 0, taken: 0, queued: 0 };

export const sumsOf = ({ progress }: Pick<Backfill, 'progress'>, of: BackfillKind): BackfillSums => progress[of] ?? nothing;

/** A backfill with more of one kind looked at, linked, stopped or queued. */
export const counted = (backfill: Backfill, of: BackfillKind, more: Partial<BackfillSums>): Backfill => {
  const before = sumsOf(backfill, of);
  const after = Object.fromEntries(
    Object.entries(before).map(([name, n]) => [name, n + (more[name as keyof BackfillSums] ?? 0)]),
  );
  return { ...backfill, progress: { ...backfill.progress, [of]: after as BackfillSums } };
};

export const backfillKey = keys.backfill;
export const parseBackfill = (item: Item): Backfill => record.parse(item);

/** Keeps how far a backfill has come. Only the workspace's worker writes it once it was asked for. */
export const keepBackfill = (ws: string, backfill: Backfill): Write =>
  put('backfill', { ...keys.backfill(ws), v: 1, ...backfill });

const keptSeconds = 7 * 24 * 3600;
const held = z.object({ found: z.string() });

interface Place {
  readonly ws: string;
  readonly id: string;
  readonly kind: BackfillKind;
}

const numberKey = ({ ws, id, kind: of }: Place, number: string) => keys.backfillNumber(ws, id, `${of}#${number}`);

/** Keeps what Xero's list said under each number, for as long as a backfill may need it. */
export const keepNumbers = async (
  table: Table,
  place: Place,
  numbers: ReadonlyMap<string, unknown>,
  nowMs: number,
): Promise<void> => {
  const expiresAt = Math.floor(nowMs / 1000) + keptSeconds;
  await table.putMany(
    [...numbers].map(([number, found]) => ({ ...numberKey(place, number), v: 1, found: JSON.stringify(found), expiresAt })),
  );
};

/** What Xero's list said under some numbers, as it was kept. */
export const readNumbers = async (table: Table, place: Place, numbers: readonly string[]): Promise<Map<string, unknown>> => {
  const items = await table.batchGet(numbers.map((number) => numberKey(place, number)));
  return new Map(
    numbers.flatMap((number) => {
      const item = items.get(keyText(numberKey(place, number)));
      return item ? [[number, JSON.parse(held.parse(item).found) as unknown] as const] : [];
    }),
  );
};
