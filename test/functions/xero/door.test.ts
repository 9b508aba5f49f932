import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { xeroDoor } from '../../../functions/xero/door.ts';
import { noteEvents } from '../../../functions/xero/note-events.ts';
import { randomToken } from '../../../shared/runtime/random-token.ts';
import { queueDoor } from '../../../shared/runtime/worker-door.ts';
import { replaceWorkspace } from '../../../shared/store/workspaces.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { sendTo, type Send } from '../../support/send.ts';
import { aBakery, aClient, anInvoice, syncOf } from '../../support/xero-documents.ts';
import { seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';
import { appUrls, startXeroStage, tenantId, webhookKey } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
let send: Send;
let queued: object[];

beforeEach(async () => {
  place = await stage.fresh();
  queued = [];
  const door = xeroDoor({
    world: stage.world,
    random: () => 0.5,
    randomToken,
    appUrls,
    publicUrl: 'http://localhost:4000',
    webhookKeys: async () => ['key-before', webhookKey],
    queue: async (message) => void queued.push(message),
  });
  send = sendTo(door as never);
});

const connected = async () => {
  await stage.connect(place.admin);
  await stage.work(place.workspace.id);
  await stage.resetCalls();
};
const settings = (body: object, from = place.finance) => send({ route: 'PUT /v1/xero/settings', body, from });

describe('the room of Xero', () => {
  test('is closed where the plan leaves it out, but for the webhook', async () => {
    await stage.engine.table.commit(replaceWorkspace({ ...place.workspace, integrations: false }));
    for (const [route, body] of [
      ['GET /v1/xero/connection', undefined],
      ['POST /v1/xero/connect', {}],
      ['GET /v1/xero/settings', undefined],
      ['GET /v1/xero/sync-items', undefined],
      ['DELETE /v1/xero/connection', undefined],
    ] as const) {
      const reply = await send({ route, body, from: place.admin });
      expect([route, reply.status, reply.body['code']]).toEqual([route, 403, 'plan-required']);
    }
  });

  test('lets nobody but an admin connect or disconnect', async () => {
    for (const from of [place.finance, place.expert]) {
      expect((await send({ route: 'POST /v1/xero/connect', body: {}, from })).status).toBe(403);
      expect((await send({ route: 'DELETE /v1/xero/connection', from })).status).toBe(403);
    }
    expect((await send({ route: 'GET /v1/xero/connection', from: place.expert })).status).toBe(403);
  });

  test('says what is wrong where nothing is connected', async () => {
    expect((await send({ route: 'GET /v1/xero/connection', from: place.finance })).body).toMatchObject({
      state: 'disconnected',
      organisation: null,
      waiting: { urgent: 0, payments: 0, documents: 0, backfill: 0 },
    });
    expect((await send({ route: 'GET /v1/xero/accounts', from: place.finance })).body['code']).toBe('xero-not-connected');
    const { checks } = (await send({ route: 'POST /v1/xero/test', from: place.finance })).body as { checks: object[] };
    expect(checks).toMatchObject([{ name: 'connection', ok: false, mend: 'Connect to Xero.' }]);
  });

  test('sends the browser back from Xero with 303', async () => {
    const begun = await send({ route: 'POST /v1/xero/connect', from: place.admin });
    expect(begun.status).toBe(200);
    const answer = await stage.consent(String(begun.body['authorizationUrl']), tenantId);
    const reply = await send({ route: 'GET /v1/xero/callback', query: Object.fromEntries(answer.searchParams) });
    expect([reply.status, reply.headers['location']]).toEqual([303, 'http://localhost:4000/app?xero=choose']);
    const again = await send({ route: 'GET /v1/xero/callback', query: Object.fromEntries(answer.searchParams) });
    expect([again.status, again.body['code']]).toEqual([400, 'xero-state-invalid']);
    const chosen = await send({ route: 'POST /v1/xero/connection/organisation', body: { tenantId }, from: place.admin });
    expect([chosen.status, chosen.body['state']]).toEqual([200, 'connected']);
    expect(stage.rung).toContain(place.workspace.id);
  });

  test('answers a confirmation that is sent twice in the same way', async () => {
    const begun = await send({ route: 'POST /v1/xero/connect', from: place.admin });
    const answer = await stage.consent(String(begun.body['authorizationUrl']), tenantId);
    await send({ route: 'GET /v1/xero/callback', query: Object.fromEntries(answer.searchParams) });
    const confirm = () =>
      send({
        route: 'POST /v1/xero/connection/organisation',
        body: { tenantId },
        headers: { 'idempotency-key': 'one' },
        from: place.admin,
      });
    const first = await confirm();
    const second = await confirm();
    expect(second.body).toEqual(first.body);
  });
});

describe('settings', () => {
  beforeEach(connected);

  test('are chosen from lists that are read from Xero', async () => {
    const accounts = (await send({ route: 'GET /v1/xero/accounts', from: place.finance })).body as { items: { code: string }[] };
    expect(accounts.items.find(({ code }) => code === '200')).toEqual({
      code: '200',
      name: 'Sales',
      type: 'REVENUE',
      class: 'REVENUE',
      takesPayments: false,
    });
    expect(accounts.items.map(({ code }) => code)).not.toContain('299');
    const rates = (await send({ route: 'GET /v1/xero/tax-rates', from: place.finance })).body as { items: object[] };
    expect(rates.items).toContainEqual({
      taxType: 'OUTPUT2',
      name: '20% (VAT on Income)',
      effectiveRate: '20',
      forRevenue: true,
    });
  });

  test.each([
    ['an account that is not there', { revenueAccount: '777' }, 'revenueAccount'],
    ['an archived account', { revenueAccount: '299' }, 'revenueAccount'],
    ['an account of another class', { revenueAccount: '310' }, 'revenueAccount'],
    ['a bank account for lines', { revenueAccount: '090' }, 'revenueAccount'],
    ['an account that takes no payments', { paymentAccount: '200' }, 'paymentAccount'],
    ['an asset for fees', { feeAccount: '620' }, 'feeAccount'],
    ['a rate that differs from ours', { taxTypes: { 'domestic:0.2': 'RROUTPUT' } }, 'taxTypes.domestic:0.2'],
    ['a tax type for purchases', { taxTypes: { 'domestic:0.2': 'INPUT2' } }, 'taxTypes.domestic:0.2'],
    ['a tax type that is not there', { taxTypes: { export: 'NOWHERE' } }, 'taxTypes.export'],
    ['a tax where none may be', { taxTypes: { 'reverse-charge': 'OUTPUT2' } }, 'taxTypes.reverse-charge'],
    ['a rule that is none', { taxTypes: { whatever: 'NONE' } }, 'taxTypes.whatever'],
  ])('refuse %s and name the field', async (_case, body, path) => {
    const reply = await settings(body);
    expect([reply.status, reply.body['code']]).toEqual([422, 'xero-mapping-invalid']);
    expect((reply.body['errors'] as { path: string }[]).map((error) => error.path)).toEqual([path]);
  });

  test('take what Xero takes, and let go on what waited for it', async () => {
    const cleared = await settings({ revenueAccount: null });
    expect(cleared.status).toBe(200);
    const bakery = await aBakery(stage, place);
    const invoice = await anInvoice(stage, place, bakery);
    await stage.work(place.workspace.id);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({
      state: 'blocked',
      code: 'mapping-missing',
      mend: expect.stringContaining('revenueAccount'),
    });
    const chosen = await settings({ revenueAccount: '201', paymentAccount: '835' });
    expect(chosen.body).toMatchObject({ revenueAccount: '201', paymentAccount: '835', statusOnPush: 'AUTHORISED' });
    await stage.work(place.workspace.id);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect((await stage.books()).invoices[0]).toHaveProperty('LineItems.0.AccountCode', '201');
  });

  test('that say nothing about accounts need no call', async () => {
    expect((await settings({ contactPolicy: 'match-or-create', statusOnPush: 'DRAFT' })).status).toBe(200);
    expect(await stage.calls()).toEqual([]);
  });

  test('are not overwritten by somebody who has not seen the last change', async () => {
    const read = await send({ route: 'GET /v1/xero/settings', from: place.finance });
    await settings({ statusOnPush: 'DRAFT' });
    const late = await send({
      route: 'PUT /v1/xero/settings',
      body: { statusOnPush: 'SUBMITTED' },
      headers: { 'if-match': read.headers['etag'] ?? '' },
      from: place.finance,
    });
    expect([late.status, late.body['code']]).toEqual([412, 'stale']);
  });
});

describe('documents on their way', () => {
  beforeEach(connected);

  test('are listed with their state, what holds them up, and what to do', async () => {
    const bakery = await aBakery(stage, place);
    const unknown = await aClient(stage, place, { name: 'New Ventures' });
    const sent = await anInvoice(stage, place, bakery);
    const held = await anInvoice(stage, place, unknown);
    await stage.work(place.workspace.id);
    const waiting = await anInvoice(stage, place, bakery);
    const list = async (query: Record<string, string> = {}) =>
      ((await send({ route: 'GET /v1/xero/sync-items', query, from: place.finance })).body as { items: { id: string }[] }).items;
    expect((await list({ state: 'synced' })).map(({ id }) => id)).toEqual([sent.id]);
    expect((await list({ state: 'pending' })).map(({ id }) => id)).toEqual([waiting.id]);
    expect(await list({ state: 'blocked' })).toMatchObject([
      {
        id: held.id,
        kind: 'invoice',
        number: held.number,
        sync: { state: 'blocked', code: 'contact-unknown', reason: expect.stringContaining('New Ventures') },
        mend: expect.stringContaining('Add the contact'),
      },
    ]);
    expect((await list()).map(({ id }) => id)).toEqual([held.id, waiting.id, sent.id]);
    const first = (await send({ route: 'GET /v1/xero/sync-items', query: { limit: '2' }, from: place.finance })).body;
    expect((first['items'] as object[]).length).toBe(2);
    const rest = await list({ limit: '2', cursor: String(first['nextCursor']) });
    expect(rest.map(({ id }) => id)).toEqual([sent.id]);
  });

  test('are tried again at a word, ahead of the rest', async () => {
    const unknown = await aClient(stage, place, { name: 'New Ventures' });
    const held = await anInvoice(stage, place, unknown, { lane: 'documents' });
    await stage.work(place.workspace.id);
    expect(await syncOf(stage, place, held.id)).toMatchObject({ state: 'blocked' });
    stage.rung.length = 0;
    const reply = await send({ route: 'POST /v1/xero/sync-items/{id}/retry', params: { id: held.id }, from: place.finance });
    expect([reply.status, reply.body]).toEqual([202, { state: 'pending' }]);
    expect(stage.rung).toEqual([place.workspace.id]);
    expect((await send({ route: 'GET /v1/xero/connection', from: place.finance })).body['waiting']).toMatchObject({ urgent: 1 });
  });

  test('are pushed many at once; what is there already stays as it is', async () => {
    const bakery = await aBakery(stage, place);
    const sent = await anInvoice(stage, place, bakery);
    await stage.work(place.workspace.id);
    const others = [];
    for (let n = 0; n < 30; n += 1) others.push(await anInvoice(stage, place, bakery, { lane: 'documents' }));
    const ids = [sent.id, ...others.map(({ id }) => id)];
    const reply = await send({ route: 'POST /v1/xero/push', body: { ids }, from: place.finance });
    expect(reply.status).toBe(202);
    const items = reply.body['items'] as { sync: { state: string } }[];
    expect(items.map(({ sync }) => sync.state)).toEqual(['synced', ...others.map(() => 'pending')]);
    await stage.resetCalls();
    await stage.work(place.workspace.id);
    expect((await stage.calls()).map(({ method }) => method)).toEqual(['PUT']);
    expect((await stage.books()).invoices).toHaveLength(31);
  });

  test('of another workspace are not found', async () => {
    const other = await seedWorkspace(stage.engine.table);
    const foreign = await aClient(stage, other);
    const reply = await send({ route: 'POST /v1/xero/push', body: { ids: [foreign.id] }, from: place.finance });
    expect([reply.status, reply.body['detail']]).toEqual([404, 'There is no such thing here']);
  });

  test('need the permission to export', async () => {
    const from = { ...place.finance, canExport: false };
    expect((await send({ route: 'POST /v1/xero/push', body: { ids: [place.client.id] }, from })).status).toBe(403);
  });
});

describe('a test of the connection', () => {
  beforeEach(connected);
  const checks = async () =>
    (await send({ route: 'POST /v1/xero/test', from: place.finance })).body['checks'] as {
      name: string;
      ok: boolean;
      mend: string;
    }[];

  test('finds nothing wrong and changes nothing', async () => {
    expect((await checks()).filter(({ ok }) => !ok)).toEqual([]);
    expect((await stage.calls()).map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
  });

  test.each([
    ['revoke', 'organisation'],
    ['server-error', 'organisation'],
    ['html', 'organisation'],
    ['truncated', 'organisation'],
    ['minute-limit', 'limits'],
  ])('names what is wrong and how to mend it: %s', async (fault, name) => {
    await stage.fault({ fault });
    const wrong = (await checks()).filter(({ ok }) => !ok);
    expect(wrong.map((check) => check.name)).toEqual([name]);
    expect(wrong[0]?.mend).toBeTruthy();
  });
});

describe('a webhook', () => {
  const body = JSON.stringify({ events: [{ tenantId, eventCategory: 'CONTACT', eventType: 'UPDATE', resourceId: 'c' }] });
  const sign = (text: string, key = webhookKey) => createHmac('sha256', key).update(text).digest('base64');
  const deliver = (rawBody: string, signature: string | undefined, encoded = false) =>
    send({
      route: 'POST /v1/webhooks/xero',
      rawBody: encoded ? Buffer.from(rawBody).toString('base64') : rawBody,
      isBase64Encoded: encoded,
      headers: { 'content-type': 'application/json', ...(signature === undefined ? {} : { 'x-xero-signature': signature }) },
    });

  test.each([
    ['as text', false],
    ['as base64', true],
  ])('that is signed is queued and answered with nothing (%s)', async (_case, encoded) => {
    const reply = await deliver(body, sign(body), encoded);
    expect([reply.status, reply.text, reply.headers['set-cookie']]).toEqual([200, '', undefined]);
    expect(queued).toEqual([{ body }]);
  });

  test('may be signed by a key that is being replaced', async () => {
    expect((await deliver(body, sign(body, 'key-before'))).status).toBe(200);
  });

  test.each([
    ['no signature', undefined],
    ['an empty signature', ''],
    ['another key', sign(body, 'other')],
    ['another body', sign(`${body} `)],
    ['a cut signature', sign(body).slice(0, -4)],
    ['a longer signature', `${sign(body)}AAAA`],
    ['hex', createHmac('sha256', webhookKey).update(body).digest('hex')],
    ['text beyond ASCII', 'ä'.repeat(44)],
  ])('with %s is refused with nothing', async (_case, signature) => {
    const reply = await deliver(body, signature);
    expect([reply.status, reply.text]).toEqual([401, '']);
    expect(queued).toEqual([]);
  });

  test('that only proves the address is answered and not queued', async () => {
    const proof = '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4Nd0m3nt"}';
    expect((await deliver(proof, sign(proof))).status).toBe(200);
    expect((await deliver(proof, sign('something else'))).status).toBe(401);
    expect(queued).toEqual([]);
  });

  test('F76: that cannot be read is given back alone; the others of its batch are done', async () => {
    await connected();
    const handler = queueDoor(noteEvents({ table: stage.engine.table, clock: () => stage.clock.now(), ring: stage.world.ring }));
    const record = (messageId: string, text: string) => ({ messageId, body: text, attributes: { ApproximateReceiveCount: '1' } });
    stage.rung.length = 0;
    const answer = await handler(
      {
        Records: [
          record('bad', 'not json'),
          record('good', JSON.stringify({ v: 1, body })),
          record('old', JSON.stringify({ v: 99, body })),
        ],
      } as never,
      { awsRequestId: 'a', getRemainingTimeInMillis: () => 30_000 } as never,
    );
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }, { itemIdentifier: 'old' }] });
    expect(stage.rung).toEqual([place.workspace.id]);
  });
});
