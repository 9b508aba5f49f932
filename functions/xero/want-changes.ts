import { Conflict } from '../../shared/domain/conflict.ts';
import { lostAmong } from '../../shared/domain/event-sequence.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { anythingDue } from '../../shared/store/aggregates.ts';
import { dueShards, everyTimed } from '../../shared/store/due.ts';
import { readReconciliation, type Reconciliation } from '../../shared/store/reconciliation.ts';
import { anyQuoteInPlay } from '../../shared/store/quotes.ts';
import type { SyncItem } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { readParkedWork, waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { readXeroConnection, type XeroConnection } from '../../shared/store/xero-connections.ts';
import { readEventNumbers, replaceEventNumbers } from '../../shared/store/xero-events.ts';

export interface WantNeeds {
  readonly table: Table;
  readonly clock: () => number;
  readonly ring: RingDoorbell;
}

/** A document of ours that was changed in Xero at an instant. */
export interface ChangedDocument {
  readonly documentId: string;
  readonly at: string;
}

/** What is looked for: one document by its id, or all changed ones since the last look. */
export const allInvoices = 'invoices';
export const allPayments = 'payments';
export const allQuotes = 'quotes';

const contactsWanted = (ws: string, clock: () => number): Write => {
  const at = new Date(clock()).toISOString();
  return waits(ws, { lane: 'urgent', kind: 'pull-contacts', documentId: 'contacts', version: clock(), dueAt: at, since: at });
};

const changesWanted = (ws: string, clock: () => number, documentId: string, since: string): Write => {
  const at = new Date(clock()).toISOString();
  return waits(ws, { lane: 'documents', kind: 'pull-changes', documentId, version: clock(), dueAt: at, since });
};

/** Whether a change of an instant is our own write coming back: Xero stamps whole seconds. */
export const isEcho = ({ xeroUpdatedAt }: SyncItem, at: string): boolean =>
  xeroUpdatedAt != null && Math.floor(Date.parse(at) / 1000) <= Math.floor(Date.parse(xeroUpdatedAt) / 1000);

const perCommit = 100;

/** Asks for what changed in a workspace's organisation, and rings. Nothing happens where nothing of ours was changed. */
export const wantChanges =
  ({ table, clock, ring }: WantNeeds) =>
  async (ws: string, what: { contacts: boolean; documents: readonly ChangedDocument[] }): Promise<void> => {
    const writes = [
      ...(what.contacts ? [contactsWanted(ws, clock)] : []),
      ...what.documents.map(({ documentId, at }) => changesWanted(ws, clock, documentId, at)),
    ];
    if (writes.length === 0) return;
    for (let start = 0; start < writes.length; start += perCommit) await table.commit(writes.slice(start, start + perCommit));
    await ring([ws]);
  };

type Look = 'contacts' | 'invoices' | 'payments' | 'quotes';

/**
 * Asks for changes in every connected organisation: a webhook that was lost costs an hour. While something is open, contacts,
 * invoices and payments are looked at each hour; where nothing is, one of contacts and invoices in turn: one call an hour.
 */
export const pollAll = (needs: WantNeeds) => async (): Promise<void> => {
  const lost = await lostEvents(needs);
  await lookAt(needs, async (ws) => (lost ? everything : looksOf(needs, ws)));
  // Not before: whoever dies in between finds them missing again.
  if (lost) await forget(needs, lost);
};

/** Asks for everything that changed, wherever it may be: events were lost, and nobody knows whose. */
export const lookEverywhere = (needs: WantNeeds): Promise<void> => lookAt(needs, async () => everything);

const all = { invoices: allInvoices, payments: allPayments, quotes: allQuotes } as const;

const everything: readonly Look[] = ['contacts', 'invoices', 'payments'];

const lookAt = async (needs: WantNeeds, looks: (ws: string) => Promise<readonly Look[]>): Promise<void> => {
  const { table, clock, ring } = needs;
  for (const shard of dueShards)
    for (const ws of new Set(await everyTimed(table)('token', shard))) {
      const at = new Date(clock()).toISOString();
      const wanted = (await looks(ws)).map((look) =>
        look === 'contacts' ? contactsWanted(ws, clock) : changesWanted(ws, clock, all[look], at),
      );
      if (wanted.length === 0) continue;
      await table.commit(wanted);
      await ring([ws]);
    }
};

/** For how long after its last day a quote is still looked after. */
const quoteDaysAfter = 7;

/** Quotes have no webhooks: they are looked at while one of them waits for an answer. */
const looksOf = async (needs: WantNeeds, ws: string): Promise<readonly Look[]> => {
  const since = new Date(needs.clock() - quoteDaysAfter * 24 * hourMs).toISOString();
  const quotes: readonly Look[] = (await anyQuoteInPlay(needs.table)(ws, since)) ? ['quotes'] : [];
  return [...(await otherLooksOf(needs, ws)), ...quotes];
};

const otherLooksOf = async ({ table, clock }: WantNeeds, ws: string): Promise<readonly Look[]> => {
  const parked = await readParkedWork(table)(ws);
  if (parked.length > 0 || (await anythingDue(table)(ws))) return everything;
  if (lookedByComparison(await readReconciliation(table)(ws), clock())) return [];
  return [inTurn(await readXeroConnection(table)(ws))];
};

const hourMs = 3_600_000;

/** A comparison looks at all three at once: where nothing is open, that does for as many hours as it made calls. */
const lookedByComparison = ({ finishedAt, changedUntil, wholeAt }: Reconciliation, now: number): boolean =>
  finishedAt !== null && now - Date.parse(finishedAt) < (changedUntil === wholeAt ? 6 : 3) * hourMs;

/** Two looks of about the same age: contacts go first. */
const aboutMs = 10 * 60_000;

const inTurn = ({ contactsPulledAt, invoicesUntil }: XeroConnection): Look => {
  if (contactsPulledAt === null || invoicesUntil === null) return contactsPulledAt === null ? 'contacts' : 'invoices';
  return Date.parse(contactsPulledAt) - aboutMs <= Date.parse(invoicesUntil) ? 'contacts' : 'invoices';
};

/** Numbers as they were read and as they stand without those that have stayed away for too long; undefined when none have. */
const lostEvents = async ({ table, clock }: WantNeeds) => {
  const known = await readEventNumbers(table);
  if (known.seen === null || known.seen.gaps.length === 0) return undefined;
  const { seen, lost } = lostAmong(known.seen, new Date(clock()).toISOString());
  return lost ? { known, seen } : undefined;
};

const forget = ({ table }: WantNeeds, { known, seen }: NonNullable<Awaited<ReturnType<typeof lostEvents>>>): Promise<void> =>
  table.commit([replaceEventNumbers(known, seen)]).catch((error: unknown) => {
    if (!(error instanceof Conflict)) throw error;
  });
