import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import { maybe, money, version } from './shapes.ts';
import type { Table } from './table.ts';
import { listPage, type PageRequest } from './paging.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  name: z.string(),
  rate: maybe(money),
  archived: z.boolean(),
});

/** A kind of work. */
export type Service = z.infer<typeof record>;

export const serviceKey = keys.service;
export const parseService = (item: Item): Service => record.parse(item);

export const readService =
  (table: Table) =>
  async (workspaceId: string, id: string): Promise<Service | undefined> => {
    const item = await table.get(keys.service(workspaceId, id));
    return item && record.parse(item);
  };

/** A page in the order in which they were made: those in use, or those that were archived. */
export const listServices =
  (table: Table) =>
  (workspaceId: string, { archived }: { archived: boolean }, request: PageRequest) => {
    const partition = partitions.workspace(workspaceId);
    return listPage(table, {
      query: { partition, beginsWith: 'SERVICE#' },
      scope: `${partition}/SERVICE/${archived}`,
      filtered: archived,
      request,
      show: async (rows) => rows.map(parseService).map((service) => (service.archived === archived ? service : undefined)),
    });
  };

export const addService = (workspaceId: string, service: Service): Write =>
  putNew('service', { ...keys.service(workspaceId, service.id), v: 1, ...service });

/** Replaces a service as it was read; its version grows by one. */
export const replaceService = (workspaceId: string, service: Service): Write =>
  put(
    'service',
    { ...keys.service(workspaceId, service.id), v: 1, ...service, version: service.version + 1 },
    unchangedSince('service', service.version),
  );
