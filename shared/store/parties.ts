import { clientKey, parseClient, type Client } from './clients.ts';
import { memberKey, parseMember } from './members.ts';
import { foundAt, type Found } from './found.ts';
import type { Key } from './write.ts';

/** Somebody who can be a contact in Xero: a client, or a member as a supplier. */
export type Party = Pick<Client, 'id' | 'version' | 'name' | 'email' | 'taxNumber' | 'address' | 'country' | 'xeroContactId'>;

const isMember = (id: string): boolean => id.startsWith('mem_');

export const partyKey = (ws: string, id: string): Key => (isMember(id) ? memberKey(ws, id) : clientKey(ws, id));

/** The party at its key of a batch read. A member who was removed is none. */
export const partyAt = (found: Found, ws: string, id: string): Party | undefined => {
  if (!isMember(id)) return foundAt(found, clientKey(ws, id), parseClient);
  const member = foundAt(found, memberKey(ws, id), parseMember);
  if (!member || member.status === 'removed') return undefined;
  const { version, name, email, xeroContactId } = member;
  return { id, version, name, email, xeroContactId: xeroContactId ?? null, taxNumber: null, address: [], country: '' };
};
