import * as z from 'zod';
import type { Escrow } from '../domain/escrow.ts';
import { moneyOf, subtract, type Money } from '../domain/money.ts';
import { keys, partitions } from './keys.ts';
import { maybe, money, version } from './shapes.ts';
import type { Table } from './table.ts';
import { listPage, type PageRequest } from './paging.ts';
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
  /** What of the invoices of releases doesn't stand any more: it was credited, or they are void. */
  escrowCredited: z.int().default(0),
  /** What of what was released went back to whoever paid. */
  escrowRefunded: z.int().default(0),
});

/** Work for one client. */
export type Job = z.infer<typeof record>;

/** Whether an expert works on a job: it names them, or nobody. */
export const isOpenTo = ({ memberIds }: Pick<Job, 'memberIds'>, memberId: string): boolean =>
  memberIds.length === 0 || memberIds.includes(memberId);

/** What was paid in for a job and what of it was released. */
export const escrowOf = ({ currency, escrowFunded, escrowReleased }: Job): Escrow => ({
  funded: { amount: escrowFunded, currency },
  released: { amount: escrowReleased, currency },
});

/** What of what was released stands on invoices, and what of it the workspace still has. */
export const escrowBalanceOf = (job: Job): { invoiced: Money; paid: Money } => {
  const { released } = escrowOf(job);
  const [credited, refunded] = [
    moneyOf(BigInt(job.escrowCredited), job.currency),
    moneyOf(BigInt(job.escrowRefunded), job.currency),
  ];
  return { invoiced: subtract(released, credited), paid: subtract(released, refunded) };
};

export const jobKey = keys.job;
export const parseJob = (item: Item): Job => record.parse(item);

export const readJob =
  (table: Table) =>
  async (workspaceId: string, id: string): Promise<Job | undefined> => {
    const item = await table.get(keys.job(workspaceId, id));
    return item && record.parse(item);
  };

/** Which jobs a list shows. With `memberId`, only those that are open to this expert. */
export interface JobFilter {
  readonly archived: boolean;
  readonly clientId?: string | undefined;
  readonly memberId?: string | undefined;
}

/** A page in the order in which they were made. */
export const listJobs = (table: Table) => (workspaceId: string, filter: JobFilter, request: PageRequest) => {
  const { archived, clientId, memberId } = filter;
  const partition = partitions.workspace(workspaceId);
  const wanted = (job: Job): boolean =>
    job.archived === archived &&
    (clientId === undefined || job.clientId === clientId) &&
    (memberId === undefined || isOpenTo(job, memberId));
  return listPage(table, {
    query: { partition, beginsWith: 'JOB#' },
    scope: `${partition}/JOB/${archived}/${clientId ?? ''}/${memberId ?? ''}`,
    filtered: archived || clientId !== undefined || memberId !== undefined,
    request,
    show: async (rows) => rows.map(parseJob).map((job) => (wanted(job) ? job : undefined)),
  });
};

export const addJob = (workspaceId: string, job: Job): Write => putNew('job', { ...keys.job(workspaceId, job.id), v: 1, ...job });

/** Replaces a job as it was read; its version grows by one. */
export const replaceJob = (workspaceId: string, job: Job): Write =>
  put('job', { ...keys.job(workspaceId, job.id), v: 1, ...job, version: job.version + 1 }, unchangedSince('job', job.version));
