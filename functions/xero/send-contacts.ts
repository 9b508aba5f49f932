import { foundAt } from '../../shared/store/found.ts';
import { partyAt, partyKey } from '../../shared/store/parties.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { contactLinkKey, contactLinksAmong } from '../../shared/store/xero-contacts.ts';
import { findContacts } from './find-contacts.ts';
import type { Run } from './run.ts';
import { blocked, settle, syncItemOf, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: finds or makes the contacts of clients that somebody asked to send.

/** Settles clients that wait to become contacts, by the workspace's policy. */
export const sendContacts = async (run: Run, works: readonly WaitingWork[]): Promise<void> => {
  const { ws, tenantId, world } = run;
  const items = await world.table.batchGet(
    works.flatMap(({ documentId }) => [
      partyKey(ws, documentId),
      contactLinkKey(ws, tenantId, documentId),
      syncItemKey(ws, documentId),
    ]),
  );
  const clients = works.flatMap(({ documentId }) => partyAt(items, ws, documentId) ?? []);
  const links = contactLinksAmong(
    items,
    ws,
    tenantId,
    clients.map(({ id }) => id),
  );
  const wanted = new Set(works.filter(({ create }) => create === true).map(({ documentId }) => documentId));
  const asked = clients.filter(({ id }) => wanted.has(id));
  const creating: Run = { ...run, settings: { ...run.settings, contactPolicy: 'match-or-create' } };
  const found = new Map([
    ...(asked.length === 0 ? [] : await findContacts(creating, asked, links)),
    ...(await findContacts(
      run,
      clients.filter(({ id }) => !wanted.has(id)),
      links,
    )),
  ]);
  const outcomes = works.map((waiting): Settled => {
    const work = { ...waiting, kind: 'contact' as const };
    const result = found.get(work.documentId);
    const before = foundAt(items, syncItemKey(ws, work.documentId), parseSyncItem);
    if (!result) return { work };
    if ('block' in result) return blocked(run, work, before, result.block, { what: 'contact', on: work.documentId });
    return {
      work,
      item: syncItemOf(run, work, before, {
        state: 'synced',
        xeroId: result.contactId,
        lastSyncedAt: instantAt(world),
      }),
    };
  });
  await settle(run, outcomes, { closing: false });
};
