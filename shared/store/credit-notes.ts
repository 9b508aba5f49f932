import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import type { CreditLine } from '../domain/credit-note.ts';
import type { Money } from '../domain/money.ts';
import { linesPerItemMax } from './invoices.ts';
import { foundAt } from './found.ts';
import { keys, partitions } from './keys.ts';
import { maybe, money } from './shapes.ts';
import type { Table } from './table.ts';
import { putNew, update, type Item, type Key, type Write } from './write.ts';

const head = z.object({
  id: z.string(),
  number: z.string(),
  invoiceId: z.string(),
  /** Copies of what the invoice says, which never changes any more. */
  invoiceNumber: z.string(),
  clientId: z.string(),
  jobId: maybe(z.string()),
  currency: z.string(),
  kind: z.enum(['full', 'lines', 'amount']),
  reason: z.string(),
  settle: z.enum(['allocate', 'refund']),
  issueDate: z.string(),
  subtotal: money,
  tax: money,
  total: money,
  /** What of it was set against what was due; grows when money is taken back. The rest was paid already and is given back. */
  allocated: money,
  lineCount: z.int(),
  toXero: z.boolean(),
  /** Xero never hears of it: the invoice was lowered there itself. */
  onlyHere: z.literal(true).optional(),
  createdAt: z.string(),
});

/** A credit note without its lines. What it says never changes: what of it is open stands on its invoice. */
export type CreditNote = z.infer<typeof head>;

/** Lines are written whole and read whole; the domain made them and knows their shape. */
const line = z.custom<CreditLine>(
  (value) => z.looseObject({ id: z.string(), lineId: z.string(), amount: money }).safeParse(value).success,
);
const packed = z.object({ packed: z.instanceof(Uint8Array) });

export const creditNoteKey = keys.creditNote;
export const parseCreditNote = (item: Item): CreditNote => head.parse(item);

const lineItemCount = ({ lineCount }: Pick<CreditNote, 'lineCount'>): number =>
  Math.max(1, Math.ceil(lineCount / linesPerItemMax));

/** A new credit note with its lines, some of them in one item. It stands in the lists of its workspace, client and invoice. */
export const addCreditNote = (ws: string, note: CreditNote, lines: readonly CreditLine[]): Write[] => {
  const place = `${note.issueDate}#${note.id}`;
  const item = {
    ...keys.creditNote(ws, note.id),
    v: 1,
    ...note,
    listPk: partitions.creditNotesOfWorkspace(ws),
    listSk: place,
    partyPk: partitions.creditNotesOfClient(ws, note.clientId),
    partySk: place,
    jobPk: partitions.creditNotesOfInvoice(ws, note.invoiceId),
    jobSk: place,
  };
  const chunks = Array.from({ length: lineItemCount(note) }, (_, chunk) =>
    putNew('credit note lines', {
      ...keys.creditNoteLines(ws, note.id, chunk),
      v: 1,
      packed: gzipSync(JSON.stringify(lines.slice(chunk * linesPerItemMax, (chunk + 1) * linesPerItemMax))),
    }),
  );
  return [putNew('credit note', item), ...chunks];
};

/** It belongs into the books from now on, although it was made without a connection to Xero. */
export const creditNoteJoins = (ws: string, id: string): Write =>
  update('credit note', keys.creditNote(ws, id), { set: { toXero: true } }, { condition: 'attribute_exists(#pk)' });

/** More of it is set against its invoice, whose head is written with it: one of them alone would be wrong. */
export const moreAllocated = (ws: string, id: string, by: Money): Write => ({
  ...{ kind: 'update', what: 'credit note', key: keys.creditNote(ws, id) },
  expression: 'SET #allocated.#amount = #allocated.#amount + :by',
  condition: 'attribute_exists(#pk)',
  values: { ':by': by.amount },
});

export const readCreditNote =
  (table: Table) =>
  async (ws: string, id: string): Promise<CreditNote | undefined> => {
    const item = await table.get(keys.creditNote(ws, id));
    return item && head.parse(item);
  };

/** Keys of all items that hold the lines of a credit note. */
export const creditLineKeys = (ws: string, note: Pick<CreditNote, 'id' | 'lineCount'>): Key[] =>
  Array.from({ length: lineItemCount(note) }, (_, chunk) => keys.creditNoteLines(ws, note.id, chunk));

/** The lines that one of these items holds. */
export const parseCreditLines = (item: Item): CreditLine[] =>
  z.array(line).parse(JSON.parse(gunzipSync(packed.parse(item).packed).toString()));

/** Credit notes with their lines, in the order of the ids; what isn't there is left out. Read strongly. */
export const readCreditNotes =
  (table: Table) =>
  async (ws: string, ids: readonly string[]): Promise<{ note: CreditNote; lines: CreditLine[] }[]> => {
    if (ids.length === 0) return [];
    const heads = await table.batchGet(ids.map((id) => keys.creditNote(ws, id)));
    const notes = ids.flatMap((id) => foundAt(heads, keys.creditNote(ws, id), parseCreditNote) ?? []);
    const items = await table.batchGet(notes.flatMap((note) => creditLineKeys(ws, note)));
    return notes.map((note) => ({
      note,
      lines: creditLineKeys(ws, note).flatMap((key) => foundAt(items, key, parseCreditLines) ?? []),
    }));
  };
