import {
  backfillKey,
  keepBackfill,
  keepNumbers,
  parseBackfill,
  readNumbers,
  type Backfill,
  type BackfillKind,
} from '../../shared/store/backfills.ts';
import { parseInvoice, replaceInvoice } from '../../shared/store/invoices.ts';
import { keepSyncItem } from '../../shared/store/sync-items.ts';
import { done, parked, unparked, waits, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Item, Write } from '../../shared/store/write.ts';
import { findInvoicesByNumber, listInvoicesFrom, valuesPerSearchMax } from '../../shared/xero/find-invoices.ts';
import type { XeroInvoice } from '../../shared/xero/invoice-answer.ts';
import { findUnsent, placeOf } from './find-unsent.ts';
import { judgeInvoices, type Judged } from './link-existing.ts';
import type { Run } from './run.ts';
import { countingWaits } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: catches the books up with what was issued before they were connected, one small step after the other.

const enoughMs = 16_000;
/** Documents settled in one commit: four actions each at most, payments that stand there among them. */
const perCommit = 20;

/** One step of a backfill, at most one call or two. Each step may be cut off and begun again. Returns whether to go on at once. */
export const backfill = async (run: Run, work: WaitingWork): Promise<boolean> => {
  const { table } = run.world;
  const item = await table.get(backfillKey(run.ws));
  const now = item && parseBackfill(item);
  if (!now || now.state === 'pushing' || now.state === 'stopped') await table.commit([done(run.ws, work)]);
  else if (now.tenantId !== run.tenantId)
    await table.commit([keepBackfill(run.ws, { ...now, state: 'stopped' }), done(run.ws, work)]);
  else if (now.state === 'finding') await count(run, now);
  else if (now.state === 'reading') await readPage(run, now);
  else await settleSome(run, now, work);
  return true;
};

/** How much there is to do, from the lists alone. A function that runs out of time counts again from the beginning. */
const count = async (run: Run, now: Backfill): Promise<void> => {
  const sums = { total: 0, found: 0, invoices: 0 };
  for (const kind of now.kinds) {
    for (let after: string | undefined = ''; after !== undefined;) {
      const { belong, rows, next } = await findUnsent(run, now, kind, after);
      sums.total += belong;
      sums.found += rows.length;
      if (kind === 'invoice') sums.invoices += rows.length;
      after = next;
      if (run.deadline.remainingMs() < enoughMs) return;
    }
  }
  const { invoices, ...counted } = sums;
  // A few are looked up by their numbers; with more of them, whole pages of what Xero has may be cheaper.
  const byPage = invoices > valuesPerSearchMax;
  const next = { ...now, ...counted, state: byPage ? 'reading' : 'linking', page: byPage ? 1 : null } as const;
  await run.world.table.commit([keepBackfill(run.ws, next)]);
};

/** One page of what Xero has since that day. The first tells how many there are, and whether numbers would be cheaper after all. */
const readPage = async (run: Run, now: Backfill): Promise<void> => {
  const { table, clock } = run.world;
  const page = now.page ?? 1;
  const { invoices, pageCount } = await listInvoicesFrom(run.books, { from: now.from, page });
  const byNumber = page === 1 && pageCount - 1 > Math.ceil(now.found / valuesPerSearchMax);
  if (!byNumber) {
    const numbers = new Map(invoices.filter(({ number }) => number !== '').map((one) => [one.number, one]));
    await keepNumbers(table, { ws: run.ws, id: now.id, nowMs: clock() }, numbers);
  }
  const more = !byNumber && page < pageCount;
  const next: Backfill = { ...now, state: more ? 'reading' : 'linking', page: byNumber ? null : page + 1 };
  await table.commit([keepBackfill(run.ws, next)]);
};

const settleSome = async (run: Run, now: Backfill, work: WaitingWork): Promise<void> => {
  const { rows, next } = await findUnsent(run, now, now.kind, now.after);
  const some = rows.slice(0, valuesPerSearchMax);
  const whole = some.length === rows.length;
  const last = some.at(-1);
  const after = whole ? next : last && placeOf(now.kind, last);
  let left = now;
  const judged = now.kind === 'invoice' ? await judged40(run, now, some) : undefined;
  for (let start = 0; start < some.length; start += perCommit) {
    const chunk = some.slice(start, start + perCommit);
    left = await settleChunk(run, left, chunk, judged);
  }
  if (after !== undefined) return run.world.table.commit([keepBackfill(run.ws, { ...left, after })]);
  const kind = now.kinds[now.kinds.indexOf(now.kind) + 1];
  if (kind !== undefined) return run.world.table.commit([keepBackfill(run.ws, { ...left, kind, after: '' })]);
  await run.world.table.commit([keepBackfill(run.ws, { ...left, state: 'pushing' }), done(run.ws, work)]);
};

const workFor = (run: Run, kind: BackfillKind, documentId: string): WaitingWork & { kind: BackfillKind } => {
  const at = instantAt(run.world);
  return { lane: 'backfill', kind, documentId, version: run.world.clock(), dueAt: at, since: at, attempts: 0 };
};

const judged40 = async (run: Run, now: Backfill, rows: readonly Item[]): Promise<Map<string, Judged>> => {
  const works = rows.map((row) => workFor(run, 'invoice', String(row['id'])));
  const lookUp = async (numbers: readonly string[]): Promise<ReadonlyMap<string, XeroInvoice>> => {
    const where = { ws: run.ws, id: now.id };
    if (now.page !== null) return readNumbers(run.world.table, where, numbers, (found) => found as XeroInvoice);
    const found = numbers.length === 0 ? [] : await findInvoicesByNumber(run.books, numbers);
    return new Map(found.map((one) => [one.number, one]));
  };
  return new Map((await judgeInvoices(run, works, lookUp)).map((judged) => [judged.one.head.id, judged]));
};

/** Writes what became of a few documents, and how far the backfill is by that, at once. */
const settleChunk = async (
  run: Run,
  now: Backfill,
  rows: readonly Item[],
  judged: ReadonlyMap<string, Judged> | undefined,
): Promise<Backfill> => {
  let after: Backfill = { ...now, looked: now.looked + rows.length };
  const writes: Write[] = [];
  for (const row of rows) {
    const work = workFor(run, now.kind, String(row['id']));
    const one = judged?.get(work.documentId);
    // It was voided, paid off or sent since the list was read.
    if (judged && !one) continue;
    writes.push(...reachesXero(run, row, now.kind));
    if (!one?.settled) {
      writes.push(unparked(run.ws, work), waits(run.ws, work));
      after = { ...after, queued: after.queued + 1 };
      continue;
    }
    const { item, waitsFor } = one.settled;
    if (item) writes.push(keepSyncItem(run.ws, item));
    writes.push(waitsFor ? parked(run.ws, work, waitsFor.what, waitsFor.on) : unparked(run.ws, work));
    const linked = item?.xeroId != null;
    after = { ...after, linked: after.linked + (linked ? 1 : 0), taken: after.taken + (linked ? 0 : 1) };
    if (now.kinds.includes('payment')) {
      const { length } = one.payments;
      after = { ...after, linked: after.linked + length, looked: after.looked + length };
    }
    // More payments than fit stay for their own turn: Xero then says what they are.
    writes.push(...one.payments.slice(0, 1).map((payment) => keepSyncItem(run.ws, payment)));
    for (const payment of one.payments.slice(1)) await run.world.table.commit([keepSyncItem(run.ws, payment)]);
  }
  const place = rows.at(-1);
  if (place) after = { ...after, after: placeOf(now.kind, place) };
  await run.world.table.commit([...writes, keepBackfill(run.ws, after), ...countingWaits(run)]);
  return after;
};

/** From now on the invoice belongs into the books, although it was made without a connection. */
const reachesXero = (run: Run, row: Item, kind: BackfillKind): Write[] => {
  if (kind !== 'invoice') return [];
  const head = parseInvoice(row);
  return head.toXero ? [] : [replaceInvoice(run.ws, { ...head, toXero: true })];
};
