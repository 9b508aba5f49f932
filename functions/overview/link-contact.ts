import { refuseFields } from '../../shared/domain/refusal.ts';
import { foundAt } from '../../shared/store/found.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Write } from '../../shared/store/write.ts';
import { contactLinked, parseXeroContact, readLinkedClients, xeroContactKey } from '../../shared/store/xero-contacts.ts';

/** Says which contact a client is. The contact must be in use in Xero, as last seen, and no other client's. */
export const linkContact =
  (table: Table) =>
  async (ws: string, tenantId: string, { clientId, contactId }: { clientId: string; contactId: string }): Promise<Write[]> => {
    const key = xeroContactKey(ws, tenantId, contactId);
    const contact = foundAt(await table.batchGet([key]), key, parseXeroContact);
    if (contact?.status !== 'active') return refuseFields({ path: 'outsideId', message: 'is no contact in use in Xero' });
    const owner = (await readLinkedClients(table)(ws, tenantId, [contactId])).get(contactId);
    if (owner && owner.clientId !== clientId)
      return refuseFields({ path: 'outsideId', message: 'is the contact of another client' });
    return contactLinked(ws, tenantId, { clientId, contactId });
  };
