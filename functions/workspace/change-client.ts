/** Changes a client for admin and finance, or links it to its contact in Xero; issued documents keep what they were issued with. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { checkTimeRounding } from '../../shared/domain/time-rounding.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { readClient, replaceClient } from '../../shared/store/clients.ts';
import { mustExist } from '../../shared/store/found.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { contactWork, readAutoSync } from './auto-sync.ts';
import { changed, noted, withChanges, type Needs } from './needs.ts';
import { clientView } from './views.ts';

export const changeClient =
  (needs: Needs & { ring: RingDoorbell }) =>
  async ({ caller, params, body, ifMatch }: WorkspaceCall<'updateClient'>): Promise<Reply> => {
    const { table, ring } = needs;
    const { workspaceId } = caller;
    if (body.timeRounding) checkTimeRounding(body.timeRounding);
    const before = mustExist(await readClient(table)(workspaceId, params.id));
    requireVersion(ifMatch, before.version);
    const after = withChanges(before, body);
    const renamed = after.name !== before.name || after.email !== before.email;
    const follows = renamed && after.xeroContactId !== null && (await readAutoSync(table, workspaceId))?.renames === true;
    await table.commit([
      replaceClient(workspaceId, after),
      follows ? contactWork(workspaceId, before.id, 'contact-details', needs.now()) : undefined,
      noted(needs, caller, {
        what: 'client-changed',
        about: before.id,
        text: `Client ${after.name} was changed`,
        ...changed(before, after),
      }),
    ]);
    // Documents may be waiting for this contact. A bell that isn't heard costs them a minute: the sweep rings too.
    if (follows || after.xeroContactId !== before.xeroContactId) await ring([workspaceId]).catch(() => undefined);
    return { status: 200, body: clientView(after), etag: String(before.version + 1) };
  };
