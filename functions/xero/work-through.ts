import { Busy, Conflict } from '../../shared/domain/conflict.ts';
import { askedInVain } from '../../shared/domain/outage.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { log } from '../../shared/runtime/log.ts';
import type { Deadline } from '../../shared/runtime/worker-door.ts';
import { keyText } from '../../shared/store/table.ts';
import { postponed, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import {
  connectionFrom,
  isResting,
  progressNoted,
  xeroConnectionKey,
  type Progress,
  type XeroConnection,
} from '../../shared/store/xero-connections.ts';
import { settingsFrom, xeroSettingsKey } from '../../shared/store/xero-settings.ts';
import { isRefusal, outcomeUnknown } from '../../shared/xero/failure.ts';
import { AccessLost } from './access-token.ts';
import { MustWait, pauseOf, type OpenBooks } from './open-books.ts';
import { noticeChange } from './notice-change.ts';
import { perform } from './perform.ts';
import { GaveWay, pickWork } from './pick-work.ts';
import { pullContacts } from './pull-contacts.ts';
import { resolveManifest } from './resolve-manifest.ts';
import type { Run, RoomFlows } from './run.ts';
import { OutcomeOpen } from './send-batch.ts';
import { tellOpenOutcome } from './tell-open-outcome.ts';
import { instantAt, type XeroWorld } from './world.ts';

// Flow of the worker: everything that waits for one organisation, one call after the other, the highest lane first.

const documentsPerBatch = 50;
const workForMs = 45_000;
/** What a call and the writes behind it may need; less time left ends the run. */
const marginMs = 14_000;
const lostAnswersMax = 2;
/** The sweep rings again after a minute. */
const sweepMs = 60_000;
const conflictsMax = 5;
/** How long something waits that Xero refused in a way that no flow foresees, the first time and at most. */
const refusedWaitMs = 15 * 60_000;
const longestWaitMs = 6 * 3_600_000;
/** Runs that follow each other before the sweep has to begin a new chain. */
const hopsMax = 7;

/** How long a call may take: it ends well before the function does, so that what became of it can still be written. */
export const callTimeoutMs = (remainingMs: number): number => Math.max(1_000, Math.min(20_000, remainingMs - 4_000));

interface Needs {
  readonly world: XeroWorld;
  readonly flows: RoomFlows;
  readonly open: OpenBooks;
}

/** Works through what waits for a workspace's organisation. Nothing is called while it is paused or not connected. */
export const workThrough =
  ({ world, flows, open }: Needs) =>
  async (ws: string, deadline: Deadline, hops = 0): Promise<void> => {
    const startedAt = world.clock();
    const run = await begin({ world, flows, open }, ws, deadline);
    if (!run) return;
    const faults = { lost: 0, conflicts: 0 };
    try {
      for (;;) {
        const outOfTime = world.clock() - startedAt > workForMs || deadline.remainingMs() < marginMs;
        if (outOfTime) return await goOnLater(run, hops);
        if (run.stopped.now || !(await guarded(run, faults, () => step(run)))) break;
      }
      await keepProgress(run);
    } catch (error) {
      if (error instanceof AccessLost) return;
      if (error instanceof MustWait) {
        await tellOpenOutcome(run, error.until);
        return await keepProgress(run, error);
      }
      // A message that fails would hold the workspace's doorbell up for minutes; the sweep rings again within one.
      if (!(error instanceof OutcomeOpen || error instanceof OutsideError || error instanceof Busy)) throw error;
      world.count('SyncInterrupted');
      await tellOpenOutcome(run, instantAt(world, sweepMs));
      await keepProgress(run);
    }
  };

/** Rings for itself a few times in a row, never for ever: Lambda cuts such chains off, and the sweep rings within a minute anyway. */
const goOnLater = async (run: Run, hops: number): Promise<void> => {
  await keepProgress(run);
  if (hops < hopsMax) await run.world.ring([run.ws], hops + 1);
};

const begin = async ({ world, flows, open }: Needs, ws: string, deadline: Deadline): Promise<Run | undefined> => {
  const found = await world.table.batchGet([xeroConnectionKey(ws), xeroSettingsKey(ws), workspaceKey(ws)]);
  const connection = connectionFrom(found.get(keyText(xeroConnectionKey(ws))));
  const workspace = found.get(keyText(workspaceKey(ws)));
  const { organisation, state } = connection;
  if (!workspace || !parseWorkspace(workspace).integrations || state !== 'connected' || !organisation) return undefined;
  if (isResting(connection, instantAt(world))) return undefined;
  const haste: Run['haste'] = { now: 'at-once' };
  try {
    const books = await open(ws, connection, {
      timeoutMs: () => callTimeoutMs(deadline.remainingMs()),
      haste: () => haste.now,
    });
    return {
      world,
      flows,
      ws,
      tenantId: organisation.tenantId,
      settings: settingsFrom(found.get(keyText(xeroSettingsKey(ws)))),
      zone: parseWorkspace(workspace).zone,
      books,
      deadline,
      connection,
      manifest: { version: 0 },
      deferred: new Map(),
      looked: { lane: undefined, calls: 0 },
      haste,
      stopped: { now: false },
      noted: { calls: 0 },
      blockage: { touched: false },
    };
  } catch (error) {
    if (error instanceof AccessLost) return undefined;
    if (!(error instanceof OutsideError)) throw error;
    world.count('SyncInterrupted');
    if (outcomeUnknown(error)) await note(world, ws, connection, { outage: askedInVain(connection.outage, instantAt(world)) });
    return undefined;
  }
};

/** A lost answer is looked up at once, the second time later; a lost race is read again. */
const guarded = async (run: Run, faults: { lost: number; conflicts: number }, go: () => Promise<boolean>): Promise<boolean> => {
  try {
    return await go();
  } catch (error) {
    if (error instanceof GaveWay) return true;
    if (error instanceof OutcomeOpen && ++faults.lost < lostAnswersMax) return true;
    if (!(error instanceof Conflict) || ++faults.conflicts >= conflictsMax) throw error;
    await noticeChange(run);
    return true;
  }
};

const hasteOf = { urgent: 'at-once', payments: 'prompt', documents: 'in-turn', backfill: 'in-turn' } as const;

/** One batch of the highest lane. Returns whether there may be more to do. */
const step = async (run: Run): Promise<boolean> => {
  const { due, full } = await pickWork(run);
  if (run.manifest.batch) {
    run.haste.now = 'at-once';
    await resolveManifest(run);
    return true;
  }
  const [first] = due;
  if (!first) return false;
  run.haste.now = hasteOf[first.lane];
  if (first.kind === 'tell-blocked') return perform(run, first.kind, [first]);
  // What would only wait for its turn isn't even read.
  run.books.requireCall();
  if (!run.connection.contactsComplete && first.kind !== 'pull-contacts') {
    await pullContacts(run);
    return true;
  }
  const batch = due.filter(({ kind }) => kind === first.kind).slice(0, documentsPerBatch);
  const left = await perform(run, first.kind, batch).catch((error: unknown) => putBehind(run, first, error));
  const wakes = (first.kind === 'invoice' || first.kind === 'credit-note') && wokenBy(run, batch);
  // Work that comes in meanwhile rings by itself: another look is only for what this one has seen or made.
  return left || wakes || run.blockage.touched || due.length > batch.length || full;
};

/** A refusal that no flow has foreseen holds up nobody else: what it is about is tried again later, each time later than before. */
const putBehind = async (run: Run, work: WaitingWork, error: unknown): Promise<boolean> => {
  if (!isRefusal(error)) throw error;
  run.world.count('SyncWorkRefused');
  const { kind, documentId, attempts } = work;
  log.error('Xero refused what no flow foresees', { kind, documentId, status: error.status });
  const waitMs = Math.min(longestWaitMs, refusedWaitMs * 2 ** attempts);
  await run.world.table.commit([postponed(run.ws, work, instantAt(run.world, waitMs))]);
  return true;
};

/** Payments that waited for one of these invoices are looked at again. Returns whether there are any. */
const wokenBy = (run: Run, batch: readonly WaitingWork[]): boolean => {
  const looked = new Set(batch.map(({ documentId }) => documentId));
  const woken = [...run.deferred].filter(([, invoiceId]) => looked.has(invoiceId));
  for (const [paymentId] of woken) run.deferred.delete(paymentId);
  return woken.length > 0;
};

/** Keeps what was learned of the limits, a pause that Xero asked for, and whether it answers at all. */
const keepProgress = async ({ world, ws, connection, books, noted }: Run, wait?: MustWait): Promise<void> => {
  const pause = wait ? pauseOf(wait) : {};
  const progress = { ...(noted.calls === books.calls() ? {} : books.learned()), ...pause };
  if (Object.keys(progress).length > 0) await note(world, ws, connection, progress);
};

/** Lost when another organisation was connected meanwhile. */
const note = async ({ table }: XeroWorld, ws: string, connection: XeroConnection, progress: Progress): Promise<void> => {
  try {
    await table.commit([progressNoted(ws, connection, progress)]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
};
