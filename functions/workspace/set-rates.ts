/** Sets all rates of a job for admin and finance. Entries and running timers keep the rate they were made with. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { jobKey, parseJob, replaceJob } from '../../shared/store/jobs.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { changed, noted, type Needs } from './needs.ts';
import { ratesView } from './views.ts';

export const setRates =
  (needs: Needs) =>
  async ({ caller, params, body, ifMatch }: WorkspaceCall<'setJobRates'>): Promise<Reply> => {
    const { table } = needs;
    const { workspaceId } = caller;
    const memberIds = body.memberRates.map(({ memberId }) => memberId);
    const twice = memberIds.findIndex((id, place) => memberIds.indexOf(id) < place);
    if (twice >= 0) return refuseFields({ path: `memberRates.${twice}.memberId`, message: 'is named twice' });
    const key = jobKey(workspaceId, params.id);
    const found = await table.batchGet([key, ...memberIds.map((id) => memberKey(workspaceId, id))]);
    const before = mustBeAt(found, key, parseJob);
    for (const id of memberIds) mustBeAt(found, memberKey(workspaceId, id), parseMember);
    requireVersion(ifMatch, before.version);
    const memberRates = Object.fromEntries(body.memberRates.map(({ memberId, rate }) => [memberId, rate]));
    const after = { ...before, rate: body.rate, memberRates };
    await table.commit([
      replaceJob(workspaceId, after),
      noted(needs, caller, {
        what: 'rates-set',
        about: before.id,
        text: `Rates of job ${before.name} were set`,
        ...changed(before, after),
      }),
    ]);
    return { status: 200, body: ratesView(after), etag: String(before.version + 1) };
  };
