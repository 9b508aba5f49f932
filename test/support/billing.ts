import { ulid } from 'ulid';
import type { Caller } from '../../shared/api/call.ts';
import { addClient, type Client } from '../../shared/store/clients.ts';
import { addJob, type Job } from '../../shared/store/jobs.ts';
import { addSeries } from '../../shared/store/number-series.ts';
import type { Table } from '../../shared/store/table.ts';
import { addEntry, type TimeEntry } from '../../shared/store/time-entries.ts';
import { addWorkspace, type Workspace } from '../../shared/store/workspaces.ts';

export const newId = (prefix: string): string => `${prefix}_${ulid()}`;
export const gbp = (amount: number) => ({ amount, currency: 'GBP' });

/** A workspace with a client and a job, as stored. */
export interface Setting {
  readonly workspace: Workspace;
  readonly client: Client;
  readonly job: Job;
  readonly caller: Caller;
}

/** Stores a British workspace that is registered for VAT, with one client and one hourly job at 95.00 an hour. */
export const storeSetting = async (
  table: Table,
  changes: { client?: Partial<Client>; workspace?: Partial<Workspace>; job?: Partial<Job> } = {},
): Promise<Setting> => {
  const workspace: Workspace = {
    id: newId('ws'),
    version: 1,
    name: 'Kestrel Studio',
    country: 'GB',
    zone: 'Europe/London',
    currency: 'GBP',
    address: ['1 Mill Lane'],
    paymentTermsDays: 14,
    dayPolicy: 'start-day',
    timerLimitSeconds: 36_000,
    rate: null,
    taxRegistrations: [{ country: 'GB', number: 'GB123456782', from: '2020-01-01' }],
    integrations: true,
    ...changes.workspace,
  };
  const client: Client = {
    id: newId('cli'),
    version: 1,
    name: 'Harbour Bakery Ltd',
    email: 'accounts@harbourbakery.example',
    address: [],
    country: 'GB',
    region: null,
    taxNumber: null,
    taxExemptReason: null,
    currency: 'GBP',
    paymentTermsDays: null,
    timeRounding: { mode: 'none' },
    archived: false,
    xeroContactId: null,
    ...changes.client,
  };
  const job: Job = {
    id: newId('job'),
    version: 1,
    clientId: client.id,
    name: 'New web shop',
    billing: 'hourly',
    currency: 'GBP',
    rate: gbp(9500),
    memberRates: {},
    memberIds: [],
    serviceId: null,
    budgetHours: null,
    budgetAmount: null,
    accountCode: null,
    archived: false,
    escrowFunded: 0,
    escrowReleased: 0,
    escrowCredited: 0,
    escrowRefunded: 0,
    ...changes.job,
  };
  await table.commit([
    ...addWorkspace(workspace),
    addClient(workspace.id, client),
    addJob(workspace.id, job),
    addSeries(workspace.id, 'invoice', { prefix: 'INV-', digits: 4, next: 1 }),
  ]);
  const caller: Caller = {
    workspaceId: workspace.id,
    memberId: newId('mem'),
    role: 'admin',
    canExport: true,
    sub: 'sub-of-the-tests',
  };
  return { workspace, client, job, caller };
};

/** Stores unbilled entries of an hour each on one day, by one member, in as few writes as possible. */
export const storeEntries = async (
  table: Table,
  { workspace, job }: Setting,
  count: number,
  changes: Partial<TimeEntry> = {},
): Promise<TimeEntry[]> => {
  const memberId = newId('mem');
  const entries = Array.from({ length: count }, (): TimeEntry => ({
    id: newId('te'),
    version: 1,
    jobId: job.id,
    memberId,
    serviceId: null,
    startedAt: null,
    endedAt: null,
    zone: 'Europe/London',
    date: '2026-11-02',
    days: [{ date: '2026-11-02', seconds: 3600 }],
    seconds: 3600,
    description: 'Design of the landing page',
    billable: true,
    rate: gbp(9500),
    rateSource: 'job',
    review: false,
    invoiceId: null,
    ...changes,
  }));
  for (let start = 0; start < count; start += 100)
    await table.commit(entries.slice(start, start + 100).flatMap((entry) => addEntry(workspace.id, entry)));
  return entries;
};
