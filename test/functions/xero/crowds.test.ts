import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { overviewDoor } from '../../../functions/overview/door.ts';
import { xeroDoor } from '../../../functions/xero/door.ts';
import { noteEvents } from '../../../functions/xero/note-events.ts';
import { randomToken } from '../../../shared/runtime/random-token.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { openDiscrepancies } from '../../../shared/store/discrepancies.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { readXeroConnection } from '../../../shared/store/xero-connections.ts';
import { tableName } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { sendTo, type Answer, type Request, type Send } from '../../support/send.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, aClient, anInvoice, syncOf } from '../../support/xero-documents.ts';
import { newId, type TestWorkspace } from '../../support/workspace.ts';
import { appUrls, redirectUri, startXeroStage, tenantId, webhookKey } from '../../support/xero-stage.ts';

const crowd = 200;
const stage = await forAllTests(startXeroStage({ tier: 5000 }));
let place: TestWorkspace;
let bakery: Client;
let send: Send;
let overview: Send;
let queued: object[];
const xero = changesIn(stage, () => place);

beforeEach(async () => {
  place = await stage.fresh();
  queued = [];
  const tools = { random: () => 0.5, sleep: (ms: number) => stage.world.sleep(ms / 25) };
  const queue = async (message: object) => void queued.push(message);
  const world = {
    world: { ...stage.world, sleep: tools.sleep },
    ...tools,
    randomToken,
    appUrls,
    publicUrl: redirectUri.replace('/v1/xero/callback', ''),
  };
  send = sendTo(xeroDoor({ ...world, webhookKeys: async () => [webhookKey], queue }) as never);
  const { table } = stage.engine;
  overview = sendTo(
    overviewDoor({
      ...{ table, newId, ring: stage.world.ring, closeCheckout: async () => undefined, publicUrl: '' },
      ...{ clock: () => stage.clock.now(), ...tools },
    }) as never,
  );
  bakery = await aBakery(stage, place);
});

const connected = async (): Promise<void> => {
  await stage.connect(place.admin);
  await stage.work(place.workspace.id);
  await stage.resetCalls();
};
const work = () => stage.work(place.workspace.id);

/** The same request from everybody at once; under one key, as a client repeats itself, or each under an own one. */
const atOnce = async (
  keys: 'one key' | 'own keys',
  request: Request,
  through = send,
  many = crowd,
): Promise<Answer<Record<string, unknown>>[]> => {
  const answers = await Promise.all(
    Array.from({ length: many }, (_, place_) => {
      const key = keys === 'one key' ? 'the-same-for-all' : `key-of-${place_}`;
      return through({ ...request, headers: { 'idempotency-key': key, ...request.headers } });
    }),
  );
  // Busy, or Xero refusing so many at once: both may be said, and nothing was changed then.
  expect(answers.filter(({ status }) => status >= 500 && status !== 502 && status !== 503)).toEqual([]);
  return answers;
};
const went = (answers: readonly Answer<unknown>[]) => answers.filter(({ status }) => status < 400);
const both = ['one key', 'own keys'] as const;

/** How often something was noted in the audit trail of this workspace. */
const noted = async (what: string): Promise<number> => {
  const { Items = [] } = await stage.engine.client.send(new ScanCommand({ TableName: tableName }));
  return Items.filter(({ pk, what: said }) => String(pk).includes(place.workspace.id) && said === what).length;
};
const waiting = async (kind: string): Promise<number> =>
  (await readWaitingWork(stage.engine.table)(place.workspace.id, 500)).filter((one) => one.kind === kind).length;

describe('R5: 200 times the same at once', () => {
  test('R5: beginning to connect under one key begins once', async () => {
    const answers = went(await atOnce('one key', { route: 'POST /v1/xero/connect', body: {}, from: place.admin }));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.length).toBeGreaterThan(0);
  }, 60_000);

  test('R5: the way back from Xero exchanges its code once', async () => {
    const begun = await send({
      route: 'POST /v1/xero/connect',
      body: {},
      from: place.admin,
      headers: { 'idempotency-key': 'one' },
    });
    const back = await stage.consent(String(begun.body['authorizationUrl']), tenantId);
    await stage.resetCalls();
    await atOnce('one key', { route: 'GET /v1/xero/callback', query: Object.fromEntries(back.searchParams) });
    const exchanges = (await stage.calls({ all: true })).filter(({ path }) => path === '/connect/token');
    expect(exchanges.map(({ status }) => status)).toEqual([200]);
  }, 60_000);

  test.each(both)(
    'R5: choosing the organisation (%s) connects once',
    async (keys) => {
      const begun = await send({
        route: 'POST /v1/xero/connect',
        body: {},
        from: place.admin,
        headers: { 'idempotency-key': 'one' },
      });
      const back = await stage.consent(String(begun.body['authorizationUrl']), tenantId);
      await send({ route: 'GET /v1/xero/callback', query: Object.fromEntries(back.searchParams) });
      const answers = await atOnce(keys, {
        route: 'POST /v1/xero/connection/organisation',
        body: { tenantId },
        from: place.admin,
      });
      // Xero takes five calls at once and sixty a minute: it may have refused all of them, and then it is chosen again.
      await stage.clock.advance(61);
      if (went(answers).length === 0)
        await send({
          route: 'POST /v1/xero/connection/organisation',
          body: { tenantId },
          from: place.admin,
          headers: { 'idempotency-key': 'again' },
        });
      expect(await readXeroConnection(stage.engine.table)(place.workspace.id)).toMatchObject({ state: 'connected' });
      expect(await noted('xero-connected')).toBe(1);
    },
    60_000,
  );

  test('R5: disconnecting leaves once', async () => {
    await connected();
    await atOnce('own keys', { route: 'DELETE /v1/xero/connection', headers: { 'if-match': '*' }, from: place.admin });
    expect(await readXeroConnection(stage.engine.table)(place.workspace.id)).toMatchObject({ state: 'disconnected' });
    expect(await noted('xero-disconnected')).toBe(1);
  }, 60_000);

  test('R5: settings that were read in one version change once', async () => {
    await connected();
    const read = await send({ route: 'GET /v1/xero/settings', from: place.finance });
    const { available: _available, problems: _problems, ...body } = read.body;
    const answers = await atOnce(
      'own keys',
      {
        route: 'PUT /v1/xero/settings',
        body: { ...body, statusOnPush: 'DRAFT' },
        headers: { 'if-match': String(read.headers['etag']) },
        from: place.finance,
      },
      send,
      // Each of them waits for one of the few calls that people may have under way.
      50,
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await noted('xero-settings-changed')).toBe(1);
  }, 60_000);

  test.each(both)(
    'R5: pushing and trying again (%s) send the invoice once',
    async (keys) => {
      await connected();
      const { id } = await anInvoice(stage, place, bakery);
      await atOnce(keys, { route: 'POST /v1/xero/push', body: { ids: [id] }, from: place.finance });
      await atOnce(keys, { route: 'POST /v1/xero/sync-items/{id}/retry', params: { id }, from: place.finance });
      expect(await waiting('invoice')).toBe(1);
      await Promise.all([work(), work()]);
      await work();
      expect((await stage.books()).invoices).toHaveLength(1);
      expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced' });
    },
    60_000,
  );

  test.each(both)(
    'R5: importing a contact (%s) makes one client',
    async (keys) => {
      await connected();
      const contact = (await stage.books()).contacts.find(({ ContactStatus }) => ContactStatus === 'ACTIVE');
      const body = { contactIds: [contact?.['ContactID']] };
      await atOnce(keys, { route: 'POST /v1/xero/contacts/import', body, from: place.finance });
      const { Items = [] } = await stage.engine.client.send(new ScanCommand({ TableName: tableName }));
      const named = Items.filter(({ pk, sk, name }) => {
        return String(pk).includes(place.workspace.id) && String(sk).startsWith('CLIENT#') && name === contact?.['Name'];
      });
      expect(named).toHaveLength(1);
    },
    60_000,
  );

  test.each(both)(
    'R5: exporting a client and a member (%s) makes one contact of each',
    async (keys) => {
      await connected();
      const stranger = await aClient(stage, place, { name: 'New Ventures', email: 'hello@newventures.example' });
      const { expert } = place.members;
      await atOnce(keys, { route: 'POST /v1/xero/clients/export', body: { clientIds: [stranger.id] }, from: place.finance });
      await atOnce(keys, { route: 'POST /v1/xero/members/export', body: { memberIds: [expert.id] }, from: place.finance });
      await Promise.all([work(), work()]);
      await work();
      const made = (await stage.books()).contacts.map((one) => one['ContactNumber']).filter(Boolean);
      expect(made.filter((one) => one === stranger.id || one === expert.id).toSorted()).toEqual(
        [stranger.id, expert.id].toSorted(),
      );
    },
    60_000,
  );

  test.each(both)(
    'R5: a backfill (%s) is one backfill',
    async (keys) => {
      await connected();
      await atOnce(keys, { route: 'POST /v1/xero/backfill', body: { from: '2026-01-01' }, from: place.finance });
      expect(await waiting('backfill')).toBe(1);
    },
    60_000,
  );

  test.each(both)(
    'R5: a comparison (%s) is one comparison',
    async (keys) => {
      await connected();
      await atOnce(keys, { route: 'POST /v1/reconciliation/run', body: { scope: 'all' }, from: place.finance }, overview);
      expect(await waiting('reconcile')).toBe(1);
      await Promise.all([work(), work()]);
      await stage.clock.advance(120);
      await work();
      const kinds = (await stage.calls()).map(({ path }) => path.split('/').at(-1));
      expect(kinds.filter((kind) => kind === 'Payments')).toHaveLength(1);
    },
    60_000,
  );

  test.each(both)(
    'R5: settling a difference (%s) settles it once',
    async (keys) => {
      await connected();
      const invoice = await anInvoice(stage, place, bakery);
      await work();
      await xero.on(invoice, 'edit-line', { Description: 'Other work' });
      await xero.poll();
      const [open] = await openDiscrepancies(stage.engine.table)(place.workspace.id);
      const body = { way: 'ignore', reason: 'Agreed with the client' };
      const params = { id: open?.id ?? '' };
      const answers = await atOnce(
        keys,
        { route: 'POST /v1/discrepancies/{id}/resolve', params, body, from: place.finance },
        overview,
      );
      expect(went(answers).length).toBeGreaterThan(0);
      expect(await openDiscrepancies(stage.engine.table)(place.workspace.id)).toEqual([]);
    },
    60_000,
  );

  test('R5: a webhook asks for one look', async () => {
    await connected();
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    await xero.on(invoice, 'due-date', { DueDate: '2027-01-15' });
    await stage.resetCalls();
    const resourceId = (await xero.there(invoice))['InvoiceID'];
    const eventDateUtc = new Date(stage.clock.now()).toISOString().slice(0, 19);
    const body = JSON.stringify({
      events: [{ tenantId, eventCategory: 'INVOICE', eventType: 'UPDATE', resourceId, eventDateUtc }],
    });
    await Promise.all(Array.from({ length: crowd }, () => noteEvents(xero.needs)({ v: 1, body })));
    await Promise.all([work(), work()]);
    await work();
    expect(await xero.now(invoice)).toMatchObject({ dueDate: '2027-01-15' });
    expect(await noted('due-date-moved')).toBe(1);
  }, 60_000);
});
