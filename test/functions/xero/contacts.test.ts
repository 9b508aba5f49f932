import { beforeEach, describe, expect, test } from '@jest/globals';
import { listXeroContacts } from '../../../functions/xero/list-contacts.ts';
import { noteEvents } from '../../../functions/xero/note-events.ts';
import { pollAll } from '../../../functions/xero/want-changes.ts';
import { readClient, replaceClient } from '../../../shared/store/clients.ts';
import type { XeroSettings } from '../../../shared/store/xero-settings.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aClient, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { callOf, startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;

beforeEach(async () => {
  place = await stage.connected();
  await stage.resetCalls();
});

const work = () => stage.work(place.workspace.id);
const needs = () => ({ table: stage.engine.table, clock: () => stage.clock.now(), ring: stage.world.ring });
const settings = (changes: Partial<XeroSettings>): Promise<void> => stage.choose(place.workspace.id, changes);
const contactNamed = async (name: string) => (await stage.books()).contacts.filter((contact) => contact['Name'] === name);
const contactId = async (name: string) => String((await contactNamed(name))[0]?.['ContactID']);
/** What somebody does in Xero itself, with any client of its API. */
const inXero = async (id: string, set: Record<string, unknown>) => {
  await stage.clock.advance(61);
  await stage.control('POST', 'tamper', { tenantId, collection: 'contacts', id, set });
};
const addInXero = async (contact: Record<string, unknown>) => {
  await stage.clock.advance(61);
  const token = [...(stage.secrets.versions.get(place.workspace.id)?.values() ?? [])].at(-1) ?? '{}';
  const answer = await fetch(`${stage.url}/api.xro/2.0/Contacts`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${(JSON.parse(token) as { accessToken: string }).accessToken}`,
      'xero-tenant-id': tenantId,
      accept: 'application/json',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ Contacts: [contact] }),
  });
  expect(answer.status).toBe(200);
  await stage.resetCalls();
};
const event = (category: string, resourceId: unknown = 'x') => ({
  v: 1,
  body: JSON.stringify({ events: [{ tenantId, eventCategory: category, eventType: 'CREATE', resourceId }] }),
});

describe('F57: a client', () => {
  test('is matched by its e-mail address before its name', async () => {
    const client = await aClient(stage, place, { name: 'Café Olé', email: 'ZOE@lindqvist.example' });
    const invoice = await anInvoice(stage, place, client);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    const linked = await readClient(stage.engine.table)(place.workspace.id, client.id);
    expect(linked?.xeroContactId).toBe(await contactId('Zoë Lindqvist'));
  });

  test('is matched by its name where no e-mail address decides', async () => {
    const client = await aClient(stage, place, { name: '  café   OLÉ ', email: null });
    const invoice = await anInvoice(stage, place, client);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });

  test('with an address that two contacts share is asked about', async () => {
    const client = await aClient(stage, place, { name: 'Twin', email: 'office@twinpeaks.example' });
    const invoice = await anInvoice(stage, place, client);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({
      state: 'blocked',
      code: 'contact-ambiguous',
      reason: expect.stringContaining('Twin Peaks Holdings'),
    });
    expect((await stage.books()).invoices).toEqual([]);
  });

  test('that somebody has chosen a contact for goes on with the next look at Xero', async () => {
    const client = await aClient(stage, place, { name: 'Twin', email: 'office@twinpeaks.example' });
    const invoice = await anInvoice(stage, place, client);
    await work();
    const chosen = await contactId('Twin Peaks Holdings');
    await stage.engine.table.commit([replaceClient(place.workspace.id, { ...client, xeroContactId: chosen })]);
    await stage.clock.advance(61);
    await pollAll(needs())();
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect((await stage.books()).invoices[0]).toHaveProperty('Contact.ContactID', chosen);
  });

  test('does not take the contact of another client with the same name', async () => {
    const one = await aClient(stage, place, { name: 'Café Olé' });
    const other = await aClient(stage, place, { name: 'Café Olé' });
    const first = await anInvoice(stage, place, one);
    await work();
    const second = await anInvoice(stage, place, other);
    await work();
    expect(await syncOf(stage, place, first.id)).toMatchObject({ state: 'synced' });
    expect(await syncOf(stage, place, second.id)).toMatchObject({ state: 'blocked', code: 'contact-ambiguous' });
  });

  test('keeps its contact through a rename in Xero, without a look', async () => {
    const client = await aClient(stage, place, { name: 'Café Olé' });
    await anInvoice(stage, place, client);
    await work();
    const id = await contactId('Café Olé');
    await inXero(id, { Name: 'Café Olé & Sons' });
    await stage.resetCalls();
    const next = await anInvoice(stage, place, client);
    await work();
    expect((await stage.calls()).map(({ method }) => method)).toEqual(['PUT']);
    expect(await syncOf(stage, place, next.id)).toMatchObject({ state: 'synced' });
  });

  test('whose contact was archived a moment ago is blocked by what Xero says, and goes on when it is restored', async () => {
    const client = await aClient(stage, place, { name: 'Café Olé' });
    await anInvoice(stage, place, client);
    await work();
    const id = await contactId('Café Olé');
    await inXero(id, { ContactStatus: 'ARCHIVED' });
    const invoice = await anInvoice(stage, place, client);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'blocked', code: 'contact-archived' });
    await inXero(id, { ContactStatus: 'ACTIVE' });
    await noteEvents(needs())(event('CONTACT'));
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });

  test('follows its contact when it is merged into another', async () => {
    const client = await aClient(stage, place, { name: 'Café Olé' });
    await anInvoice(stage, place, client);
    await work();
    const into = await contactId('Harbour Bakery Ltd');
    await inXero(await contactId('Café Olé'), { ContactStatus: 'ARCHIVED', MergedToContactID: into });
    await pollAll(needs())();
    await work();
    const next = await anInvoice(stage, place, client);
    await work();
    expect(await syncOf(stage, place, next.id)).toMatchObject({ state: 'synced' });
    const there = (await stage.books()).invoices.find((invoice) => invoice['Reference'] === next.id);
    expect(there).toHaveProperty('Contact.ContactID', into);
  });

  test('whose contact is archived is blocked, and goes on when it is restored', async () => {
    const client = await aClient(stage, place, { name: 'Café Olé' });
    await anInvoice(stage, place, client);
    await work();
    const id = await contactId('Café Olé');
    await inXero(id, { ContactStatus: 'ARCHIVED' });
    await pollAll(needs())();
    const invoice = await anInvoice(stage, place, client);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'blocked', code: 'contact-archived' });
    await inXero(id, { ContactStatus: 'ACTIVE' });
    await noteEvents(needs())(event('CONTACT'));
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });
});

describe('an unknown contact', () => {
  test('F57: blocks the document with the reason, and it goes on by itself when the contact appears', async () => {
    const client = await aClient(stage, place, { name: 'New Ventures', email: 'hello@newventures.example' });
    const invoice = await anInvoice(stage, place, client);
    const payment = await aPayment(stage, place, invoice);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({
      state: 'blocked',
      code: 'contact-unknown',
      reason: expect.stringContaining('New Ventures'),
      mend: expect.stringContaining('Add the contact in Xero'),
    });
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'blocked', code: 'waiting-for-invoice' });
    await stage.resetCalls();
    await work();
    expect(await stage.calls()).toEqual([]);

    await addInXero({ Name: 'New Ventures Ltd', EmailAddress: 'hello@newventures.example' });
    await noteEvents(needs())(event('CONTACT'));
    expect(stage.rung).toContain(place.workspace.id);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
  });

  test('is made once where the workspace wants that, for many invoices of one client', async () => {
    await settings({ contactPolicy: 'match-or-create' });
    const client = await aClient(stage, place, { name: 'New Ventures', email: 'hello@newventures.example' });
    for (let n = 0; n < 5; n += 1) await anInvoice(stage, place, client);
    await work();
    const made = await contactNamed('New Ventures');
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({ ContactNumber: client.id, EmailAddress: 'hello@newventures.example' });
    expect((await stage.books()).invoices).toHaveLength(5);
  });

  test.each([
    { fault: 'drop-answer' },
    { fault: 'server-error' },
    { fault: 'server-error', commit: true },
    { fault: 'late-commit', seconds: 20 },
  ])('is made once when the answer goes wrong: %p', async (fault) => {
    await settings({ contactPolicy: 'match-or-create' });
    await stage.fault({ ...fault, match: { method: 'PUT', path: 'Contacts' } });
    const client = await aClient(stage, place, { name: 'New Ventures', email: 'hello@newventures.example' });
    const invoice = await anInvoice(stage, place, client);
    await work();
    await stage.clock.advance(61);
    await work();
    expect(await contactNamed('New Ventures')).toHaveLength(1);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });

  test('is asked about where the workspace wants that', async () => {
    await settings({ contactPolicy: 'ask' });
    const client = await aClient(stage, place, { name: 'New Ventures', email: 'hello@newventures.example' });
    const invoice = await anInvoice(stage, place, client);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'blocked', code: 'contact-ask' });
  });
});

describe('the mirror', () => {
  test('F61: holds thousands of contacts after a few calls, and then only asks for changes', async () => {
    await stage.control('POST', 'foreign', { tenantId, contacts: 2500 });
    await stage.clock.advance(3600);
    await pollAll(needs())();
    await stage.resetCalls();
    await work();
    expect((await stage.calls()).length).toBeLessThanOrEqual(4);
    const all = await stage.engine.table.queryAll({ partition: `W#${place.workspace.id}#XC#${tenantId}`, beginsWith: 'ID#' });
    expect(all).toHaveLength(2508);
    await stage.clock.advance(3600);
    await pollAll(needs())();
    await stage.resetCalls();
    await work();
    const [call] = await stage.calls();
    expect(await stage.calls()).toHaveLength(1);
    expect(call?.headers['if-modified-since']).toBeDefined();
  });

  test('can be searched by parts of names and addresses', async () => {
    const found = async (search: string) => {
      const reply = await listXeroContacts({ table: stage.engine.table })(
        callOf(place.finance, { query: { search, limit: 50 } }),
      );
      return (reply.body as { items: { name: string }[] }).items.map(({ name }) => name);
    };
    expect(await found('twin')).toEqual(['Twin Peaks Consulting', 'Twin Peaks Holdings']);
    expect(await found('LINDQVIST')).toEqual(['Zoë Lindqvist']);
    expect((await found('')).length).toBe(8);
    expect(await found('nobody')).toEqual([]);
  });
});

describe('events', () => {
  test('F60: of organisations that nobody is connected to are ignored', async () => {
    const body = JSON.stringify({ events: [{ tenantId: 'somebody-else', eventCategory: 'CONTACT' }] });
    await noteEvents(needs())({ v: 1, body });
    expect(stage.rung.filter((id) => id !== place.workspace.id)).toEqual([]);
  });

  test.each([{ v: 1, body: 'not json' }, { v: 1, body: '{"events":[{"x":1}]}' }, { v: 2, body: '{"events":[]}' }, 'text', null])(
    'that cannot be read fail without quoting them: %p',
    async (message) => {
      await expect(noteEvents(needs())(message)).rejects.toThrow(/^the (message|events)/);
    },
  );

  test('F59: of invoices that are not ours wake nobody', async () => {
    stage.rung.length = 0;
    await noteEvents(needs())(event('INVOICE'));
    expect(stage.rung).toEqual([]);
  });
});

test('payments wait until a draft is approved in Xero, and then go on', async () => {
  await settings({ statusOnPush: 'DRAFT' });
  const client = await aClient(stage, place, { name: 'Café Olé' });
  const invoice = await anInvoice(stage, place, client);
  const payment = await aPayment(stage, place, invoice);
  await work();
  expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced', xeroStatus: 'DRAFT' });
  expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'pending', code: 'waiting-for-approval' });
  const there = (await stage.books()).invoices[0];
  await stage.clock.advance(61);
  await stage.control('POST', 'tamper', {
    tenantId,
    collection: 'invoices',
    id: there?.['InvoiceID'],
    set: { Status: 'AUTHORISED' },
  });
  await noteEvents(needs())(event('INVOICE', there?.['InvoiceID']));
  await work();
  expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
  expect((await stage.books()).invoices[0]).toMatchObject({ Status: 'PAID' });
});
