import { createHash } from 'node:crypto';
import * as z from 'zod';
import { foundAt, type Found } from './found.ts';
import { normalised } from '../domain/contact-match.ts';
import { keys, partitions } from './keys.ts';
import { maybe } from './shapes.ts';
import { keyText, type Table } from './table.ts';
import { put, update, type Item, type Key, type Write } from './write.ts';

const record = z.object({
  contactId: z.string(),
  name: z.string(),
  email: maybe(z.string()),
  contactNumber: maybe(z.string()),
  status: z.enum(['active', 'archived']),
  mergedInto: maybe(z.string()),
  updatedAt: maybe(z.string()),
});

/** A contact of the organisation, as it was last seen there. */
export type MirroredContact = z.infer<typeof record>;

const link = z.object({ clientId: z.string(), contactId: z.string(), archived: z.boolean() });
/** That a client is a contact. `archived`: nothing can be written for it there at present. */
export type ContactLink = z.infer<typeof link>;

export const xeroContactKey = keys.xeroContact;
export const contactLinkKey = keys.contactOfClient;
export const parseXeroContact = (item: Item): MirroredContact => record.parse(item);
export const parseContactLink = (item: Item): ContactLink => link.parse(item);

/** The links of some clients or members, as far as a batch read has found them. */
export const contactLinksAmong = (
  found: Found,
  ws: string,
  tenantId: string,
  partyIds: readonly string[],
): ReadonlyMap<string, ContactLink> =>
  new Map(
    partyIds.flatMap((id) => {
      const known = foundAt(found, keys.contactOfClient(ws, tenantId, id), parseContactLink);
      return known ? [[id, known] as const] : [];
    }),
  );

/** Sort keys hold 1,024 bytes; a name may be longer, in four bytes a letter. */
const keyed = (text: string): string => {
  const plain = normalised(text);
  return Buffer.byteLength(plain) <= 600 ? plain : createHash('sha256').update(plain).digest('base64url');
};

const pointerTo = (kind: 'E' | 'N' | 'NR', value: string): string => `${kind}#${keyed(value)}#`;

/**
 * A contact with the pointers by which it is found: its e-mail address, its name, our number. Written without a read: a pointer
 * that a rename has left behind is recognised when it is followed.
 */
export const contactItems = (ws: string, tenantId: string, contact: MirroredContact): Item[] => {
  const pk = partitions.xeroContacts(ws, tenantId);
  const pointers = [
    pointerTo('N', contact.name),
    ...(contact.email === null ? [] : [pointerTo('E', contact.email)]),
    ...(contact.contactNumber === null ? [] : [pointerTo('NR', contact.contactNumber)]),
  ];
  return [
    { ...keys.xeroContact(ws, tenantId, contact.contactId), v: 1, ...contact },
    ...pointers.map((start) => ({ pk, sk: `${start}${contact.contactId}`, v: 1, contactId: contact.contactId })),
  ];
};

const pointer = z.object({ contactId: z.string() });
/** More candidates than this for one name decide nothing that fewer would not. */
const candidatesMax = 10;

/** Contacts that carry a client's number, e-mail address or name, with the client that each of them is already. */
export const readCandidates =
  (table: Table) => async (ws: string, tenantId: string, client: { id: string; name: string; email: string | null }) => {
    const partition = partitions.xeroContacts(ws, tenantId);
    const starts = [
      pointerTo('NR', client.id),
      pointerTo('N', client.name),
      ...(client.email === null ? [] : [pointerTo('E', client.email)]),
    ];
    const pages = await Promise.all(starts.map((beginsWith) => table.query({ partition, beginsWith, limit: candidatesMax })));
    const ids = [...new Set(pages.flatMap(({ items }) => items.map((item) => pointer.parse(item).contactId)))];
    const found = await table.batchGet(
      ids.flatMap((id) => [keys.xeroContact(ws, tenantId, id), keys.clientOfContact(ws, tenantId, id)]),
    );
    return ids.flatMap((id) => {
      const contact = found.get(keyText(keys.xeroContact(ws, tenantId, id)));
      const owner = found.get(keyText(keys.clientOfContact(ws, tenantId, id)));
      return contact ? [{ ...record.parse(contact), clientId: owner ? link.parse(owner).clientId : null }] : [];
    });
  };

/** A member can be a contact too: as a supplier. */
const partyOf = (ws: string, id: string): Key => (id.startsWith('mem_') ? keys.member(ws, id) : keys.client(ws, id));

/** The link alone, for a client that is written in the same commit. A contact is one client at most. */
export const linkItems = (
  ws: string,
  tenantId: string,
  { clientId, contactId }: { clientId: string; contactId: string },
): Write[] => [
  put('contact', { ...keys.contactOfClient(ws, tenantId, clientId), v: 1, clientId, contactId, archived: false }),
  put(
    'contact',
    { ...keys.clientOfContact(ws, tenantId, contactId), v: 1, clientId, contactId, archived: false },
    { condition: 'attribute_not_exists(#pk) OR #clientId = :clientId', values: { ':clientId': clientId } },
  ),
];

/** Links a client with a contact, both ways and on the client itself; each is linked once. */
export const contactLinked = (
  ws: string,
  tenantId: string,
  { clientId, contactId }: { clientId: string; contactId: string },
): Write[] => [
  ...linkItems(ws, tenantId, { clientId, contactId }),
  update(
    'client',
    partyOf(ws, clientId),
    { set: { xeroContactId: contactId }, add: { version: 1 } },
    { condition: 'attribute_exists(#pk)' },
  ),
];

/** Which of these contacts are clients of ours. */
export const readLinkedClients =
  (table: Table) =>
  async (ws: string, tenantId: string, contactIds: readonly string[]): Promise<Map<string, ContactLink>> => {
    const found = await table.batchGet(contactIds.map((id) => keys.clientOfContact(ws, tenantId, id)));
    return new Map([...found.values()].map((item) => [link.parse(item).contactId, link.parse(item)]));
  };

/** Follows what became of a linked contact: archived, active again, or merged into another. */
export const linkMoved = (
  ws: string,
  tenantId: string,
  { clientId }: ContactLink,
  contactId: string,
  archived: boolean,
): Write[] => [
  put('contact', { ...keys.contactOfClient(ws, tenantId, clientId), v: 1, clientId, contactId, archived }),
  put('contact', { ...keys.clientOfContact(ws, tenantId, contactId), v: 1, clientId, contactId, archived }),
  update(
    'client',
    partyOf(ws, clientId),
    { set: { xeroContactId: contactId }, add: { version: 1 } },
    { condition: 'attribute_exists(#pk)' },
  ),
];

/** Contacts in the order of their names; `search` keeps those whose name or e-mail address contains it. */
export const contactsByName = (ws: string, tenantId: string) => ({
  partition: partitions.xeroContacts(ws, tenantId),
  beginsWith: 'N#',
});

/** The contacts that rows of the list by name point to, with the client each is; undefined for a pointer that is out of date. */
export const readPointed =
  (table: Table) =>
  async (
    ws: string,
    tenantId: string,
    rows: readonly Item[],
  ): Promise<((MirroredContact & { clientId: string | null }) | undefined)[]> => {
    const ids = rows.map((row) => pointer.parse(row).contactId);
    const found = await table.batchGet(
      ids.flatMap((id) => [keys.xeroContact(ws, tenantId, id), keys.clientOfContact(ws, tenantId, id)]),
    );
    return ids.map((id, place) => {
      const item = found.get(keyText(keys.xeroContact(ws, tenantId, id)));
      const contact = item && record.parse(item);
      if (!contact || `${pointerTo('N', contact.name)}${id}` !== rows[place]?.sk) return undefined;
      const owner = found.get(keyText(keys.clientOfContact(ws, tenantId, id)));
      return { ...contact, clientId: owner ? link.parse(owner).clientId : null };
    });
  };
