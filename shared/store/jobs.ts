import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import { maybe, money, version } from './shapes.ts';
import type { Table } from './table.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  clientId: z.string(),
  name: z.string(),
  billing: z.enum(['hourly', 'fixed']),
  currency: z.string(),
  rate: maybe(money),
  /** Rates of single members on this job. */
  memberRates: z.record(z.string(), money),
  /** Experts on the job; empty: every expert of the workspace. */
  memberIds: z.array(z.string()),
  serviceId: maybe(z.string()),
  budgetHours: maybe(z.number()),
  budgetAmount: maybe(money),
  /** Overrides the account of the service in Xero. */
  accountCode: maybe(z.string()),
  archived: z.boolean(),
  /** Minor units of the job's currency. */
  escrowFunded: z.int().default(0),
  escrowReleased: z.int().default(0),
});

/** Work for one client. */
export type Job = z.infer<typeof record>;

export const jobKey = keys.job;
export const parseJob = (item: Item): Job => record.parse(item);

export const readJob =
  (table: Table) =>
  async (workspaceId: string, id: string): Promise<Job | undefined> => {
    const item = await table.get(keys.job(workspaceId, id));
    return item && record.parse(item);
  };

/** A page in the order in which they were made. */
export const listJobs =
  (table: Table) =>
  async (workspaceId: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) => {
    const partition = partitions.workspace(workspaceId);
    const scope = `${partition}/JOB`;
    const page = await table.query({ partition, beginsWith: 'JOB#', limit, after: readCursor(scope, cursor, partition) });
    return { items: page.items.map(parseJob), nextCursor: writeCursor(scope, page.last) };
  };

export const addJob = (workspaceId: string, job: Job): Write => putNew('job', { ...keys.job(workspaceId, job.id), v: 1, ...job });

/** Replaces a job as it was read; its version grows by one. */
export const replaceJob = (workspaceId: string, job: Job): Write =>
  put('job', { ...keys.job(workspaceId, job.id), v: 1, ...job, version: job.version + 1 }, unchangedSince('job', job.version));
