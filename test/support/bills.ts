import { billsDoor } from '../../functions/bills/door.ts';
import { invoicesDoor } from '../../functions/invoices/door.ts';
import type { Caller } from '../../shared/api/call.ts';
import type { Table } from '../../shared/store/table.ts';
import { addEntry, type TimeEntry } from '../../shared/store/time-entries.ts';
import { newId } from './billing.ts';
import { apiEvent, callDoor, type Answer } from './door-call.ts';
import type { TestWorkspace } from './workspace.ts';
import type { XeroStage } from './xero-stage.ts';

export const billsNow = Date.parse('2026-11-20T10:00:00Z');

const world = (table: Table) => ({
  table,
  newId,
  ring: async (): Promise<void> => undefined,
  closeCheckout: async (): Promise<void> => undefined,
  clock: () => billsNow,
  random: () => 0.5,
  sleep: async (): Promise<void> => undefined,
});

interface Asked {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly key?: string;
  readonly ifMatch?: string;
}

/** Calls the rooms of invoices and of bills as API Gateway would; a POST carries a key of its own unless one is named. */
export const rooms = (table: Table) => {
  const doors = { invoices: invoicesDoor(world(table)), bills: billsDoor(world(table)) };
  return (caller: Caller, route: string, { params, query, body, key, ifMatch }: Asked = {}): Promise<Answer> => {
    const path = route.split(' ')[1] ?? '';
    const door = path.startsWith('/v1/invoices') ? doors.invoices : doors.bills;
    const headers: Record<string, string> = {
      ...(route.startsWith('POST') ? { 'idempotency-key': key ?? newId('key') } : {}),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    };
    const event = {
      headers,
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(body === undefined ? {} : { body }),
    };
    return callDoor(door, apiEvent(caller, route, event));
  };
};

const money = (amount: number) => ({ amount, currency: 'GBP' });

/** An invoice over an hour and a half of each of two experts. */
export const billedHours = async (stage: XeroStage, place: TestWorkspace): Promise<{ id: string }> => {
  const { table } = stage.engine;
  const worked = (memberId: string, cost: number): TimeEntry => ({
    ...{ id: newId('te'), version: 1, jobId: place.job.id, memberId, serviceId: null, startedAt: null, endedAt: null },
    ...{ zone: 'Europe/London', date: '2026-11-02', days: [{ date: '2026-11-02', seconds: 5400 }], seconds: 5400 },
    ...{ description: 'Design', billable: true, rate: money(12_000), rateSource: 'job', costRate: money(cost) },
    ...{ review: false, invoiceId: null },
  });
  const { expert, expert2 } = place.members;
  for (const entry of [worked(expert.id, 4500), worked(expert2.id, 6010)])
    await table.commit(addEntry(place.workspace.id, entry));
  const made = await rooms(table)(place.admin, 'POST /v1/invoices', { body: { jobId: place.job.id } });
  if (made.status !== 201) throw new Error(made.text);
  return made.body as { id: string };
};
