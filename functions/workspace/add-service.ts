/** Adds a kind of work for admin and finance. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { addService as added, type Service } from '../../shared/store/services.ts';
import { noted, type Needs } from './needs.ts';
import { serviceView } from './views.ts';

export const addService =
  (needs: Needs) =>
  async ({ caller, body, once }: WorkspaceCall<'createService'>): Promise<Reply> => {
    const { table, newId } = needs;
    const service: Service = { id: newId('svc'), version: 1, name: body.name, rate: body.rate ?? null, archived: false };
    const reply = { status: 201, body: serviceView(service, caller.role), etag: '1' };
    await table.commit([
      added(caller.workspaceId, service),
      noted(needs, caller, { what: 'service-added', about: service.id, text: `Service ${service.name} was added` }),
      answered(once, reply),
    ]);
    return reply;
  };
