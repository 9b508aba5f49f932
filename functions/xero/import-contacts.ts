import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { mustExist } from '../../shared/store/found.ts';
import { answered, claim } from '../../shared/store/idempotency.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { readWorkspace } from '../../shared/store/workspaces.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import { makeClients } from './make-clients.ts';
import { instantAt, type XeroWorld } from './world.ts';

/** Makes clients of chosen contacts for a member of finance; of all contacts in the background. A contact is one client at most. */
export const importContacts =
  (world: XeroWorld) =>
  async ({ caller, body, once }: XeroCall<'importXeroContacts'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { organisation, state } = await readXeroConnection(world.table)(ws);
    if (!organisation || state === 'disconnected') return refuse('xero-not-connected', 'This workspace is not connected to Xero');
    const workspace = mustExist(await readWorkspace(world.table)(ws));
    await claim(world.table)(once);
    const all = 'all' in body;
    const { tenantId } = organisation;
    const items = all ? [] : await makeClients({ ...world, workspace, tenantId }, body.contactIds);
    const at = instantAt(world);
    const reply: Reply = { status: 202, body: { items, queued: all } };
    const work = { lane: 'documents', kind: 'import-contacts', documentId: 'contacts' } as const;
    await world.table.commit([
      all ? waits(ws, { ...work, version: world.clock(), dueAt: at, since: at }) : undefined,
      audited(ws, {
        id: world.newId('aud'),
        at,
        who: caller.memberId,
        what: 'xero-contacts-imported',
        about: 'xero',
        text: all ? 'All contacts in Xero are becoming clients' : `${items.length} contacts in Xero became clients`,
      }),
      answered(once, reply),
    ]);
    if (all) await world.ring([ws]).catch(() => undefined);
    return reply;
  };
