/** Changes a job for admin and finance, or closes it; it keeps its client and its currency, entries keep their rates. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { jobKey, parseJob, replaceJob } from '../../shared/store/jobs.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { referenceKeys, requireReferences } from './job-references.ts';
import { changed, noted, withChanges, type Needs } from './needs.ts';
import { jobView } from './views.ts';

export const changeJob =
  (needs: Needs) =>
  async ({ caller, params, body, ifMatch }: WorkspaceCall<'updateJob'>): Promise<Reply> => {
    const { table } = needs;
    const { workspaceId } = caller;
    const key = jobKey(workspaceId, params.id);
    const found = await table.batchGet([key, ...referenceKeys(workspaceId, body)]);
    const before = mustBeAt(found, key, parseJob);
    requireVersion(ifMatch, before.version);
    requireReferences(found, workspaceId, body);
    if (body.billing === 'hourly' && before.escrowFunded > 0)
      return refuse('job-funded', 'Money is in escrow for this job: its price stays fixed', { jobId: before.id });
    const { memberIds, ...changes } = body;
    const after = withChanges(before, { ...changes, memberIds: memberIds && [...new Set(memberIds)] });
    await table.commit([
      replaceJob(workspaceId, after),
      noted(needs, caller, {
        what: 'job-changed',
        about: before.id,
        text: `Job ${after.name} was changed`,
        ...changed(before, after),
      }),
    ]);
    return { status: 200, body: jobView(after, caller.role), etag: String(before.version + 1) };
  };
