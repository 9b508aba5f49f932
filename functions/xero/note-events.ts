import * as z from 'zod';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import type { Table } from '../../shared/store/table.ts';
import { workspaceOfOrganisation } from '../../shared/store/xero-connections.ts';
import { wantChanges } from './want-changes.ts';

const message = z.object({ v: z.literal(1), body: z.string() });
const events = z.object({ events: z.array(z.object({ tenantId: z.string(), eventCategory: z.string() })) });

/** The parser's own words would quote the body. */
const read = (received: unknown): z.infer<typeof events>['events'] => {
  const parsed = message.safeParse(received);
  if (!parsed.success) throw new Error('the message is not one of ours');
  try {
    return events.parse(JSON.parse(parsed.data.body)).events;
  } catch {
    throw new Error('the events in the message have another shape than Xero documents');
  }
};

/**
 * Notes events of Xero: they say that something changed, never what; that is fetched. Events of organisations that nobody here is
 * connected to are ignored. A message that can't be read fails, until the dead-letter queue takes it.
 */
export const noteEvents =
  ({ table, clock, ring }: { table: Table; clock: () => number; ring: RingDoorbell }) =>
  async (received: unknown): Promise<void> => {
    const byTenant = new Map<string, Set<string>>();
    for (const { tenantId, eventCategory } of read(received))
      byTenant.set(tenantId, (byTenant.get(tenantId) ?? new Set()).add(eventCategory));
    for (const [tenantId, categories] of byTenant) {
      const ws = await workspaceOfOrganisation(table)(tenantId);
      if (ws === undefined) continue;
      await wantChanges({ table, clock, ring })(ws, {
        contacts: categories.has('CONTACT'),
        invoices: categories.has('INVOICE'),
      });
    }
  };
