import { noteDrift } from './note-drift.ts';
import {
  readReconciliation,
  reconciliationStages,
  replaceReconciliation,
  seenNoted,
  type Reconciliation,
  type ReconciliationStage,
} from '../../shared/store/reconciliation.ts';
import { Conflict } from '../../shared/domain/conflict.ts';
import { keepSyncItem } from '../../shared/store/sync-items.ts';
import { done, postponed, waits, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { closeComparison } from './close-comparison.ts';
import { underWay, type Compared, type Looked, type Unlinked } from './compared.ts';
import { walkedKinds } from './document-kinds.ts';
import { lookAtOpen } from './look-at-open.ts';
import { lookAtOurs } from './look-at-ours.ts';
import type { Run } from './run.ts';
import { syncItemOf } from './settle.ts';
import { usualLane, workOf } from './work-of-documents.ts';
import { instantAt } from './world.ts';

// Flow of the worker: compares the platform with Xero, one page at a time, so that all other work goes first between two pages.

/** Longer than any call and the writes behind it. */
const leaseMs = 90_000;
/** Xero's stamps are of whole seconds and of another clock. */
const overlapMs = 5 * 60_000;

/**
 * One step of the comparison that a workspace waits for: one page, or one look-up, or its end. Progress is written behind each
 * step, so that it goes on where it was whatever happens in between. Returns whether it can go on at once.
 */
export const reconcile = async (run: Run, work: WaitingWork): Promise<boolean> => {
  const read = await readReconciliation(run.world.table)(run.ws);
  if (read.state !== 'waiting' && read.state !== 'running') {
    await run.world.table.commit([done(run.ws, work)]);
    return true;
  }
  const now = instantAt(run.world);
  if ((read.leaseUntil ?? '') > now) {
    // Another run is at it. This one leaves, and looks again once the other must be through.
    await run.world.table.commit([postponed(run.ws, work, read.leaseUntil ?? now)]);
    return true;
  }
  const leased = await lease(run, begun(run, read, now));
  try {
    return await step(run, work, leased);
  } catch (error) {
    await release(run, leased);
    throw error;
  }
};

/** A comparison at its start; one that is under way goes on, unless the organisation has become another. */
const begun = (run: Run, read: Reconciliation, now: string): Reconciliation => {
  if (read.state === 'running' && read.runId !== null && read.tenantId === run.tenantId) return read;
  // Without an earlier comparison there is nothing that "changed" could be counted from.
  const { changedUntil } = read;
  const isWhole = read.scope === 'all' || changedUntil === null || (read.tenantId !== null && read.tenantId !== run.tenantId);
  return {
    ...read,
    state: 'running',
    scope: isWhole ? 'all' : 'changed',
    runId: run.world.newId('rec'),
    tenantId: run.tenantId,
    startedAt: now,
    finishedAt: null,
    stage: 'contacts',
    page: 1,
    after: null,
    since: isWhole ? null : new Date(Date.parse(changedUntil) - overlapMs).toISOString(),
    compared: {},
    opened: 0,
    reason: null,
  };
};

const written = (read: Reconciliation, changed: Partial<Reconciliation>): Reconciliation => ({
  ...read,
  ...changed,
  version: read.version + 1,
});

const lease = async (run: Run, read: Reconciliation): Promise<Reconciliation> => {
  const changed = { leaseUntil: instantAt(run.world, leaseMs) };
  await run.world.table.commit([replaceReconciliation(run.ws, read, changed)]);
  return written(read, changed);
};

/** Whoever took the lease meanwhile keeps it. */
const release = async (run: Run, leased: Reconciliation): Promise<void> => {
  await run.world.table.commit([replaceReconciliation(run.ws, leased, { leaseUntil: null })]).catch((error: unknown) => {
    if (!(error instanceof Conflict)) run.world.count('ReconciliationLeaseKept');
  });
};

const step = async (run: Run, work: WaitingWork, leased: Reconciliation): Promise<boolean> => {
  if (leased.stage === 'close') {
    await closeComparison(run, work, leased);
    return true;
  }
  const looked = await look(run, leased);
  const opened = await keepDifferences(run, looked);
  await resume(run, looked.unlinked);
  const onward = looked.more
    ? { page: leased.page + 1, after: looked.after }
    : { stage: await stageAfter(run, leased.stage), page: 1, after: null };
  await run.world.table.commit([
    seenNoted(run.ws, leased.runId ?? '', {
      page: `${leased.stage}#${leased.page}`,
      ids: looked.seen,
      at: instantAt(run.world),
    }),
    replaceReconciliation(run.ws, leased, {
      ...onward,
      leaseUntil: null,
      compared: counted(leased, looked),
      opened: leased.opened + opened,
    }),
  ]);
  return true;
};

/** Kinds of which nothing is here are passed by, and so are pages that this connection may not see. */
const stageAfter = async (run: Run, stage: ReconciliationStage): Promise<ReconciliationStage> => {
  const next = reconciliationStages[reconciliationStages.indexOf(stage) + 1] ?? 'close';
  const kind = walkedKinds.find((one) => one.stage === next || one.rows.some((rows) => rows.stage === next));
  if (!kind) return next;
  const isAsked = (await kind.isKept(run)) && (kind.stage !== next || ((await kind.mayAsk?.(run)) ?? true));
  return isAsked ? next : stageAfter(run, next);
};

/** How many of ours were held against Xero, by kind. */
const counted = ({ compared }: Reconciliation, { seen }: Compared): Record<string, number> => {
  const kinds = {
    ...({ inv: 'invoices', pay: 'payments', cli: 'contacts', cn: 'creditNotes' } as const),
    ...({ bil: 'bills', exp: 'expenses', quo: 'quotes' } as const),
  };
  const more: Record<string, number> = { ...compared };
  for (const id of seen) {
    const kind = kinds[id.slice(0, id.indexOf('_')) as keyof typeof kinds];
    if (kind) more[kind] = (more[kind] ?? 0) + 1;
  }
  return more;
};

const look = async (run: Run, leased: Reconciliation): Promise<Looked> => {
  const { stage, page, since } = leased;
  const kind = walkedKinds.find((one) => one.stage === stage);
  if (kind) return { ...(await kind.page(run, { page, changedSince: since ?? undefined })), after: null };
  const rows = walkedKinds.flatMap((one) => one.rows).find((one) => one.stage === stage);
  return rows ? lookAtOurs(run, leased, rows) : lookAtOpen(run, leased);
};

/** Writes what was found; what is on its way is no drift yet. Returns how many differences were not known. */
const keepDifferences = async (run: Run, { differences }: Compared): Promise<number> => {
  if (differences.length === 0) return 0;
  const busy = await underWay(
    run,
    differences.flatMap(({ documentId }) => documentId ?? []),
  );
  const at = instantAt(run.world);
  let opened = 0;
  for (const difference of differences) {
    if (difference.documentId !== null && busy.has(difference.documentId)) continue;
    if (await noteDrift({ table: run.world.table, newId: run.world.newId })(run.ws, difference, at)) opened += 1;
  }
  return opened;
};

/** Documents of ours whose work was lost wait again: sending looks for them first, so that each is there once. */
const resume = async (run: Run, unlinked: readonly Unlinked[]): Promise<void> => {
  if (unlinked.length === 0) return;
  const busy = await underWay(
    run,
    unlinked.map(({ id }) => id),
  );
  const lost = unlinked.filter(({ id }) => !busy.has(id));
  const perCommit = 50;
  for (let start = 0; start < lost.length; start += perCommit) {
    await run.world.table.commit(lost.slice(start, start + perCommit).map((one) => resumed(run, one)));
    run.world.count('LostWorkResumed');
  }
};

/** Where sending again would make a second one, it is known from now on; what it says is compared by the next comparison. */
const resumed = (run: Run, { id, there }: Unlinked): Write => {
  const at = instantAt(run.world);
  const kind = workOf(id);
  if (!there)
    return waits(run.ws, { lane: usualLane[kind], kind, documentId: id, version: run.world.clock(), dueAt: at, since: at });
  const known = { state: 'synced', xeroId: there.xeroId, xeroStatus: there.status, lastSyncedAt: at } as const;
  return keepSyncItem(run.ws, syncItemOf(run, { documentId: id, kind }, undefined, known));
};
