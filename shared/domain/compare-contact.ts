import type { Difference } from './discrepancy.ts';

/** The contact that a client is in Xero, by our link, with the contact that carries the client's id there. */
export type ContactPair = {
  clientId: string;
  clientName: string;
  linkedTo: string;
  numbered: { contactId: string; name: string };
};

/** A client is linked with one contact, and another one carries its id in Xero. */
export function compareContact({ clientId, clientName, linkedTo, numbered }: ContactPair): Difference[] {
  if (linkedTo === numbered.contactId) return [];
  const cause = `In Xero the contact ${numbered.name} carries the id of ${clientName}, who is linked with another one`;
  return [
    {
      ...({ kind: 'contact', system: 'xero', subject: 'contact', documentId: clientId, outsideId: numbered.contactId } as const),
      ...{ number: null, ours: clientName, theirs: numbered.name, amount: null, cause },
    },
  ];
}

/** A client is linked with a contact that Xero has no more. */
export function contactMissing(client: { id: string; name: string }, contactId: string): Difference {
  return {
    ...({ kind: 'missing', system: 'xero', subject: 'contact', documentId: client.id, outsideId: contactId } as const),
    ...{ number: null, ours: client.name, theirs: null, amount: null, cause: 'The contact of this client is no more in Xero' },
  };
}
