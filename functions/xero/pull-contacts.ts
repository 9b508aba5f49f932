import { matchContact } from '../../shared/domain/contact-match.ts';
import { partyAt, partyKey } from '../../shared/store/parties.ts';
import { contactItems, linkMoved, readLinkedClients } from '../../shared/store/xero-contacts.ts';
import { readParkedWork, waits } from '../../shared/store/waiting-work.ts';
import { listContacts, type XeroContact } from '../../shared/xero/list-contacts.ts';
import { followPages } from './follow-pages.ts';
import { releaseParked } from './release-parked.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: brings the organisation's contacts into the mirror, follows links, and lets go on what waited for a contact.

/** Pulls what was changed since the last pull, at first everything. Returns whether it came to the end. */
export const pullContacts = (run: Run): Promise<boolean> =>
  followPages<XeroContact>(run, {
    watermark: 'contactsUntil',
    read: async (asked) => {
      const { contacts, more } = await listContacts(run.books, asked);
      return { found: contacts, more };
    },
    // All that follows from a page comes before it counts as read: whoever dies in between reads it again.
    take: async (contacts) => {
      await mirrorContacts(run, contacts);
      await goOn(run, contacts);
      await becomeClients(run, contacts);
    },
    atEnd: (startedAt) => ({ contactsComplete: true, contactsPulledAt: startedAt }),
  });

/** Writes contacts as they are now into the mirror, and lets links follow those that were archived, restored or merged. */
export const mirrorContacts = async (run: Run, contacts: readonly XeroContact[]): Promise<void> => {
  const { table } = run.world;
  // One batch write must not name a key twice; of a contact that came twice the later state counts.
  const distinct = [...new Map(contacts.map((contact) => [contact.contactId, contact])).values()];
  await table.putMany(distinct.flatMap((contact) => contactItems(run.ws, run.tenantId, contact)));
  const links = await readLinkedClients(table)(
    run.ws,
    run.tenantId,
    distinct.map(({ contactId }) => contactId),
  );
  for (const { contactId, status, mergedInto } of distinct) {
    const link = links.get(contactId);
    if (!link) continue;
    if (status === 'archived' && mergedInto !== null && link.contactId === contactId)
      await table.commit(linkMoved(run.ws, run.tenantId, link, mergedInto, false));
    else if (link.archived !== (status === 'archived'))
      await table.commit(linkMoved(run.ws, run.tenantId, link, contactId, status === 'archived'));
  }
};

/**
 * What waits for a contact is looked at again when one of the changed contacts could be its client's, or when somebody has chosen
 * a contact for its client.
 */
const goOn = async (run: Run, changed: readonly XeroContact[]): Promise<void> => {
  const waiting = (await readParkedWork(run.world.table)(run.ws)).filter(({ waitsFor }) => waitsFor === 'contact');
  if (waiting.length === 0) return;
  const found = await run.world.table.batchGet(waiting.map(({ on }) => partyKey(run.ws, on)));
  const candidates = changed.map((contact) => ({ ...contact, clientId: null }));
  const hopeful = new Set(
    waiting
      .flatMap(({ on }) => partyAt(found, run.ws, on) ?? [])
      .filter((client) => client.xeroContactId !== null || matchContact(client, candidates).found !== 'none')
      .map(({ id }) => id),
  );
  await releaseParked(
    run.world,
    run.ws,
    waiting.filter(({ on }) => hopeful.has(on)),
  );
};

/** New contacts become clients where the workspace wants that. */
const becomeClients = async (run: Run, changed: readonly XeroContact[]): Promise<void> => {
  const active = changed.filter(({ status }) => status === 'active').map(({ contactId }) => contactId);
  if (!run.settings.autoSync.contacts || active.length === 0) return;
  const linked = await readLinkedClients(run.world.table)(run.ws, run.tenantId, active);
  if (active.every((contactId) => linked.has(contactId))) return;
  const at = instantAt(run.world);
  const work = { lane: 'documents', kind: 'import-contacts', documentId: 'contacts' } as const;
  await run.world.table.commit([waits(run.ws, { ...work, version: run.world.clock(), dueAt: at, since: at })]);
};
