/** Adds a client for admin and finance; without a currency of its own it is billed in the workspace's. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { checkTimeRounding, noRounding } from '../../shared/domain/time-rounding.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { addClient as added, type Client } from '../../shared/store/clients.ts';
import { mustExist } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { readWorkspace } from '../../shared/store/workspaces.ts';
import { contactWork, readAutoSync } from './auto-sync.ts';
import { noted, type Needs } from './needs.ts';
import { clientView } from './views.ts';

export const addClient =
  (needs: Needs & { ring: RingDoorbell }) =>
  async ({ caller, body, once }: WorkspaceCall<'createClient'>): Promise<Reply> => {
    const { table, newId } = needs;
    const { workspaceId } = caller;
    const timeRounding = checkTimeRounding(body.timeRounding ?? noRounding);
    const currency = body.currency ?? mustExist(await readWorkspace(table)(workspaceId)).currency;
    const client: Client = {
      id: newId('cli'),
      version: 1,
      name: body.name,
      email: body.email ?? null,
      address: body.address ?? [],
      country: body.country,
      region: body.region ?? null,
      taxNumber: body.taxNumber ?? null,
      taxExemptReason: body.taxExemptReason ?? null,
      currency,
      paymentTermsDays: body.paymentTermsDays ?? null,
      timeRounding,
      archived: false,
      xeroContactId: null,
    };
    const follows = (await readAutoSync(table, workspaceId))?.clients === true;
    const reply = { status: 201, body: clientView(client), etag: '1' };
    await table.commit([
      added(workspaceId, client),
      follows ? contactWork(workspaceId, client.id, 'contact', needs.now()) : undefined,
      noted(needs, caller, { what: 'client-added', about: client.id, text: `Client ${client.name} was added` }),
      answered(once, reply),
    ]);
    if (follows) await needs.ring([workspaceId]).catch(() => undefined);
    return reply;
  };
