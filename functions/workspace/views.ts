import type * as z from 'zod';
import type { clientSchema, jobSchema, ratesSchema, serviceSchema } from '../../shared/api/work.ts';
import type { memberSchema, workspaceSchema } from '../../shared/api/workspace.ts';
import { actsForOthers, type Role } from '../../shared/domain/access.ts';
import type { Client } from '../../shared/store/clients.ts';
import { escrowBalanceOf, escrowOf, type Job } from '../../shared/store/jobs.ts';
import type { Member } from '../../shared/store/members.ts';
import type { Service } from '../../shared/store/services.ts';
import type { Workspace } from '../../shared/store/workspaces.ts';
import { mapSeries, type AllSeries } from './all-series.ts';

/** Settings as the API shows them. An expert isn't shown what others' time costs. */
export const workspaceView = (workspace: Workspace, series: AllSeries, role: Role): z.infer<typeof workspaceSchema> => ({
  id: workspace.id,
  name: workspace.name,
  country: workspace.country,
  zone: workspace.zone,
  currency: workspace.currency,
  address: workspace.address,
  paymentTermsDays: workspace.paymentTermsDays,
  dayPolicy: workspace.dayPolicy,
  timerLimitSeconds: workspace.timerLimitSeconds,
  rate: actsForOthers(role) ? workspace.rate : null,
  taxRegistrations: workspace.taxRegistrations,
  numberSeries: mapSeries(series, ({ prefix, next, digits }) => ({ prefix, next, digits })),
  integrations: workspace.integrations,
});

export const memberView = (member: Member): z.infer<typeof memberSchema> => ({
  id: member.id,
  name: member.name,
  email: member.email,
  role: member.role,
  zone: member.zone,
  rate: member.rate,
  costRate: member.costRate,
  exportToAccounting: member.exportToAccounting,
  xeroContactId: member.xeroContactId ?? null,
  emailNotices: member.emailNotices ?? true,
  status: member.status,
});

export const clientView = (client: Client): z.infer<typeof clientSchema> => ({
  id: client.id,
  name: client.name,
  email: client.email,
  address: client.address,
  country: client.country,
  region: client.region,
  taxNumber: client.taxNumber,
  taxExemptReason: client.taxExemptReason,
  currency: client.currency,
  paymentTermsDays: client.paymentTermsDays,
  timeRounding: client.timeRounding,
  archived: client.archived,
  xeroContactId: client.xeroContactId,
});

/** A kind of work as the API shows it. An expert isn't shown its rate. */
export const serviceView = ({ id, name, rate, archived }: Service, role: Role): z.infer<typeof serviceSchema> => ({
  id,
  name,
  rate: actsForOthers(role) ? rate : null,
  archived,
});

/** A job as the API shows it. An expert is shown neither its rate nor its budget in money, which would tell the rate. */
export const jobView = (job: Job, role: Role): z.infer<typeof jobSchema> => ({
  id: job.id,
  clientId: job.clientId,
  name: job.name,
  billing: job.billing,
  currency: job.currency,
  rate: actsForOthers(role) ? job.rate : null,
  memberIds: job.memberIds,
  serviceId: job.serviceId,
  budgetHours: job.budgetHours,
  budgetAmount: actsForOthers(role) ? job.budgetAmount : null,
  accountCode: job.accountCode,
  archived: job.archived,
  escrow: { ...escrowOf(job), ...escrowBalanceOf(job) },
});

export const ratesView = ({ rate, memberRates }: Pick<Job, 'rate' | 'memberRates'>): z.infer<typeof ratesSchema> => ({
  rate,
  memberRates: Object.entries(memberRates).map(([memberId, memberRate]) => ({ memberId, rate: memberRate })),
});
