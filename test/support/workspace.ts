import { ulid } from 'ulid';
import type { Caller } from '../../shared/api/call.ts';
import type { Role } from '../../shared/domain/access.ts';
import { addClient, type Client } from '../../shared/store/clients.ts';
import { addJob, type Job } from '../../shared/store/jobs.ts';
import { addMember, type Member } from '../../shared/store/members.ts';
import { addMembership } from '../../shared/store/memberships.ts';
import { addSeries } from '../../shared/store/number-series.ts';
import { addService, type Service } from '../../shared/store/services.ts';
import type { Table } from '../../shared/store/table.ts';
import { addWorkspace, type Workspace } from '../../shared/store/workspaces.ts';

export const newId = (prefix: string): string => `${prefix}_${ulid()}`;

/** A workspace with an admin, a finance member, two experts, a client, a service and a job that is open to everybody. */
export interface TestWorkspace {
  readonly workspace: Workspace;
  readonly members: Readonly<Record<'admin' | 'finance' | 'expert' | 'expert2', Member>>;
  readonly client: Client;
  readonly service: Service;
  readonly job: Job;
  /** Their tokens. */
  readonly admin: Caller;
  readonly finance: Caller;
  readonly expert: Caller;
  readonly expert2: Caller;
}

const member = (name: string, role: Role, zone: string): Member => ({
  id: newId('mem'),
  version: 1,
  sub: `sub-${ulid()}`,
  name,
  email: `${name.toLowerCase()}@example.com`,
  role,
  zone,
  rate: null,
  costRate: null,
  exportToAccounting: role !== 'expert',
  status: 'active',
});

/** Writes such a workspace into the table. Rates: the job's is GBP 120.00 an hour. */
export const seedWorkspace = async (table: Table, changes: Partial<Workspace> = {}): Promise<TestWorkspace> => {
  const workspace: Workspace = {
    id: newId('ws'),
    version: 1,
    name: 'Harbour Lane',
    country: 'GB',
    zone: 'Europe/London',
    currency: 'GBP',
    address: [],
    paymentTermsDays: 14,
    dayPolicy: 'start-day',
    timerLimitSeconds: 36_000,
    rate: null,
    taxRegistrations: [],
    integrations: true,
    ...changes,
  };
  const members = {
    admin: member('Ada', 'admin', workspace.zone),
    finance: member('Finn', 'finance', workspace.zone),
    expert: member('Esme', 'expert', workspace.zone),
    expert2: member('Ebbe', 'expert', workspace.zone),
  };
  const client: Client = {
    id: newId('cli'),
    version: 1,
    name: 'Northwind',
    email: null,
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
  };
  const service: Service = { id: newId('svc'), version: 1, name: 'Design', rate: null, archived: false };
  const job = aJob(client);
  await table.commit([
    ...addWorkspace(workspace),
    addSeries(workspace.id, 'invoice', { prefix: 'INV-', digits: 4, next: 1 }),
    ...Object.values(members).flatMap((one) => [
      addMember(workspace.id, one),
      addMembership(one.sub, {
        workspaceId: workspace.id,
        memberId: one.id,
        role: one.role,
        exportToAccounting: one.exportToAccounting,
      }),
    ]),
    addClient(workspace.id, client),
    addService(workspace.id, service),
    addJob(workspace.id, job),
  ]);
  const caller = ({ id, role, sub, exportToAccounting }: Member): Caller => ({
    workspaceId: workspace.id,
    memberId: id,
    role,
    sub,
    canExport: exportToAccounting,
  });
  return {
    workspace,
    members,
    client,
    service,
    job,
    admin: caller(members.admin),
    finance: caller(members.finance),
    expert: caller(members.expert),
    expert2: caller(members.expert2),
  };
};

/** A job of a client, not written yet. */
export const aJob = (client: Pick<Client, 'id' | 'currency'>, changes: Partial<Job> = {}): Job => ({
  id: newId('job'),
  version: 1,
  clientId: client.id,
  name: 'Website',
  billing: 'hourly',
  currency: client.currency,
  rate: { amount: 12_000, currency: client.currency },
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
  ...changes,
});
