import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { keys, partitions } from './keys.ts';
import { maybe } from './shapes.ts';
import type { Table } from './table.ts';
import { waits } from './waiting-work.ts';
import { put, type Item, type Write } from './write.ts';

/** Pages of Xero. What became of a credit note is known before its invoice is looked at. */
const pageStages = ['contacts', 'credit-notes', 'invoices', 'bills', 'spends', 'quotes', 'payments'] as const;
/** What here was not among the pages. Expenses are bills there, or money that was spent. */
const hereStages = [
  'clients-here',
  'credit-notes-here',
  'invoices-here',
  'bills-here',
  'expenses-here',
  'spends-here',
  'quotes-here',
  'payments-here',
] as const;
/** What a comparison does one after the other: pages of Xero, then what here was not among them, then what it closes. */
export const reconciliationStages = [...pageStages, ...hereStages, 'open', 'close'] as const;
export type PageStage = (typeof pageStages)[number];
export type HereStage = (typeof hereStages)[number];
export type ReconciliationStage = (typeof reconciliationStages)[number];

const record = z.object({
  /** Grows with every write: of two runs at once, the one that overslept can't write any more. */
  version: z.int(),
  state: z.enum(['never', 'waiting', 'running', 'done', 'stopped']),
  scope: maybe(z.enum(['changed', 'all'])),
  /** Names what this run leaves behind on its way. */
  runId: maybe(z.string()),
  tenantId: maybe(z.string()),
  startedAt: maybe(z.string()),
  finishedAt: maybe(z.string()),
  leaseUntil: maybe(z.string()),
  stage: z.enum(reconciliationStages).default('contacts'),
  page: z.int().default(1),
  /** Where among what is here the last look ended. */
  after: maybe(z.record(z.string(), z.unknown())),
  /** Changes from here on are compared; null for a whole comparison. */
  since: maybe(z.string()),
  compared: z.record(z.string(), z.int()).default({}),
  /** How many differences this run has found that were not known. */
  opened: z.int().default(0),
  reason: maybe(z.string()),
  /** What was changed before this instant has been compared. */
  changedUntil: maybe(z.string()),
  wholeAt: maybe(z.string()),
});

/** How far a workspace's comparison is, and what the next one has to go on from. */
export type Reconciliation = z.infer<typeof record>;

export const reconciliationKey = keys.reconciliation;
export const reconciliationFrom = (item: Item | undefined): Reconciliation =>
  item ? record.parse(item) : record.parse({ version: 0, state: 'never' });

export const readReconciliation =
  (table: Table) =>
  async (ws: string): Promise<Reconciliation> =>
    reconciliationFrom(await table.get(keys.reconciliation(ws)));

/** Replaces it as it was read; whoever wrote it meanwhile has won. */
export const replaceReconciliation = (ws: string, read: Reconciliation, changed: Partial<Reconciliation>): Write =>
  put(
    'reconciliation',
    { ...keys.reconciliation(ws), v: 1, ...read, ...changed, version: read.version + 1 },
    {
      condition: read.version === 0 ? 'attribute_not_exists(#pk)' : '#version = :readVersion',
      values: read.version === 0 ? undefined : { ':readVersion': read.version },
      onFail: () => new Conflict('reconciliation'),
    },
  );

export const reconcileWork = { lane: 'backfill', kind: 'reconcile', documentId: 'books' } as const;

/**
 * Asks for a comparison. One that is under way goes on as it is; one that waits becomes whole when that is asked for. `version`
 * must differ from that of earlier work (an epoch in ms will do).
 */
export const comparisonWanted = (
  ws: string,
  read: Reconciliation,
  wanted: { scope: 'changed' | 'all'; version: number; at: string; dueAt: string },
): { after: Reconciliation; writes: Write[] } => {
  const { scope, version, at, dueAt } = wanted;
  const work = waits(ws, { ...reconcileWork, version, dueAt, since: at });
  const goesOn = read.state === 'running' || (read.state === 'waiting' && (read.scope === 'all' || scope === 'changed'));
  if (goesOn) return { after: read, writes: [work] };
  const changed = { state: 'waiting', scope, runId: null, startedAt: null, finishedAt: null, reason: null } as const;
  return { after: { ...read, ...changed }, writes: [replaceReconciliation(ws, read, changed), work] };
};

const keptSeconds = 7 * 24 * 3600;
const seenRecord = z.object({ ids: z.array(z.string()) });

/** What one page of a run has shown, by our ids, and by theirs where there is none; forgotten after a week. */
export const seenNoted = (
  ws: string,
  runId: string,
  { page, ids, at }: { page: string; ids: readonly string[]; at: string },
): Write =>
  put('page of a comparison', {
    ...keys.comparedPage(ws, runId, page),
    v: 1,
    ids: [...ids],
    expiresAt: Math.floor(Date.parse(at) / 1000) + keptSeconds,
  });

/** Everything that a run has seen so far. */
export const readSeen =
  (table: Table) =>
  async (ws: string, runId: string): Promise<Set<string>> => {
    const items = await table.queryAll({ partition: partitions.comparedPages(ws, runId) });
    return new Set(items.flatMap((item) => seenRecord.parse(item).ids));
  };
