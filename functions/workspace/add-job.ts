/** Opens a job for a client, for admin and finance; without a currency of its own it is billed in the client's. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { addJob as added, type Job } from '../../shared/store/jobs.ts';
import { referenceKeys, requireReferences } from './job-references.ts';
import { noted, type Needs } from './needs.ts';
import { jobView } from './views.ts';

export const addJob =
  (needs: Needs) =>
  async ({ caller, body, once }: WorkspaceCall<'createJob'>): Promise<Reply> => {
    const { table, newId } = needs;
    const { workspaceId } = caller;
    const found = await table.batchGet([clientKey(workspaceId, body.clientId), ...referenceKeys(workspaceId, body)]);
    const client = mustBeAt(found, clientKey(workspaceId, body.clientId), parseClient);
    if (client.archived) return refuseFields({ path: 'clientId', message: 'is archived' });
    requireReferences(found, workspaceId, body);
    const job: Job = {
      id: newId('job'),
      version: 1,
      clientId: client.id,
      name: body.name,
      billing: body.billing,
      currency: body.currency ?? client.currency,
      rate: body.rate ?? null,
      memberRates: {},
      memberIds: [...new Set(body.memberIds)],
      serviceId: body.serviceId ?? null,
      budgetHours: body.budgetHours ?? null,
      budgetAmount: body.budgetAmount ?? null,
      accountCode: body.accountCode ?? null,
      archived: false,
      escrowFunded: 0,
      escrowReleased: 0,
      escrowCredited: 0,
      escrowRefunded: 0,
    };
    const reply = { status: 201, body: jobView(job, caller.role), etag: '1' };
    await table.commit([
      added(workspaceId, job),
      noted(needs, caller, { what: 'job-opened', about: job.id, text: `Job ${job.name} was opened for ${client.name}` }),
      answered(once, reply),
    ]);
    return reply;
  };
