import * as z from 'zod';
import { workDueKeys } from './due.ts';
import { keys, partitions } from './keys.ts';
import type { Table } from './table.ts';
import { put, remove, type Item, type Write } from './write.ts';

/** Lanes in the order in which they are served: a person waits for it, payments, the rest, backfill. */
export const lanes = { urgent: '1-urgent', payments: '2-payments', documents: '3-documents', backfill: '4-backfill' } as const;
export type Lane = keyof typeof lanes;
export const allLanes: readonly Lane[] = ['urgent', 'payments', 'documents', 'backfill'];
export type WorkKind =
  | 'contact'
  | 'invoice'
  | 'sent-flag'
  | 'quote'
  | 'payment'
  | 'payment-change'
  | 'payout'
  | 'credit-note'
  | 'credit-allocation'
  | 'bills'
  | 'bill'
  | 'expense'
  | 'withdraw'
  | 'void'
  | 'pull-contacts'
  | 'pull-changes'
  | 'reconcile'
  | 'backfill'
  | 'send-scheduled'
  | 'contact-details'
  | 'import-contacts'
  | 'resolve'
  | 'tell-blocked';

const record = z.object({
  lane: z.enum(['urgent', 'payments', 'documents', 'backfill']),
  kind: z.enum([
    'contact',
    'invoice',
    'sent-flag',
    'quote',
    'payment',
    'payment-change',
    'payout',
    'credit-note',
    'credit-allocation',
    'bills',
    'bill',
    'expense',
    'withdraw',
    'void',
    'pull-contacts',
    'pull-changes',
    'reconcile',
    'resolve',
    'backfill',
    'send-scheduled',
    'contact-details',
    'import-contacts',
    'tell-blocked',
  ]),
  documentId: z.string(),
  /** Grows with every wish to send the document again: work that was renewed while it was being done stays due. */
  version: z.number(),
  dueAt: z.string(),
  since: z.string(),
  attempts: z.number(),
  /** Somebody wants a contact to be made where none is found, whatever the policy for documents says. */
  create: z.boolean().optional(),
});

/** A document that must reach Xero, or something to fetch from there. */
export type WaitingWork = z.infer<typeof record>;

/**
 * Work that waits, written in the transaction of the fact that causes it. Replaces waiting work for the same document, so that
 * several edits cause one push. `version` must differ from that of earlier work for the document (an epoch in ms will do).
 */
export const waits = (workspaceId: string, work: Omit<WaitingWork, 'attempts'> & { attempts?: number }): Write =>
  put('waiting work', {
    ...keys.waitingWork(workspaceId, lanes[work.lane], work.kind, work.documentId),
    v: 1,
    attempts: 0,
    ...work,
    ...workDueKeys(workspaceId, work.dueAt, work.documentId),
  });

/** That somebody is told how many documents are blocked. It asks nothing of Xero, so it goes before what has to wait for its turn. */
export const countingWork = { lane: 'urgent', kind: 'tell-blocked', documentId: 'blocked' } as const;

/** Removes work that is done, unless it was renewed meanwhile. */
export const done = (
  workspaceId: string,
  { lane, kind, documentId, version }: Pick<WaitingWork, 'lane' | 'kind' | 'documentId' | 'version'>,
): Write =>
  remove('waiting work', keys.waitingWork(workspaceId, lanes[lane], kind, documentId), {
    condition: 'attribute_not_exists(#pk) OR #version = :version',
    values: { ':version': version },
  });

/** Moves work as it was read into another lane. Fails with a conflict when it was renewed, done or taken back meanwhile. */
export const moved = (workspaceId: string, work: WaitingWork, lane: Lane): Write[] => [
  remove('waiting work', keys.waitingWork(workspaceId, lanes[work.lane], work.kind, work.documentId), {
    condition: '#version = :version',
    values: { ':version': work.version },
  }),
  waits(workspaceId, { ...work, lane }),
];

/** Removes work that must not happen any more, whatever its version. */
export const cancelled = (
  workspaceId: string,
  { lane, kind, documentId }: Pick<WaitingWork, 'lane' | 'kind' | 'documentId'>,
): Write => remove('waiting work', keys.waitingWork(workspaceId, lanes[lane], kind, documentId));

/** Lanes begin with a digit from 1 on; what is parked stands behind them, the manifest before them. */
const lanesFrom = '1';
const lanesTo = '8~';

/** A workspace's waiting work in the order of its lanes, read strongly. Neither the manifest nor what is parked is among it. */
export const readWaitingWork =
  (table: Table) =>
  async (workspaceId: string, limit?: number): Promise<readonly WaitingWork[]> => {
    const page = await table.query({
      partition: partitions.waitingWork(workspaceId),
      from: lanesFrom,
      to: lanesTo,
      ...(limit === undefined ? {} : { limit }),
    });
    return page.items.map((item) => record.parse(item));
  };

/** A workspace's waiting and parked work as a list to show. */
export const waitingWorkList = (workspaceId: string) => ({
  partition: partitions.waitingWork(workspaceId),
  from: lanesFrom,
  to: '9~',
});

/** Whether a row of that list is parked. */
export const isParked = ({ sk }: Item): boolean => sk.startsWith('9-parked#');

/** The manifest (if there is one) and the first waiting work, in one strong read. `more`: there may be work behind it. */
export const readManifestAndWork =
  (table: Table) =>
  async (workspaceId: string, limit: number): Promise<{ manifest: Item | undefined; work: WaitingWork[]; more: boolean }> => {
    const page = await table.query({ partition: partitions.waitingWork(workspaceId), to: lanesTo, limit });
    const manifestSk = keys.manifest(workspaceId).sk;
    return {
      manifest: page.items.find(({ sk }) => sk === manifestSk),
      work: page.items.filter(({ sk }) => sk !== manifestSk).map((item) => record.parse(item)),
      more: page.last !== undefined,
    };
  };

/** Where the lanes behind one begin. */
export const lanesBehind = (lane: Lane): string => `${lanes[lane]}#~`;

/** Waiting work from a place in the order of the lanes on, up to where the lane `before` begins; read strongly. */
export const readWorkFrom =
  (table: Table) =>
  async (workspaceId: string, from: string, limit: number, before?: Lane): Promise<{ work: WaitingWork[]; more: boolean }> => {
    const to = before === undefined ? lanesTo : lanes[before];
    const page = await table.query({ partition: partitions.waitingWork(workspaceId), from, to, limit });
    return { work: page.items.map((item) => record.parse(item)), more: page.last !== undefined };
  };

const documentKinds: readonly WorkKind[] = [
  'contact',
  'invoice',
  'quote',
  'payment',
  'payout',
  'credit-note',
  'bill',
  'expense',
  'void',
];
const isDocument = (kind: WorkKind): boolean => documentKinds.includes(kind);

/** Work of one kind for some documents, as far as it waits in these lanes; read strongly. */
export const readWorkIn =
  (table: Table) =>
  async (workspaceId: string, among: readonly Lane[], kind: WorkKind, documentIds: readonly string[]): Promise<WaitingWork[]> => {
    const places = documentIds.flatMap((id) => among.map((lane) => keys.waitingWork(workspaceId, lanes[lane], kind, id)));
    const found = await table.batchGet(places);
    return [...found.values()].map((item) => record.parse(item));
  };

/** How many documents wait in each lane, `atMost` pieces of work looked at. */
export const countWaiting =
  (table: Table) =>
  async (workspaceId: string, atMost: number): Promise<Record<Lane, number>> => {
    const counts = { urgent: 0, payments: 0, documents: 0, backfill: 0 };
    const work = await readWaitingWork(table)(workspaceId, atMost);
    // People wait for documents; that the books are looked at is nothing of theirs.
    for (const { lane, kind } of work) if (isDocument(kind)) counts[lane] += 1;
    return counts;
  };

/** Puts work off without renewing it. */
export const postponed = (workspaceId: string, work: WaitingWork, dueAt: string): Write =>
  put(
    'waiting work',
    {
      ...keys.waitingWork(workspaceId, lanes[work.lane], work.kind, work.documentId),
      v: 1,
      ...work,
      attempts: work.attempts + 1,
      dueAt,
      ...workDueKeys(workspaceId, dueAt, work.documentId),
    },
    { condition: '#version = :version', values: { ':version': work.version } },
  );

/** What parked work waits for. `person`: a setting, a choice, a correction. */
export type ParkedFor = 'contact' | 'invoice' | 'approval' | 'person' | 'calendar';

const parkedRecord = record.extend({
  waitsFor: z.enum(['contact', 'invoice', 'approval', 'person', 'calendar']),
  on: z.string(),
});
/** Work that nobody needs to look at before something has changed. `on` names it: a client or an invoice. */
export type ParkedWork = z.infer<typeof parkedRecord>;

/** Takes work out of its lane; goes together with `done`. It stands in no index: it costs nothing until it is released. */
export const parked = (workspaceId: string, work: WaitingWork, waitsFor: ParkedFor, on: string): Write =>
  put('parked work', { ...keys.parkedWork(workspaceId, work.kind, work.documentId), v: 1, ...work, waitsFor, on });

export const unparked = (workspaceId: string, { kind, documentId }: Pick<WaitingWork, 'kind' | 'documentId'>): Write =>
  remove('parked work', keys.parkedWork(workspaceId, kind, documentId));

/** All that is parked in a workspace, read strongly. */
export const readParkedWork =
  (table: Table) =>
  async (workspaceId: string): Promise<ParkedWork[]> => {
    const items = await table.queryAll({ partition: partitions.waitingWork(workspaceId), beginsWith: '9-parked#' });
    return items.map((item) => parkedRecord.parse(item));
  };

const workKindsOf = {
  inv: ['invoice', 'void', 'withdraw'],
  quo: ['quote'],
  pay: ['payment', 'payment-change'],
  pot: ['payout'],
  cli: ['contact'],
  cn_: ['credit-note', 'credit-allocation'],
  bil: ['bill'],
  exp: ['expense'],
} as const;

/** Documents of a few that are on their way to Xero: work waits or is parked for them, whatever the lane. */
export const waitingAmong =
  (table: Table) =>
  async (workspaceId: string, documentIds: readonly string[]): Promise<Set<string>> => {
    const wanted = [...new Set(documentIds)].flatMap((id) => {
      const kinds = workKindsOf[id.slice(0, 3) as keyof typeof workKindsOf] ?? [];
      return kinds.flatMap((kind) => [
        keys.parkedWork(workspaceId, kind, id),
        ...Object.values(lanes).map((lane) => keys.waitingWork(workspaceId, lane, kind, id)),
      ]);
    });
    const found = await table.batchGet(wanted);
    return new Set([...found.values()].map((item) => record.parse(item).documentId));
  };
