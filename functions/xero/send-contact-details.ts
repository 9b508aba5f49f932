import { partyAt, partyKey } from '../../shared/store/parties.ts';
import { done, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { contactLinkKey, parseContactLink } from '../../shared/store/xero-contacts.ts';
import { foundAt } from '../../shared/store/found.ts';
import { updateContacts } from '../../shared/xero/update-contacts.ts';
import { nameForXero } from '../../shared/xero/map-contact.ts';
import type { Run } from './run.ts';

// Flow of the worker: brings names and addresses that were changed here to their contacts. Doing it twice changes nothing.

/** Sends the names and e-mail addresses of linked clients as they are now. One call. */
export const sendContactDetails = async (run: Run, works: readonly WaitingWork[]): Promise<void> => {
  const { ws, tenantId, world } = run;
  const items = await world.table.batchGet(
    works.flatMap(({ documentId }) => [partyKey(ws, documentId), contactLinkKey(ws, tenantId, documentId)]),
  );
  const contacts = works.flatMap(({ documentId }) => {
    const party = partyAt(items, ws, documentId);
    const link = foundAt(items, contactLinkKey(ws, tenantId, documentId), parseContactLink);
    if (!party || !link || link.archived) return [];
    const email = party.email === null ? {} : { emailAddress: party.email };
    return [{ contactID: link.contactId, name: nameForXero(party.name), ...email }];
  });
  if (contacts.length > 0) await updateContacts(run.books, contacts, world.newId('details'));
  await world.table.commit(works.map((work) => done(ws, work)));
};
