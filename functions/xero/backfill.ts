import {
  backfillKey,
  counted,
  keepBackfill,
  keepNumbers,
  parseBackfill,
  readNumbers,
  sumsOf,
  type Backfill,
  type BackfillKind,
} from '../../shared/store/backfills.ts';
import { keepSyncItem } from '../../shared/store/sync-items.ts';
import { done, parked, unparked, waits, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Item, Write } from '../../shared/store/write.ts';
import { kindsOfDocument } from './backfill-kinds.ts';
import { refundsOfCredits } from './backfill-refunds.ts';
import { findUnsent } from './find-unsent.ts';
import type { Judged, LookUp } from './link-existing.ts';
import type { Run } from './run.ts';
import { countingWaits } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: catches the books up with what was made before they were connected, one small step after the other.

const enoughMs = 16_000;
/** Documents looked at in one step. */
const perStep = 40;
/** Documents settled in one commit: five actions each at most, a payment that stands there or what follows from a credit note among them. */
const perCommit = 18;

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

/** How much there is to do, from the lists alone. A function that runs out of time keeps how far it has counted. */
const count = async (run: Run, now: Backfill): Promise<void> => {
  let counting = now;
  for (const kind of now.kinds.slice(now.kinds.indexOf(now.kind))) {
    for (let after: string | undefined = kind === now.kind ? now.after : ''; after !== undefined;) {
      const { belong, rows, next } = await findUnsent(run, now, kind, after);
      counting = counted(counting, kind, { total: belong, found: rows.length });
      after = next;
      const isOver = after === undefined && kind === now.kinds.at(-1);
      if (isOver || run.deadline.remainingMs() >= enoughMs) continue;
      const rest = after === undefined ? { kind: nextKind(now, kind) ?? kind, after: '' } : { kind, after };
      return run.world.table.commit([keepBackfill(run.ws, { ...counting, ...rest })]);
    }
  }
  await run.world.table.commit([keepBackfill(run.ws, beginning(counting, now.kinds[0] ?? now.kind))]);
};

const nextKind = ({ kinds }: Backfill, kind: BackfillKind): BackfillKind | undefined => kinds[kinds.indexOf(kind) + 1];

/** The beginning of a kind. A few documents are looked up by their numbers; with more of them, whole pages of what Xero has may be cheaper. */
const beginning = (now: Backfill, kind: BackfillKind): Backfill => {
  const { page, perLook = 1 } = kindsOfDocument[kind];
  const byPage = page !== undefined && sumsOf(now, kind).found > perLook;
  return { ...now, kind, after: '', state: byPage ? 'reading' : 'linking', page: byPage ? 1 : null };
};

/** One page of what Xero has since that day. As soon as there turn out to be more than numbers would cost, those are looked up. */
const readPage = async (run: Run, now: Backfill): Promise<void> => {
  const { table, clock } = run.world;
  const { page: readOf, perLook = 1 } = kindsOfDocument[now.kind];
  const page = now.page ?? 1;
  const { found, pageCount } = readOf ? await readOf(run, { from: now.from, page }) : { found: new Map(), pageCount: 0 };
  const byNumber = pageCount - 1 > Math.ceil(sumsOf(now, now.kind).found / perLook);
  if (!byNumber) await keepNumbers(table, placeOfNumbers(run, now), found, clock());
  const more = !byNumber && page < pageCount;
  const next: Backfill = { ...now, state: more ? 'reading' : 'linking', page: byNumber ? null : page + 1 };
  await table.commit([keepBackfill(run.ws, next)]);
};

const placeOfNumbers = ({ ws }: Run, { id, kind }: Backfill) => ({ ws, id, kind });

const settleSome = async (run: Run, now: Backfill, work: WaitingWork): Promise<void> => {
  const { placeOf } = kindsOfDocument[now.kind];
  const { rows, next } = await findUnsent(run, now, now.kind, now.after);
  const some = rows.slice(0, perStep);
  const whole = some.length === rows.length;
  const last = some.at(-1);
  const after = whole ? next : last && placeOf(last);
  let left = now;
  const judged = await judge(run, now, some);
  if (now.kind === 'credit-note') await refundsOfCredits(run, some);
  for (let start = 0; start < some.length; start += perCommit)
    left = await settleChunk(run, left, some.slice(start, start + perCommit), judged);
  if (after !== undefined) return run.world.table.commit([keepBackfill(run.ws, { ...left, after })]);
  const kind = nextKind(now, now.kind);
  if (kind !== undefined) return run.world.table.commit([keepBackfill(run.ws, beginning(left, kind))]);
  await run.world.table.commit([keepBackfill(run.ws, { ...left, state: 'pushing' }), done(run.ws, work)]);
};

const workFor = (run: Run, kind: BackfillKind, documentId: string): WaitingWork & { kind: BackfillKind } => {
  const at = instantAt(run.world);
  return { lane: 'backfill', kind, documentId, version: run.world.clock(), dueAt: at, since: at, attempts: 0 };
};

/** What Xero has of some documents; undefined for a kind of which nobody has to look. */
const judge = async (run: Run, now: Backfill, rows: readonly Item[]): Promise<Map<string, Judged> | undefined> => {
  const look = kindsOfDocument[now.kind].judge;
  if (!look) return undefined;
  const works = rows.map((row) => workFor(run, now.kind, String(row['id'])));
  const lookUp: LookUp = async <T>(numbers: readonly string[], ask: Parameters<typeof lookUpOf<T>>[1]) =>
    now.page === null
      ? lookUpOf(numbers, ask)
      : ((await readNumbers(run.world.table, placeOfNumbers(run, now), numbers)) as Map<string, T>);
  return new Map((await look(run, { works, rows, lookUp })).map((one) => [one.documentId, one]));
};

const lookUpOf = async <T>(
  numbers: readonly string[],
  ask: (numbers: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): Promise<ReadonlyMap<string, T>> => (numbers.length === 0 ? new Map() : ask(numbers));

/** Writes what became of a few documents, and how far the backfill is by that, at once. */
const settleChunk = async (
  run: Run,
  now: Backfill,
  rows: readonly Item[],
  judged: ReadonlyMap<string, Judged> | undefined,
): Promise<Backfill> => {
  const { joins, placeOf } = kindsOfDocument[now.kind];
  const place = rows.at(-1);
  let after = place ? counted({ ...now, after: placeOf(place) }, now.kind, { looked: rows.length }) : now;
  const writes: Write[] = [];
  for (const row of rows) {
    const work = workFor(run, now.kind, String(row['id']));
    const one = judged?.get(work.documentId);
    // It was voided, paid off or sent since the list was read.
    if (judged && !one) continue;
    writes.push(...joins(run.ws, row), ...settling(run, work, one));
    const { length } = one?.payments ?? [];
    const became = one?.settled === undefined ? 'queued' : one.settled.item?.xeroId == null ? 'taken' : 'linked';
    after = counted(after, now.kind, { [became]: 1 });
    if (now.kinds.includes('payment')) after = counted(after, 'payment', { linked: length, looked: length });
    // More payments than fit stay for their own turn: Xero then says what they are.
    for (const payment of one?.payments?.slice(1) ?? []) await run.world.table.commit([keepSyncItem(run.ws, payment)]);
  }
  await run.world.table.commit([...writes, keepBackfill(run.ws, after), ...countingWaits(run)]);
  return after;
};

/** What is missing there is queued; what is there is linked, and led on where it isn't yet as it should be. */
const settling = (run: Run, work: WaitingWork, { settled, payments = [] }: Partial<Judged> = {}): Write[] => {
  if (!settled) return [unparked(run.ws, work), waits(run.ws, work)];
  const { item, waitsFor, stays, also = [] } = settled;
  return [
    ...(item ? [keepSyncItem(run.ws, item)] : []),
    waitsFor ? parked(run.ws, work, waitsFor.what, waitsFor.on) : unparked(run.ws, work),
    ...(stays ? [waits(run.ws, work)] : []),
    ...also,
    ...payments.slice(0, 1).map((payment) => keepSyncItem(run.ws, payment)),
  ];
};
