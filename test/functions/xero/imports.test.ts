import { beforeEach, describe, expect, test } from '@jest/globals';
import { exportClients, exportMembers } from '../../../functions/xero/export-parties.ts';
import { importContacts } from '../../../functions/xero/import-contacts.ts';
import { addClient } from '../../../functions/workspace/add-client.ts';
import { changeClient } from '../../../functions/workspace/change-client.ts';
import { readClient, parseClient, type Client } from '../../../shared/store/clients.ts';
import { partitions } from '../../../shared/store/keys.ts';
import { readMember } from '../../../shared/store/members.ts';
import { readXeroSettings, type XeroSettings } from '../../../shared/store/xero-settings.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aClient, syncOf } from '../../support/xero-documents.ts';
import { newId, type TestWorkspace } from '../../support/workspace.ts';
import { callOf, startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;

beforeEach(async () => {
  place = await stage.connected();
  await stage.resetCalls();
});

const work = () => stage.work(place.workspace.id);
const needs = () => ({
  table: stage.engine.table,
  now: () => new Date(stage.clock.now()).toISOString(),
  newId,
  ring: stage.world.ring,
});
const contacts = async () =>
  (await stage.books()).contacts as { ContactID: string; Name: string; ContactNumber?: string; ContactStatus: string }[];
const active = async () => (await contacts()).filter(({ ContactStatus }) => ContactStatus === 'ACTIVE');
const clients = async (): Promise<Client[]> => {
  const rows = await stage.engine.table.queryAll({ partition: partitions.workspace(place.workspace.id), beginsWith: 'CLIENT#' });
  return rows.map(parseClient);
};
const importing = (body: object) => importContacts(stage.world)(callOf(place.finance, { body }));
const switchOn = async (autoSync: Partial<XeroSettings['autoSync']>): Promise<void> => {
  const before = await readXeroSettings(stage.engine.table)(place.workspace.id);
  await stage.choose(place.workspace.id, { autoSync: { ...before.autoSync, ...autoSync } });
};

describe('F57: contacts that become clients', () => {
  test('are made once, however often and by however many it is asked', async () => {
    const before = (await clients()).length;
    const wanted = (await active()).slice(0, 3).map(({ ContactID }) => ContactID);
    const replies = await Promise.all(Array.from({ length: 5 }, () => importing({ contactIds: wanted })));
    expect(await clients()).toHaveLength(before + 3);
    const ids = replies.map(({ body }) => (body as { items: { clientId: string }[] }).items.map(({ clientId }) => clientId));
    expect(new Set(ids.map((one) => one.join())).size).toBe(1);
    for (const contactId of wanted)
      expect((await clients()).filter(({ xeroContactId }) => xeroContactId === contactId)).toHaveLength(1);
    expect(await stage.calls()).toEqual([]);
  });

  test('link the client that is here already under the same name or address', async () => {
    const bakery = await aClient(stage, place, { name: 'Harbour  bakery ltd' });
    const contact = (await active()).find(({ Name }) => Name === 'Harbour Bakery Ltd');
    const { body } = await importing({ contactIds: [contact?.ContactID] });
    expect(body).toEqual({ items: [{ contactId: contact?.ContactID, clientId: bakery.id, made: false }], queued: false });
    expect(await readClient(stage.engine.table)(place.workspace.id, bakery.id)).toMatchObject({
      xeroContactId: contact?.ContactID,
    });
  });

  test('are all made in the background, each once, archived ones left out', async () => {
    const before = (await clients()).length;
    expect((await importing({ all: true })).body).toEqual({ items: [], queued: true });
    await work();
    expect(await clients()).toHaveLength(before + (await active()).length);
    await importing({ all: true });
    await work();
    expect(await clients()).toHaveLength(before + (await active()).length);
    expect(await stage.calls()).toEqual([]);
  });

  test('follow by themselves when that is switched on', async () => {
    await switchOn({ contacts: true });
    await stage.act('new-contact', { Name: 'Brand New Ltd', EmailAddress: 'new@brandnew.example' });
    await stage.clock.advance(3600);
    const { wantChanges } = await import('../../../functions/xero/want-changes.ts');
    await wantChanges({ table: stage.engine.table, clock: stage.world.clock, ring: stage.world.ring })(place.workspace.id, {
      contacts: true,
      documents: [],
    });
    await work();
    expect((await clients()).filter(({ name }) => name === 'Brand New Ltd')).toHaveLength(1);
  });
});

describe('clients that become contacts', () => {
  test('are found or made whatever the policy says, with our id as their number', async () => {
    const known = await aClient(stage, place, { name: 'Harbour Bakery Ltd', email: null });
    const fresh = await aClient(stage, place, { name: 'Quite Unknown Ltd', email: 'hello@unknown.example' });
    const count = (await contacts()).length;
    await exportClients(stage.world)(callOf(place.admin, { body: { clientIds: [known.id, fresh.id] } }));
    await work();
    expect(await contacts()).toHaveLength(count + 1);
    expect((await contacts()).find(({ Name }) => Name === 'Quite Unknown Ltd')).toMatchObject({ ContactNumber: fresh.id });
    for (const { id } of [known, fresh]) expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced' });
  });

  test('are made once when the answer is lost', async () => {
    const fresh = await aClient(stage, place, { name: 'Quite Unknown Ltd', email: 'hello@unknown.example' });
    await stage.fault({ fault: 'drop-answer', match: { method: 'PUT', path: 'Contacts' } });
    await exportClients(stage.world)(callOf(place.admin, { body: { clientIds: [fresh.id] } }));
    await work();
    await stage.clock.advance(600);
    await work();
    expect((await contacts()).filter(({ Name }) => Name === 'Quite Unknown Ltd')).toHaveLength(1);
    expect(await syncOf(stage, place, fresh.id)).toMatchObject({ state: 'synced' });
  });

  test('follow at once when they are new or renamed, if that is switched on', async () => {
    const add = (name: string) =>
      addClient(needs())(callOf(place.finance, { body: { name, country: 'GB', email: `${name.length}@fresh.example` } }));
    await add('Before the switch');
    await switchOn({ clients: true, renames: true });
    const { body } = await add('After the switch');
    await work();
    const named = async (name: string) => (await contacts()).filter(({ Name }) => Name === name);
    expect(await named('Before the switch')).toHaveLength(0);
    expect(await named('After the switch')).toHaveLength(1);

    const { id } = body as { id: string };
    await changeClient(needs())(callOf(place.finance, { params: { id }, body: { name: 'A better name' }, ifMatch: '*' }));
    await work();
    expect([(await named('After the switch')).length, (await named('A better name')).length]).toEqual([0, 1]);
    expect((await named('A better name'))[0]).toMatchObject({ ContactNumber: id });
  });
});

test('experts become contacts too, and are linked as suppliers', async () => {
  const { id } = place.members.expert;
  await exportMembers(stage.world)(callOf(place.admin, { body: { memberIds: [id] } }));
  await work();
  const contact = (await contacts()).find(({ ContactNumber }) => ContactNumber === id);
  expect(contact).toMatchObject({ Name: 'Esme' });
  expect(await readMember(stage.engine.table)(place.workspace.id, id)).toMatchObject({ xeroContactId: contact?.ContactID });
  await importing({ all: true });
  await work();
  expect((await clients()).filter(({ name }) => name === 'Esme')).toHaveLength(0);
});
