import { extraThere, isClientId } from '../../shared/domain/claimed.ts';
import { compareContact } from '../../shared/domain/compare-contact.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { foundAt } from '../../shared/store/found.ts';
import { contactLinkKey, parseContactLink, readLinkedClients } from '../../shared/store/xero-contacts.ts';
import type { XeroContact } from '../../shared/xero/list-contacts.ts';
import type { Compared } from './compared.ts';
import { mirrorContacts } from './pull-contacts.ts';
import type { Run } from './run.ts';

// Flow of the comparison: contacts as Xero has them. The mirror and the links follow them; what contradicts a link is a difference.

/** Compares contacts of the organisation with our clients. Contacts that nobody here is are left alone. */
export const compareContacts = async (run: Run, found: readonly XeroContact[]): Promise<Compared> => {
  const { ws, tenantId, world } = run;
  await mirrorContacts(run, found);
  const linked = await readLinkedClients(world.table)(
    ws,
    tenantId,
    found.map(({ contactId }) => contactId),
  );
  const numbered = found.filter(({ contactNumber }) => isClientId(contactNumber ?? ''));
  const items = await world.table.batchGet(
    numbered.flatMap(({ contactNumber }) => [
      clientKey(ws, contactNumber ?? ''),
      contactLinkKey(ws, tenantId, contactNumber ?? ''),
    ]),
  );
  const differences = numbered.flatMap((contact): Difference[] => {
    if (contact.status === 'archived') return [];
    const { contactId, name } = contact;
    const client = foundAt(items, clientKey(ws, contact.contactNumber ?? ''), parseClient);
    if (!client) return [extraThere('contact', { outsideId: contactId, number: name, amount: null }, 'reference')];
    const link = foundAt(items, contactLinkKey(ws, tenantId, client.id), parseContactLink);
    if (!link) return [];
    const pair = { clientId: client.id, clientName: client.name, linkedTo: link.contactId };
    return compareContact({ ...pair, numbered: { contactId, name } });
  });
  const seen = [...[...linked.values()].map(({ clientId }) => clientId), ...numbered.map(({ contactId }) => contactId)];
  return { differences, seen, unlinked: [] };
};
