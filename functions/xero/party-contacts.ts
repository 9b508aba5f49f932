import type { DocumentThere } from '../../shared/domain/compare-document.ts';
import { readLinkedClients } from '../../shared/store/xero-contacts.ts';
import { pullContacts } from './pull-contacts.ts';
import type { Run } from './run.ts';

/** A document there with the client or member whose it is here, and the contact that those are known to be. */
interface Placed {
  readonly there: Pick<DocumentThere, 'contactId' | 'updatedAt'>;
  readonly partyId: string;
  readonly linkedTo: string | null;
}

/** Whether a contact is the client or member of a document. */
export type IsContactOf = (party: Omit<Placed, 'there'>, contactId: string) => boolean;

/** Xero stamps whole seconds. */
const stampMs = 1_000;

/**
 * Whose contacts those of some documents are. A document may stand at another contact because that one took its own in: whoever merges
 * contacts changes their documents as well. Before that is called a difference, the contacts have to be as new as the document.
 */
export const contactsOf = async (run: Run, placed: readonly Placed[]): Promise<IsContactOf> => {
  const read = async (): Promise<IsContactOf> => {
    const ids = [...new Set(placed.map(({ there }) => there.contactId))].filter((id) => id !== '');
    const links = await readLinkedClients(run.world.table)(run.ws, run.tenantId, ids);
    return ({ partyId, linkedTo }, contactId) => links.get(contactId)?.clientId === partyId || linkedTo === contactId;
  };
  const isContactOf = await read();
  const pulledMs = Date.parse(run.connection.contactsPulledAt ?? '1970-01-01');
  const isAhead = ({ there }: Placed): boolean => there.updatedAt == null || Date.parse(there.updatedAt) + stampMs >= pulledMs;
  const moved = placed.some((one) => one.there.contactId !== '' && isAhead(one) && !isContactOf(one, one.there.contactId));
  if (!moved) return isContactOf;
  await pullContacts(run);
  return read();
};
