import * as z from 'zod';
import { Busy, Conflict } from '../domain/conflict.ts';
import { owedOf, wasIssued } from '../domain/invoice.ts';
import { subtract, zero, type Money } from '../domain/money.ts';
import type { InvoiceHead } from './invoices.ts';
import type { Job } from './jobs.ts';
import { keys, partitions } from './keys.ts';
import { listPage, type ListPage, type PageRequest } from './paging.ts';
import { money } from './shapes.ts';
import type { Table } from './table.ts';
import { putNew, update, type Item, type Write } from './write.ts';

const funding = z.object({ id: z.string(), jobId: z.string(), amount: money, fundedAt: z.string() });
const release = z.object({
  id: z.string(),
  jobId: z.string(),
  memberId: z.string(),
  amount: money,
  invoiceId: z.string(),
  invoiceNumber: z.string(),
  paymentId: z.string(),
  releasedAt: z.string(),
});

/** Money that came in for a job. Recorded once under its id, and never changed. */
export type StoredFunding = z.infer<typeof funding>;
/** Money that was released, with the invoice and the payment that it became in the same commit. */
export type StoredRelease = z.infer<typeof release>;

export const fundingKey = keys.escrowFunding;
export const releaseKey = keys.escrowRelease;
export const parseFunding = (item: Item): StoredFunding => funding.parse(item);
export const parseRelease = (item: Item): StoredRelease => release.parse(item);

/** Somebody told of it at the same moment: it is read again, and then known. */
const known = (what: string) => ({ onFail: () => new Conflict(what) });

const ofJob = (ws: string, jobId: string, at: string, id: string) => ({
  jobPk: partitions.escrowOfJob(ws, jobId),
  jobSk: `${at}#${id}`,
});

/** Records a funding under its id, once. */
export const addFunding = (ws: string, one: StoredFunding): Write =>
  putNew(
    'escrow funding',
    { ...keys.escrowFunding(ws, one.id), v: 1, ...one, ...ofJob(ws, one.jobId, one.fundedAt, one.id) },
    known('escrow funding'),
  );

/** Records a release under its id, once. */
export const addRelease = (ws: string, one: StoredRelease): Write =>
  putNew(
    'escrow release',
    { ...keys.escrowRelease(ws, one.id), v: 1, ...one, ...ofJob(ws, one.jobId, one.releasedAt, one.id) },
    known('escrow release'),
  );

/** Another funding or release of the job came first: nothing was decided. */
const contended = () => new Busy('the escrow of the job');

/** Counts a funding on its job, while it still has a fixed price. */
export const jobFunded = (ws: string, jobId: string, { amount }: Money): Write =>
  update(
    'job',
    keys.job(ws, jobId),
    { add: { escrowFunded: amount, version: 1 } },
    { condition: '#billing = :fixed', values: { ':fixed': 'fixed' }, onFail: contended },
  );

/**
 * Counts a release on its job: the condition, not the read, sees to it that what is released never exceeds what is funded. `job` is
 * the job as it was read; another release of it meanwhile makes this one be looked at again.
 */
export const jobReleased = (ws: string, job: Job, { amount }: Money): Write =>
  update(
    'job',
    keys.job(ws, job.id),
    { add: { escrowReleased: amount, version: 1 } },
    {
      condition: '#billing = :fixed AND #escrowReleased = :released AND #escrowFunded >= :needed',
      values: {
        ':fixed': 'fixed',
        ':released': job.escrowReleased,
        ':needed': job.escrowReleased + amount,
      },
      onFail: contended,
    },
  );

/** What a release's invoice says that is owed, and what was paid on it. */
const standing = (head: InvoiceHead) => ({
  invoiced: wasIssued(head) ? owedOf(head) : zero(head.currency),
  paid: head.paid,
});

/**
 * Follows the invoice of a release on its job: what is credited or void is invoiced no more, what goes back is paid no more. Nothing
 * for every other invoice. For the commit that changes the invoice.
 */
export const escrowFollows = (ws: string, before: InvoiceHead, after: InvoiceHead): Write[] => {
  if (before.jobId === null || before.releaseId == null) return [];
  const [was, is] = [standing(before), standing(after)];
  const credited = subtract(was.invoiced, is.invoiced).amount;
  const refunded = subtract(was.paid, is.paid).amount;
  if (credited === 0 && refunded === 0) return [];
  return [update('job', keys.job(ws, before.jobId), { add: { escrowCredited: credited, escrowRefunded: refunded, version: 1 } })];
};

/** A funding or a release, as a list shows it. */
export type EscrowMove = ({ kind: 'funding' } & StoredFunding) | ({ kind: 'release' } & StoredRelease);

const moveOf = (item: Item): EscrowMove =>
  item.sk.startsWith('FUNDING#') ? { kind: 'funding', ...parseFunding(item) } : { kind: 'release', ...parseRelease(item) };

/** A page of what happened to the escrow of a job, the latest first. From an index. */
export const listEscrowOf =
  (table: Table) =>
  (ws: string, jobId: string, request: PageRequest): Promise<ListPage<EscrowMove>> => {
    const partition = partitions.escrowOfJob(ws, jobId);
    return listPage(table, {
      query: { partition, index: 'job', descending: true },
      scope: partition,
      filtered: false,
      request,
      show: async (rows) => rows.map(moveOf),
    });
  };
