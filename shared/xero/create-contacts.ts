import * as z from 'zod';
import type { Contact } from 'xero-node/dist/gen/model/accounting/contact.js';
import type { Xero } from './client.ts';
import { elementShape, noSuchId, outcomeOf, type Outcome } from './element.ts';
import { sameLength } from './same-length.ts';

const shape = z.object({
  contacts: z.array(z.object({ contactID: z.string().optional(), name: z.string().optional(), ...elementShape })),
});

/** Makes contacts (PUT: one that exists is refused, never changed). One call; outcomes in the order of the contacts. */
export const createContacts = async (xero: Xero, contacts: Contact[], key: string): Promise<Outcome<{ contactId: string }>[]> => {
  const answer = await xero.send(shape, (api, tenantId) => api.createContacts(tenantId, { contacts }, false, key));
  return sameLength(contacts, answer.contacts).map((element) =>
    outcomeOf(element, ({ contactID }) =>
      contactID === undefined || contactID === noSuchId ? undefined : { contactId: contactID },
    ),
  );
};
