import * as z from 'zod';
import type { Contact } from 'xero-node/dist/gen/model/accounting/contact.js';
import type { Xero } from './client.ts';

const shape = z.object({ contacts: z.array(z.looseObject({})) });

/** Changes contacts by their ids; what isn't named stays. A name that another contact has is left as it was. One call. */
export const updateContacts = async (xero: Xero, contacts: Contact[], key: string): Promise<void> => {
  await xero.send(shape, (api, tenantId) => api.updateOrCreateContacts(tenantId, { contacts }, false, key));
};
