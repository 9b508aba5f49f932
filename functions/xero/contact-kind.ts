import { contactMissing } from '../../shared/domain/compare-contact.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { foundAt } from '../../shared/store/found.ts';
import { partitions } from '../../shared/store/keys.ts';
import { listContacts, readContactThere } from '../../shared/xero/list-contacts.ts';
import { compareContacts } from './compare-contacts.ts';
import { nothingOf, together, type Compared } from './compared.ts';
import type { Run } from './run.ts';
import type { WalkedKind } from './walked-kind.ts';

// Flow of the comparison: contacts in Xero, and clients here.

const readClients = async ({ ws, world }: Run, ids: readonly string[]) => {
  const found = await world.table.batchGet(ids.map((id) => clientKey(ws, id)));
  return ids.flatMap((id) => foundAt(found, clientKey(ws, id), parseClient) ?? []);
};

/** Looks up the contacts of clients; one call each. */
const lookUp = async (run: Run, ids: readonly string[]): Promise<Compared> => {
  const parts: Compared[] = [];
  const linked = (await readClients(run, ids)).filter(({ xeroContactId }) => xeroContactId !== null);
  for (const client of linked) {
    const contactId = client.xeroContactId ?? '';
    const there = await readContactThere(run.books, contactId);
    if (there) parts.push(await compareContacts(run, [there]));
    else parts.push({ ...nothingOf(client.id), differences: [contactMissing(client, contactId)] });
  }
  return together([...parts, ...linked.map(({ id }) => nothingOf(id))]);
};

export const walkedContacts: WalkedKind = {
  stage: 'contacts',
  subjects: ['contact'],
  isKept: async () => true,
  page: async (run, asked) => {
    const { contacts, more } = await listContacts(run.books, asked);
    return { ...(await compareContacts(run, contacts)), more };
  },
  lookUpTheirs: async (run, outsideId) => {
    const there = await readContactThere(run.books, outsideId);
    return there && compareContacts(run, [there]);
  },
  rows: [
    {
      ...{ stage: 'clients-here', prefix: 'cli_', atOnce: 5, lookUp },
      list: (ws) => ({ partition: partitions.workspace(ws), beginsWith: 'CLIENT#' }),
      judge: async (run, ids) => {
        const clients = await readClients(run, ids);
        return new Map(clients.flatMap(({ id, xeroContactId }) => (xeroContactId === null ? [] : [[id, 'there'] as const])));
      },
    },
  ],
};
