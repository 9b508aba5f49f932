import { Conflict } from '../../shared/domain/conflict.ts';
import { normalised } from '../../shared/domain/contact-match.ts';
import { noRounding } from '../../shared/domain/time-rounding.ts';
import { addClient, parseClient, type Client } from '../../shared/store/clients.ts';
import { keys, partitions } from '../../shared/store/keys.ts';
import { keyText } from '../../shared/store/table.ts';
import type { Workspace } from '../../shared/store/workspaces.ts';
import {
  contactLinked,
  linkItems,
  parseXeroContact,
  readLinkedClients,
  xeroContactKey,
  type MirroredContact,
} from '../../shared/store/xero-contacts.ts';
import type { XeroWorld } from './world.ts';

// Flow of several doors: makes clients of contacts, each once, and links what is here already under the same name or address.

export interface Imported {
  readonly contactId: string;
  readonly clientId: string;
  readonly made: boolean;
}

type Where = Pick<XeroWorld, 'table' | 'newId'> & { readonly workspace: Workspace; readonly tenantId: string };

/** Makes a client of each active contact of these that is none yet. Contacts that the mirror doesn't know are left out. */
export const makeClients = async (where: Where, contactIds: readonly string[]): Promise<Imported[]> => {
  const { table, workspace, tenantId } = where;
  const ids = [...new Set(contactIds)];
  const found = await table.batchGet(ids.map((id) => xeroContactKey(workspace.id, tenantId, id)));
  const linked = await readLinkedClients(table)(workspace.id, tenantId, ids);
  const known = await clientsHere(where);
  const imported: Imported[] = [];
  for (const contactId of ids) {
    const item = found.get(keyText(xeroContactKey(workspace.id, tenantId, contactId)));
    const contact = item && parseXeroContact(item);
    const link = linked.get(contactId);
    if (link) imported.push({ contactId, clientId: link.clientId, made: false });
    else if (contact?.status === 'active') imported.push(...(await importOne(where, contact, known)));
  }
  return imported.filter(({ clientId }) => clientId.startsWith('cli_'));
};

/** Clients that are no contact yet, by number, e-mail address and name; undefined where several share one. */
const clientsHere = async ({ table, workspace, tenantId }: Where): Promise<Map<string, Client | undefined>> => {
  const rows = await table.queryAll({ partition: partitions.workspace(workspace.id), beginsWith: 'CLIENT#' });
  const all = rows.map(parseClient).filter(({ archived }) => !archived);
  const links = await table.batchGet(all.map(({ id }) => keys.contactOfClient(workspace.id, tenantId, id)));
  const free = all.filter(({ id }) => !links.has(keyText(keys.contactOfClient(workspace.id, tenantId, id))));
  const known = new Map<string, Client | undefined>();
  for (const client of free)
    for (const name of namesOf(client))
      known.set(name, known.has(name) && known.get(name)?.id !== client.id ? undefined : client);
  return known;
};

const namesOf = ({ id, email, name }: { id: string | null; email: string | null; name: string }): string[] => [
  ...(id === null ? [] : [`number ${id}`]),
  ...(email === null ? [] : [`email ${normalised(email)}`]),
  `name ${normalised(name)}`,
];

const importOne = async (where: Where, contact: MirroredContact, known: Map<string, Client | undefined>): Promise<Imported[]> => {
  const { table, workspace, tenantId, newId } = where;
  const { contactId } = contact;
  const same = namesOf({ ...contact, id: contact.contactNumber }).flatMap((name) => known.get(name) ?? [])[0];
  const client = same ?? clientFrom(contact, workspace, newId('cli'));
  const writes = same
    ? contactLinked(workspace.id, tenantId, { clientId: same.id, contactId })
    : [addClient(workspace.id, client), ...linkItems(workspace.id, tenantId, { clientId: client.id, contactId })];
  try {
    await table.commit(writes);
  } catch (error) {
    // Somebody else has imported it at the same moment: one of us made the client.
    if (!(error instanceof Conflict)) throw error;
    const link = (await readLinkedClients(table)(workspace.id, tenantId, [contactId])).get(contactId);
    return link ? [{ contactId, clientId: link.clientId, made: false }] : [];
  }
  for (const name of namesOf(client)) known.delete(name);
  return [{ contactId, clientId: client.id, made: !same }];
};

const nameMax = 200;

const clientFrom = ({ contactId, name, email }: MirroredContact, { country, currency }: Workspace, id: string): Client => ({
  id,
  version: 1,
  name: name.slice(0, nameMax).trim() || contactId,
  email,
  address: [],
  country,
  region: null,
  taxNumber: null,
  taxExemptReason: null,
  currency,
  paymentTermsDays: null,
  timeRounding: noRounding,
  archived: false,
  xeroContactId: contactId,
});
