import { Busy, Conflict } from '../../shared/domain/conflict.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import type { Deadline } from '../../shared/runtime/worker-door.ts';
import { parseManifest } from '../../shared/store/manifests.ts';
import { keyText } from '../../shared/store/table.ts';
import { done, lanes, readManifestAndWork, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { connectionFrom, progressNoted, xeroConnectionKey } from '../../shared/store/xero-connections.ts';
import { settingsFrom, xeroSettingsKey } from '../../shared/store/xero-settings.ts';
import { AccessLost } from './access-token.ts';
import { checkApprovals } from './check-approvals.ts';
import { MustWait, pauseOf, type OpenBooks } from './open-books.ts';
import { noticeChange } from './notice-change.ts';
import { pullContacts } from './pull-contacts.ts';
import { resolveManifest } from './resolve-manifest.ts';
import type { Run, VoidFlows } from './run.ts';
import { OutcomeOpen } from './send-batch.ts';
import { sendContacts } from './send-contacts.ts';
import { sendInvoices } from './send-invoices.ts';
import { sendPayments } from './send-payments.ts';
import { sendVoid } from './send-void.ts';
import { tellOpenOutcome } from './tell-open-outcome.ts';
import { instantAt, type XeroWorld } from './world.ts';

// Flow of the worker: everything that waits for one organisation, one call after the other, the highest lane first.

const documentsPerBatch = 50;
/** Read beyond a batch, so that work of another kind in front doesn't make it small. */
const workRead = 200;
const workForMs = 45_000;
/** What a call and the writes behind it may need; less time left ends the run. */
const marginMs = 14_000;
const lostAnswersMax = 2;
/** The sweep rings again after a minute. */
const sweepMs = 60_000;
const conflictsMax = 5;

/** How long a call may take: it ends well before the function does, so that what became of it can still be written. */
export const callTimeoutMs = (remainingMs: number): number => Math.max(1_000, Math.min(20_000, remainingMs - 4_000));

interface Needs {
  readonly world: XeroWorld;
  readonly flows: VoidFlows;
  readonly open: OpenBooks;
}

/** Works through what waits for a workspace's organisation. Nothing is called while it is paused or not connected. */
export const workThrough =
  ({ world, flows, open }: Needs) =>
  async (ws: string, deadline: Deadline): Promise<void> => {
    const startedAt = world.clock();
    const run = await begin({ world, flows, open }, ws, deadline);
    if (!run) return;
    const faults = { lost: 0, conflicts: 0 };
    try {
      for (;;) {
        const outOfTime = world.clock() - startedAt > workForMs || deadline.remainingMs() < marginMs;
        if (outOfTime) return await world.ring([ws]);
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

const begin = async ({ world, flows, open }: Needs, ws: string, deadline: Deadline): Promise<Run | undefined> => {
  const found = await world.table.batchGet([xeroConnectionKey(ws), xeroSettingsKey(ws), workspaceKey(ws)]);
  const connection = connectionFrom(found.get(keyText(xeroConnectionKey(ws))));
  const workspace = found.get(keyText(workspaceKey(ws)));
  const { organisation, state, pausedUntil } = connection;
  if (!workspace || !parseWorkspace(workspace).integrations || state !== 'connected' || !organisation) return undefined;
  if ((pausedUntil ?? '') > instantAt(world)) return undefined;
  const urgency = { now: true };
  try {
    const books = await open(ws, connection, {
      timeoutMs: () => callTimeoutMs(deadline.remainingMs()),
      isUrgent: () => urgency.now,
    });
    return {
      world,
      flows,
      ws,
      tenantId: organisation.tenantId,
      settings: settingsFrom(found.get(keyText(xeroSettingsKey(ws)))),
      books,
      deadline,
      connection,
      manifest: { version: 0 },
      deferred: new Set(),
      urgency,
      stopped: { now: false },
      noted: { calls: 0 },
    };
  } catch (error) {
    if (error instanceof AccessLost) return undefined;
    if (!(error instanceof OutsideError)) throw error;
    world.count('SyncInterrupted');
    return undefined;
  }
};

/** A lost answer is looked up at once, the second time later; a lost race is read again. */
const guarded = async (run: Run, faults: { lost: number; conflicts: number }, go: () => Promise<boolean>): Promise<boolean> => {
  try {
    return await go();
  } catch (error) {
    if (error instanceof OutcomeOpen && ++faults.lost < lostAnswersMax) return true;
    if (!(error instanceof Conflict) || ++faults.conflicts >= conflictsMax) throw error;
    await noticeChange(run);
    return true;
  }
};

/** One batch of the highest lane. Returns whether there may be more to do. */
const step = async (run: Run): Promise<boolean> => {
  const { world, ws } = run;
  const { manifest, work } = await readManifestAndWork(world.table)(ws, workRead);
  run.manifest = parseManifest(manifest);
  if (run.manifest.batch) {
    run.urgency.now = true;
    await resolveManifest(run);
    return true;
  }
  const now = instantAt(world);
  const due = work.filter(({ dueAt, documentId }) => dueAt <= now && !run.deferred.has(documentId)).sort(byLane);
  const [first] = due;
  if (!first) return false;
  run.urgency.now = first.lane === 'urgent';
  if (!run.connection.contactsComplete && first.kind !== 'pull-contacts') {
    await pullContacts(run);
    return true;
  }
  const batch = due.filter(({ kind }) => kind === first.kind).slice(0, documentsPerBatch);
  const left = await perform(run, first, batch);
  // What waits for an invoice is looked at again once invoices were sent.
  const wakes = first.kind === 'invoice' && run.deferred.size > 0;
  if (wakes) run.deferred.clear();
  // Work that comes in meanwhile rings by itself: another look is only for what this one has seen or made.
  return left || wakes || due.length > batch.length || work.length >= workRead - 1;
};

/** The order within a lane: what others depend on first. */
const kindOrder = ['pull-contacts', 'contact', 'void', 'invoice', 'payment', 'check-approvals'] as const;

const byLane = (one: WaitingWork, other: WaitingWork): number =>
  lanes[one.lane].localeCompare(lanes[other.lane]) || kindOrder.indexOf(one.kind) - kindOrder.indexOf(other.kind);

/** Does one batch. Returns whether it left or made work that can go on at once. */
const perform = async (run: Run, first: WaitingWork, batch: readonly WaitingWork[]): Promise<boolean> => {
  switch (first.kind) {
    case 'contact':
      await sendContacts(run, batch);
      return false;
    case 'invoice':
      return sendInvoices(run, batch);
    case 'payment':
      await sendPayments(run, batch);
      return false;
    case 'void':
      await sendVoid(run, first);
      return batch.length > 1;
    case 'check-approvals':
      await checkApprovals(run, first);
      return true;
    case 'pull-contacts':
      if (await pullContacts(run)) await run.world.table.commit([done(run.ws, first)]);
      return true;
  }
};

/** Keeps what was learned of the limits, and a pause that Xero asked for. Lost when another organisation was connected meanwhile. */
const keepProgress = async (run: Run, wait?: MustWait): Promise<void> => {
  const pause = wait ? pauseOf(wait) : {};
  const progress = { ...(run.noted.calls === run.books.calls() ? {} : run.books.learned()), ...pause };
  if (Object.keys(progress).length === 0) return;
  try {
    await run.world.table.commit([progressNoted(run.ws, run.connection, progress)]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
};
