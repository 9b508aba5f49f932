import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import { address, maybe, timeRounding, version } from './shapes.ts';
import type { Table } from './table.ts';
import { listPage, type PageRequest } from './paging.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  name: z.string(),
  email: maybe(z.string()),
  address,
  country: z.string(),
  region: maybe(z.string()),
  taxNumber: maybe(z.string()),
  taxExemptReason: maybe(z.string()),
  currency: z.string(),
  paymentTermsDays: maybe(z.int()),
  timeRounding,
  archived: z.boolean(),
  /** The contact in Xero that this client is, once it was matched, chosen or made. */
  xeroContactId: maybe(z.string()),
});

/** Who is billed. */
export type Client = z.infer<typeof record>;

export const clientKey = keys.client;
export const parseClient = (item: Item): Client => record.parse(item);

export const readClient =
  (table: Table) =>
  async (workspaceId: string, id: string): Promise<Client | undefined> => {
    const item = await table.get(keys.client(workspaceId, id));
    return item && record.parse(item);
  };

/** A page in the order in which they were made: those in use, or those that were archived. */
export const listClients =
  (table: Table) =>
  (workspaceId: string, { archived }: { archived: boolean }, request: PageRequest) => {
    const partition = partitions.workspace(workspaceId);
    return listPage(table, {
      query: { partition, beginsWith: 'CLIENT#' },
      scope: `${partition}/CLIENT/${archived}`,
      filtered: archived,
      request,
      show: async (rows) => rows.map(parseClient).map((client) => (client.archived === archived ? client : undefined)),
    });
  };

export const addClient = (workspaceId: string, client: Client): Write =>
  putNew('client', { ...keys.client(workspaceId, client.id), v: 1, ...client });

/** Replaces a client as it was read; its version grows by one. */
export const replaceClient = (workspaceId: string, client: Client): Write =>
  put(
    'client',
    { ...keys.client(workspaceId, client.id), v: 1, ...client, version: client.version + 1 },
    unchangedSince('client', client.version),
  );

/** How many clients are registered in a place; with a region, in it. Archived ones don't count. */
export const countClientsIn =
  (table: Table) =>
  async (workspaceId: string, { country, region }: { country: string; region?: string | undefined }): Promise<number> => {
    const rows = await table.queryAll({ partition: partitions.workspace(workspaceId), beginsWith: 'CLIENT#' });
    return rows
      .map(parseClient)
      .filter((client) => !client.archived && client.country === country && (region === undefined || client.region === region))
      .length;
  };
