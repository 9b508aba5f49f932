import { billsDoor } from '../../functions/bills/door.ts';
import { invoicesDoor } from '../../functions/invoices/door.ts';
import type { Caller } from '../../shared/api/call.ts';
import type { Table } from '../../shared/store/table.ts';
import { newId } from './billing.ts';
import { apiEvent, callDoor, type Answer } from './door-call.ts';

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
