/** Changes a kind of work for admin and finance; entries keep the rate they were made with. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readService, replaceService } from '../../shared/store/services.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { changed, noted, withChanges, type Needs } from './needs.ts';
import { serviceView } from './views.ts';

export const changeService =
  (needs: Needs) =>
  async ({ caller, params, body, ifMatch }: WorkspaceCall<'updateService'>): Promise<Reply> => {
    const { table } = needs;
    const before = mustExist(await readService(table)(caller.workspaceId, params.id));
    requireVersion(ifMatch, before.version);
    const after = withChanges(before, body);
    await table.commit([
      replaceService(caller.workspaceId, after),
      noted(needs, caller, {
        what: 'service-changed',
        about: before.id,
        text: `Service ${after.name} was changed`,
        ...changed(before, after),
      }),
    ]);
    return { status: 200, body: serviceView(after, caller.role), etag: String(before.version + 1) };
  };
