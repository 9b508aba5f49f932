import * as z from 'zod';
import { Conflict } from '../../shared/domain/conflict.ts';
import { noteBody } from '../../shared/domain/event-sequence.ts';
import { documentsThere, type SyncItem } from '../../shared/store/sync-items.ts';
import { workspaceOfOrganisation } from '../../shared/store/xero-organisations.ts';
import { readEventNumbers, replaceEventNumbers } from '../../shared/store/xero-events.ts';
import { isEcho, lookEverywhere, wantChanges, type ChangedDocument, type WantNeeds } from './want-changes.ts';

const message = z.object({ v: z.literal(1), body: z.string() });
const event = z.object({
  tenantId: z.string(),
  eventCategory: z.string(),
  resourceId: z.string().optional(),
  eventDateUtc: z.string().optional(),
});
const bodyOfEvents = z.object({
  events: z.array(event),
  firstEventSequence: z.number().optional(),
  lastEventSequence: z.number().optional(),
});
type Event = z.infer<typeof event>;

/** The parser's own words would quote the body. */
const read = (received: unknown): z.infer<typeof bodyOfEvents> => {
  const parsed = message.safeParse(received);
  if (!parsed.success) throw new Error('the message is not one of ours');
  try {
    return bodyOfEvents.parse(JSON.parse(parsed.data.body));
  } catch {
    throw new Error('the events in the message have another shape than Xero documents');
  }
};

/**
 * Notes events of Xero: they say that something changed, never what; that is fetched. Events of organisations that nobody here is
 * connected to, of documents that are not ours, and the echoes of our own writes are ignored. Where numbers of events stay away,
 * every organisation is looked at. A message that can't be read fails, until the dead-letter queue takes it.
 */
export const noteEvents =
  (needs: WantNeeds) =>
  async (received: unknown): Promise<void> => {
    const { events, firstEventSequence: first, lastEventSequence: last } = read(received);
    const byTenant = new Map<string, Event[]>();
    for (const one of events) byTenant.set(one.tenantId, [...(byTenant.get(one.tenantId) ?? []), one]);
    for (const [tenantId, ofTenant] of byTenant) {
      const ws = await workspaceOfOrganisation(needs.table)(tenantId);
      if (ws === undefined) continue;
      await wantChanges(needs)(ws, {
        contacts: ofTenant.some(({ eventCategory }) => eventCategory === 'CONTACT'),
        documents: await changedDocuments(needs, ws, tenantId, ofTenant),
      });
    }
    if (first !== undefined && last !== undefined && first > 0) await noteNumbers(needs, { first, last });
  };

/** What of ours Xero tells of: bills, and expenses that are bills, are invoices to it. */
const toldOf: Readonly<Record<string, readonly SyncItem['kind'][]>> = {
  INVOICE: ['invoice', 'bill', 'expense'],
  CREDITNOTE: ['credit-note'],
};

/** The documents of ours that events are about, each with the instant of its latest event. */
const changedDocuments = async (
  { table, clock }: WantNeeds,
  ws: string,
  tenantId: string,
  events: readonly Event[],
): Promise<ChangedDocument[]> => {
  const latest = new Map<string, string>();
  for (const { eventCategory, resourceId, eventDateUtc } of events) {
    if (!Object.hasOwn(toldOf, eventCategory) || resourceId === undefined) continue;
    const at = instantOf(eventDateUtc) ?? new Date(clock()).toISOString();
    if (at > (latest.get(resourceId) ?? '')) latest.set(resourceId, at);
  }
  if (latest.size === 0) return [];
  const ours = await documentsThere(table)(ws, tenantId, [...latest.keys()]);
  return [...ours].flatMap(([xeroId, item]) => {
    const at = latest.get(xeroId) ?? '';
    return kinds.has(item.kind) && !isEcho(item, at) ? [{ documentId: item.documentId, at }] : [];
  });
};

const kinds = new Set(Object.values(toldOf).flat());

/** Xero writes instants of events without a zone; they are UTC. */
const instantOf = (text: string | undefined): string | undefined => {
  const ms = Date.parse(text === undefined || /[zZ]|[+-]\d\d:?\d\d$/.test(text) ? (text ?? '') : `${text}Z`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
};

const triesMax = 5;

/** Notes which numbers have come. Where some were lost it looks first: whoever dies in between finds them missing again. */
const noteNumbers = async (needs: WantNeeds, body: { first: number; last: number }): Promise<void> => {
  const { table, clock } = needs;
  let looked = false;
  for (let tries = 1; ; tries += 1) {
    const known = await readEventNumbers(table);
    const { seen, lost } = noteBody(known.seen, body, new Date(clock()).toISOString());
    if (lost && !looked) await lookEverywhere(needs);
    looked ||= lost;
    try {
      return await table.commit([replaceEventNumbers(known, seen)]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      // A number that isn't noted shows as a gap: that costs a look, no change.
      if (tries === triesMax) return;
    }
  }
};
