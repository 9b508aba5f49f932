import { Busy, Conflict } from '../../shared/domain/conflict.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import type { Deadline } from '../../shared/runtime/worker-door.ts';
import { keyText } from '../../shared/store/table.ts';
import { done, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { connectionFrom, progressNoted, xeroConnectionKey } from '../../shared/store/xero-connections.ts';
import { settingsFrom, xeroSettingsKey } from '../../shared/store/xero-settings.ts';
import { AccessLost } from './access-token.ts';
import { backfill } from './backfill.ts';
import { changePayment } from './change-payment.ts';
import { organisationInstead } from './follow-organisation.ts';
import { sendScheduled } from './hold-for-calendar.ts';
import { importAll } from './import-all.ts';
import { MustWait, pauseOf, type OpenBooks } from './open-books.ts';
import { noticeChange } from './notice-change.ts';
import { GaveWay, pickWork } from './pick-work.ts';
import { pullChanges } from './pull-changes.ts';
import { pullContacts } from './pull-contacts.ts';
import { reconcile } from './reconcile.ts';
import { resolveDrift } from './resolve-drift.ts';
import { resolveManifest } from './resolve-manifest.ts';
import type { Run, RoomFlows } from './run.ts';
import { OutcomeOpen } from './send-batch.ts';
import { sendAllocation } from './send-allocation.ts';
import { sendBills, sendExpenses } from './send-bills.ts';
import { sendContactDetails } from './send-contact-details.ts';
import { sendContacts } from './send-contacts.ts';
import { sendCreditNotes } from './send-credit-notes.ts';
import { sendInvoices } from './send-invoices.ts';
import { sendPayments } from './send-payments.ts';
import { sendPayout } from './send-payout.ts';
import { sendQuotes } from './send-quotes.ts';
import { sendSentFlags } from './send-sent-flags.ts';
import { sendVoid } from './send-void.ts';
import { sendWithdrawal } from './send-withdrawal.ts';
import { spreadBills } from './spread-bills.ts';
import { tellBlocked } from './tell-blocked.ts';
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
  const { organisation, state, pausedUntil } = connection;
  if (!workspace || !parseWorkspace(workspace).integrations || state !== 'connected' || !organisation) return undefined;
  if ((pausedUntil ?? '') > instantAt(world)) return undefined;
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
  if (first.kind === 'tell-blocked') return perform(run, first, [first]);
  // What would only wait for its turn isn't even read.
  run.books.requireCall();
  if (!run.connection.contactsComplete && first.kind !== 'pull-contacts') {
    await pullContacts(run);
    return true;
  }
  const batch = due.filter(({ kind }) => kind === first.kind).slice(0, documentsPerBatch);
  const left = await perform(run, first, batch);
  const wakes = (first.kind === 'invoice' || first.kind === 'credit-note') && wokenBy(run, batch);
  // Work that comes in meanwhile rings by itself: another look is only for what this one has seen or made.
  return left || wakes || run.blockage.touched || due.length > batch.length || full;
};

/** Payments that waited for one of these invoices are looked at again. Returns whether there are any. */
const wokenBy = (run: Run, batch: readonly WaitingWork[]): boolean => {
  const looked = new Set(batch.map(({ documentId }) => documentId));
  const woken = [...run.deferred].filter(([, invoiceId]) => looked.has(invoiceId));
  for (const [paymentId] of woken) run.deferred.delete(paymentId);
  return woken.length > 0;
};

/** Does one batch. Returns whether it left or made work that can go on at once. */
const perform = async (run: Run, first: WaitingWork, batch: readonly WaitingWork[]): Promise<boolean> => {
  switch (first.kind) {
    case 'contact':
      await sendContacts(run, batch);
      return false;
    case 'invoice':
      return sendInvoices(run, batch);
    case 'sent-flag':
      await sendSentFlags(run, batch);
      return false;
    case 'quote':
      return sendQuotes(run, batch);
    case 'payment':
      return sendPayments(run, batch);
    case 'payment-change':
      await changePayment(run, first);
      return true;
    case 'payout':
      await sendPayout(run, first);
      return true;
    case 'credit-note':
      return sendCreditNotes(run, batch);
    case 'credit-allocation':
      await sendAllocation(run, first);
      return true;
    case 'bills':
      await spreadBills(run, first);
      return true;
    case 'bill':
      return sendBills(run, batch);
    case 'expense':
      return sendExpenses(run, batch);
    case 'void':
      await sendVoid(run, first);
      return batch.length > 1;
    case 'withdraw':
      await sendWithdrawal(run, first);
      return true;
    case 'pull-changes':
      await pullChanges(run, batch);
      return true;
    case 'resolve':
      await resolveDrift(run, first);
      return true;
    case 'reconcile':
      return reconcile(run, first);
    case 'contact-details':
      await sendContactDetails(run, batch);
      return false;
    case 'import-contacts':
      return importAll(run, first);
    case 'send-scheduled':
      await sendScheduled(run, first);
      return true;
    case 'backfill':
      return backfill(run, first);
    case 'tell-blocked':
      await tellBlocked(run, first);
      return true;
    case 'pull-contacts':
      if ((await organisationInstead(run)) || (await pullContacts(run))) await run.world.table.commit([done(run.ws, first)]);
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
