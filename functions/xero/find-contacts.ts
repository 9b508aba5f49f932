import { Conflict } from '../../shared/domain/conflict.ts';
import { matchContact } from '../../shared/domain/contact-match.ts';
import type { Party } from '../../shared/store/parties.ts';
import {
  contactItems,
  contactLinked,
  parseXeroContact,
  readCandidates,
  xeroContactKey,
  type ContactLink,
} from '../../shared/store/xero-contacts.ts';
import { createContacts } from '../../shared/xero/create-contacts.ts';
import { contactFor } from '../../shared/xero/map-contact.ts';
import { saidBy } from './blocks.ts';
import type { Run } from './run.ts';
import { pullContacts } from './pull-contacts.ts';
import { closeManifest, type Block } from './settle.ts';
import { sendBatch, type Element, type Sending } from './send-batch.ts';

// Flow of the worker: finds for each client the contact it is in Xero, by the mirror; makes it where the workspace wants that.

export type Found = { readonly contactId: string } | { readonly block: Block };

/** A mirror older than this is brought up to date before a contact counts as unknown. */
const freshMs = 60_000;

/** Nothing can be written for a contact that is archived. */
export const archivedBlock = (client: Party): Block => ({
  code: 'contact-archived',
  reason: `The contact of ${client.name} is archived in Xero`,
  mend: 'Restore the contact in Xero, or choose another one for this client. The document then goes on by itself.',
});

const blocks = {
  unknown: (client: Party): Block => ({
    code: 'contact-unknown',
    reason: `Xero has no contact with the e-mail address or the name of ${client.name}`,
    mend: 'Add the contact in Xero, or allow contacts to be made from here. The document then goes on by itself.',
  }),
  ask: (client: Party): Block => ({
    code: 'contact-ask',
    reason: `Nobody has said which contact in Xero ${client.name} is`,
    mend: 'Choose a contact for this client, or add one in Xero with the same e-mail address.',
  }),
  ambiguous: (client: Party, names: readonly string[]): Block => ({
    code: 'contact-ambiguous',
    reason: `Several contacts could be ${client.name}, or the only one belongs to another client: ${names.slice(0, 5).join(', ')}`,
    mend: 'Choose the contact for this client.',
  }),
  refused: (client: Party, messages: readonly string[]): Block => ({
    code: 'contact-refused',
    reason: `Xero did not take ${client.name} as a contact: ${saidBy(messages)}`,
    mend: 'Correct the client, or choose a contact in Xero for it.',
  }),
};

/** The contact of each client, or why there is none. `links` are those that were found before. */
export const findContacts = async (
  run: Run,
  clients: readonly Party[],
  links: ReadonlyMap<string, ContactLink>,
): Promise<Map<string, Found>> => {
  const found = new Map<string, Found>();
  const open: Party[] = [];
  for (const client of clients) {
    const link = links.get(client.id);
    const chosenAnew = client.xeroContactId !== null && client.xeroContactId !== link?.contactId;
    if (link && !chosenAnew)
      found.set(client.id, link.archived ? { block: archivedBlock(client) } : { contactId: link.contactId });
    else open.push(client);
  }
  const unknown = await matchAll(run, open, links, found);
  if (unknown.length === 0) return found;
  const { contactsPulledAt, contactsComplete } = run.connection;
  const age = run.world.clock() - Date.parse(contactsPulledAt ?? '1970-01-01');
  const missing = contactsComplete && age < freshMs ? unknown : await afterPull(run, unknown, links, found);
  const { contactPolicy } = run.settings;
  if (contactPolicy === 'match-or-create') await makeAll(run, missing, found);
  else for (const client of missing) found.set(client.id, { block: blocks[contactPolicy === 'ask' ? 'ask' : 'unknown'](client) });
  return found;
};

const afterPull = async (
  run: Run,
  unknown: readonly Party[],
  links: ReadonlyMap<string, ContactLink>,
  found: Map<string, Found>,
) => {
  await pullContacts(run);
  return matchAll(run, unknown, links, found);
};

/** Matches clients in the mirror; returns those that nothing in it could be. */
const matchAll = async (
  run: Run,
  clients: readonly Party[],
  links: ReadonlyMap<string, ContactLink>,
  found: Map<string, Found>,
): Promise<Party[]> => {
  const unknown: Party[] = [];
  for (const client of clients) {
    const before = links.get(client.id);
    const linked = before && (before.archived ? { block: archivedBlock(client) } : { contactId: before.contactId });
    const result = (await chosenByPerson(run, client)) ?? linked ?? (await byMirror(run, client));
    if (result) found.set(client.id, result);
    else unknown.push(client);
  }
  return unknown;
};

const chosenByPerson = async (run: Run, client: Party): Promise<Found | undefined> => {
  if (client.xeroContactId === null) return undefined;
  const key = xeroContactKey(run.ws, run.tenantId, client.xeroContactId);
  const item = await run.world.table.get(key);
  if (!item) return undefined;
  if (parseXeroContact(item).status === 'archived') return { block: archivedBlock(client) };
  return link(run, client, client.xeroContactId);
};

const byMirror = async (run: Run, client: Party): Promise<Found | undefined> => {
  const candidates = await readCandidates(run.world.table)(run.ws, run.tenantId, client);
  const match = matchContact(client, candidates);
  switch (match.found) {
    case 'contact':
      return link(run, client, match.contactId);
    case 'archived':
      return { block: archivedBlock(client) };
    case 'ambiguous':
      return { block: blocks.ambiguous(client, match.names) };
    case 'none':
      return undefined;
  }
};

/** Of two clients that want the same contact, one gets it. */
const link = async (run: Run, client: Party, contactId: string): Promise<Found> => {
  try {
    await run.world.table.commit(contactLinked(run.ws, run.tenantId, { clientId: client.id, contactId }));
    return { contactId };
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return { block: blocks.ambiguous(client, [client.name]) };
  }
};

/** What is sent for a client that becomes a contact; the same again when the answer was lost. */
export const contactElement = (client: Party): Element<ReturnType<typeof contactFor>> => ({
  work: { documentId: client.id, version: client.version, lane: 'documents' },
  documentVersion: client.version,
  payload: contactFor(client),
});

/** How contacts are made, and what is kept of those that were. */
export const makingContacts = (
  run: Run,
  clients: readonly Party[],
  found: Map<string, Found>,
): Sending<ReturnType<typeof contactFor>, { contactId: string }> => ({
  kind: 'contact',
  call: (payloads, key) => createContacts(run.books, payloads, key),
  settle: async (results) => {
    const refused: { client: Party; messages: readonly string[] }[] = [];
    for (const { element, outcome } of results) {
      const client = clients.find(({ id }) => id === element.work.documentId);
      if (client && outcome.ok) found.set(client.id, await keepMade(run, client, outcome.value.contactId));
      else if (client && !outcome.ok) refused.push({ client, messages: outcome.messages });
    }
    await closeManifest(run);
    if (refused.length > 0) await pullContacts(run);
    // Refused because it is there already, by an earlier try or by somebody's hand? Then it is found by now.
    for (const { client, messages } of refused)
      found.set(client.id, (await byMirror(run, client)) ?? { block: blocks.refused(client, messages) });
  },
});

const makeAll = async (run: Run, clients: readonly Party[], found: Map<string, Found>): Promise<void> => {
  const perBatch = 50;
  for (let start = 0; start < clients.length; start += perBatch) {
    const chunk = clients.slice(start, start + perBatch);
    await sendBatch(run, chunk.map(contactElement), makingContacts(run, chunk, found));
  }
};

const keepMade = async (run: Run, client: Party, contactId: string): Promise<Found> => {
  const contact = {
    contactId,
    name: client.name,
    email: client.email,
    contactNumber: client.id,
    status: 'active' as const,
    mergedInto: null,
    updatedAt: null,
  };
  await run.world.table.putMany(contactItems(run.ws, run.tenantId, contact));
  return link(run, client, contactId);
};
