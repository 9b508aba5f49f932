import { matchContact } from '../../shared/domain/contact-match.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import type { Progress } from '../../shared/store/xero-connections.ts';
import { progressNoted } from '../../shared/store/xero-connections.ts';
import { contactItems, linkMoved, readLinkedClients } from '../../shared/store/xero-contacts.ts';
import { readParkedWork } from '../../shared/store/waiting-work.ts';
import { listContacts, type XeroContact } from '../../shared/xero/list-contacts.ts';
import { giveWay } from './pick-work.ts';
import { releaseParked } from './release-parked.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: brings the organisation's contacts into the mirror, follows links, and lets go on what waited for a contact.

/** Xero's stamps are of whole seconds and of another clock. */
const overlapMs = 5 * 60_000;
const enoughMs = 8_000;

/**
 * Pulls what was changed since the last pull, at first everything. Pages follow each other by the stamp of the last contact seen,
 * not by number: a contact that changes meanwhile moves to the end and would shift the pages. Returns whether it came to the end.
 */
export const pullContacts = async (run: Run): Promise<boolean> => {
  const startedAt = instantAt(run.world);
  const { contactsUntil } = run.connection;
  let since = contactsUntil === null ? undefined : new Date(Date.parse(contactsUntil) - overlapMs).toISOString();
  let page = 1;
  const changed: XeroContact[] = [];
  for (;;) {
    await giveWay(run);
    const { contacts, more } = await listContacts(run.books, { page, changedSince: since });
    await mirrorContacts(run, contacts);
    changed.push(...contacts);
    if (!more) break;
    const next = justBefore(contacts.at(-1)?.updatedAt);
    const onward = next !== undefined && next > (since ?? '');
    // More than a page within one second: only then does the number of the page say where to go on.
    page = onward ? 1 : page + 1;
    since = onward ? next : since;
    await note(run, { contactsUntil: since ?? null });
    if (run.deadline.remainingMs() < enoughMs) return false;
  }
  await note(run, { contactsUntil: startedAt, contactsComplete: true, contactsPulledAt: startedAt, ...run.books.learned() });
  await goOn(run, changed);
  return true;
};

/** A second earlier: nobody says whether "modified since" includes the second it names. */
const justBefore = (instant: string | null | undefined): string | undefined =>
  instant == null ? undefined : new Date(Date.parse(instant) - 1000).toISOString();

const note = async (run: Run, progress: Progress): Promise<void> => {
  await run.world.table.commit([progressNoted(run.ws, run.connection, progress)]);
  run.connection = { ...run.connection, ...(progress as Partial<Run['connection']>) };
};

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
  const found = await run.world.table.batchGet(waiting.map(({ on }) => clientKey(run.ws, on)));
  const candidates = changed.map((contact) => ({ ...contact, clientId: null }));
  const hopeful = new Set(
    [...found.values()]
      .map(parseClient)
      .filter((client) => client.xeroContactId !== null || matchContact(client, candidates).found !== 'none')
      .map(({ id }) => id),
  );
  await releaseParked(
    run.world,
    run.ws,
    waiting.filter(({ on }) => hopeful.has(on)),
  );
};
