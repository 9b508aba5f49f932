import { Conflict } from '../../shared/domain/conflict.ts';
import { manifestAfter, manifestKey, parseManifest, replaceManifest } from '../../shared/store/manifests.ts';
import { keepSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { actionsPerTransactionMax, keyText } from '../../shared/store/table.ts';
import { countingWork, done, parked, waits, type ParkedFor, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { progressNoted } from '../../shared/store/xero-connections.ts';
import { remove, type Write } from '../../shared/store/write.ts';
import { noticeChange } from './notice-change.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: what became of a batch is written in as few commits as fit, and its manifest is closed with the last one.

/** What became of one piece of work. */
export interface Settled {
  readonly work: WaitingWork;
  /** How its document stands now; absent when there was nothing to do. */
  readonly item?: SyncItem;
  /** It can't go on before this has changed. */
  readonly waitsFor?: { readonly what: ParkedFor; readonly on: string };
  /** Its work stays waiting: there is a further step. */
  readonly stays?: true;
  /** What else has to be written with it. */
  readonly also?: readonly Write[];
}

/** Why a document can't go on, in plain words, and what a person can do about it. */
export interface Block {
  readonly code: string;
  readonly reason: string;
  readonly mend: string;
}

type Kind = SyncItem['kind'];

/** A document's sync item after an attempt; what is known of it in Xero stays unless it is said anew. */
export const syncItemOf = (
  run: Run,
  work: Pick<WaitingWork, 'documentId'> & { kind: Kind },
  before: SyncItem | undefined,
  now: Partial<SyncItem> & Pick<SyncItem, 'state'>,
): SyncItem => {
  // What is blocked now, or was tried before in vain, may change how many documents somebody has to look at.
  if (now.state === 'blocked' || (before && before.state !== 'synced')) run.blockage.touched = true;
  return {
    documentId: work.documentId,
    kind: work.kind,
    number: before?.number ?? null,
    reason: null,
    code: null,
    mend: null,
    xeroId: before?.xeroId ?? null,
    lastSyncedAt: before?.lastSyncedAt ?? null,
    nextSyncAt: null,
    pushedVersion: before?.pushedVersion ?? null,
    tenantId: run.tenantId,
    ...(before?.xeroStatus == null ? {} : { xeroStatus: before.xeroStatus }),
    ...(before?.awaited && now.state !== 'synced' ? { awaited: true } : {}),
    ...(before?.xeroUpdatedAt == null ? {} : { xeroUpdatedAt: before.xeroUpdatedAt }),
    ...(before?.refundedFrom == null ? {} : { refundedFrom: before.refundedFrom }),
    ...(before?.sent == null ? {} : { sent: before.sent }),
    ...(before?.differs == null ? {} : { differs: before.differs }),
    at: instantAt(run.world),
    ...now,
  };
};

/**
 * Work with nothing to do. `tried`: what an earlier try came to, of a document that is over and never got there: it is forgotten, so
 * that it waits for nobody any more.
 */
export const nothingToDo = (run: Run, work: WaitingWork, tried: SyncItem | undefined): Settled => {
  if (!tried) return { work };
  run.blockage.touched = true;
  return { work, also: [remove('sync item', syncItemKey(run.ws, tried.documentId))] };
};

const writesOf = (run: Run, { work, item, waitsFor, also = [] }: Settled): Write[] => [
  ...(item ? [keepSyncItem(run.ws, item)] : []),
  ...(waitsFor ? [parked(run.ws, work, waitsFor.what, waitsFor.on)] : []),
  ...also,
];

/** When what is blocked may have changed, the count of it waits in the same commit: whoever dies before it leaves it to the next. */
export const countingWaits = (run: Run): Write[] => {
  if (!run.blockage.touched) return [];
  const at = instantAt(run.world);
  return [waits(run.ws, { ...countingWork, version: run.world.clock(), dueAt: at, since: at })];
};

/** Writes outcomes. `closing` also closes the manifest of the batch they belong to. */
export const settle = async (run: Run, outcomes: readonly Settled[], { closing }: { closing: boolean }): Promise<void> => {
  const chunks = inTransactions(run, outcomes, closing ? 2 : 0);
  for (const chunk of chunks.slice(0, -1)) await settleChunk(run, chunk, []);
  const last = chunks.at(-1) ?? [];
  if (closing) await settleChunk(run, last, closingWrites(run));
  else await settleChunk(run, last, []);
  if (!closing) return;
  run.manifest = manifestAfter(run.manifest, undefined);
  run.noted.calls = run.books.calls();
};

/** One action is left for the count of what is blocked. */
const roomForOutcomes = actionsPerTransactionMax - 1;

const inTransactions = (run: Run, outcomes: readonly Settled[], spare: number): Settled[][] => {
  const chunks: Settled[][] = [[]];
  let actions = 0;
  for (const outcome of outcomes) {
    const size = writesOf(run, outcome).length + 1;
    if (actions + size > roomForOutcomes) {
      chunks.push([]);
      actions = 0;
    }
    chunks.at(-1)?.push(outcome);
    actions += size;
  }
  if (actions + spare > roomForOutcomes) chunks.push([]);
  return chunks;
};

const closingWrites = (run: Run): Write[] => {
  const at = instantAt(run.world);
  // Only what is sent counts as use: an organisation that is merely looked at each hour needs no token in between.
  const progress = { ...run.books.learned(), lastSyncedAt: at, usedAt: at };
  return [replaceManifest(run.ws, run.manifest, undefined), progressNoted(run.ws, run.connection, progress)];
};

const doneWith = (run: Run, { work, stays }: Settled): Write[] => (stays ? [] : [done(run.ws, work)]);

const settleChunk = async (run: Run, chunk: readonly Settled[], closing: readonly Write[]): Promise<void> => {
  const { table } = run.world;
  try {
    const outcomes = chunk.flatMap((one) => [...writesOf(run, one), ...doneWith(run, one)]);
    await table.commit(onceEach([...outcomes, ...countingWaits(run), ...closing]));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await noticeChange(run);
    for (const one of chunk) await settleOne(run, one);
    if (closing.length > 0) await closeManifest(run);
  }
};

/** Several payments of one invoice say the same of it, and a transaction names an item once: the last word counts. */
const onceEach = (writes: readonly Write[]): Write[] => [
  ...new Map(writes.map((write) => [keyText(write.kind === 'put' ? write.item : write.key), write])).values(),
];

/** Work that was renewed while it was being done stays due; what became of the attempt is kept all the same. */
const settleOne = async (run: Run, one: Settled): Promise<void> => {
  const { table } = run.world;
  try {
    await table.commit([...writesOf(run, one), ...doneWith(run, one), ...countingWaits(run)]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    if (one.item) await table.commit([keepSyncItem(run.ws, one.item), ...countingWaits(run)]);
  }
};

/** Closes the manifest although somebody else wrote it meanwhile: its batch is still ours. */
export const closeManifest = async (run: Run): Promise<void> => {
  const key = run.manifest.batch?.idempotencyKey;
  const current = parseManifest(await run.world.table.get(manifestKey(run.ws)));
  if (current.batch && current.batch.idempotencyKey === key)
    await run.world.table.commit([replaceManifest(run.ws, current, undefined)]);
  run.manifest = manifestAfter(current, undefined);
};

/** Blocks a document: it leaves its lane, and a person is told why and what to do. */
export const blocked = (
  run: Run,
  work: WaitingWork & { kind: Kind },
  before: SyncItem | undefined,
  { code, reason, mend }: Block,
  waitsFor: Settled['waitsFor'] = { what: 'person', on: work.documentId },
  more: Partial<SyncItem> = {},
): Settled => ({
  work,
  item: syncItemOf(run, work, before, { state: 'blocked', code, reason, mend, ...more }),
  ...(waitsFor ? { waitsFor } : {}),
});
