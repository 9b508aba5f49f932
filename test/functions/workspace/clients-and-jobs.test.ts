import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../../shared/api/call.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openRooms, type Rooms } from '../../support/rooms.ts';
import { newId, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
let rooms: Rooms;
let seeded: TestWorkspace;

beforeEach(async () => {
  rooms = openRooms(engine);
  seeded = await seedWorkspace(engine.table);
});

interface Thing extends Record<string, unknown> {
  id: string;
  name: string;
  code?: string;
  errors?: { path: string }[];
}
interface Page {
  items: Thing[];
  nextCursor?: string;
}

const send = (
  route: string,
  body?: object,
  more: { id?: string; from?: Caller; ifMatch?: string; query?: Record<string, string> } = {},
) =>
  rooms.workspace<Thing>({
    route,
    from: more.from ?? seeded.finance,
    ...(more.id ? { params: { id: more.id } } : {}),
    ...(more.query ? { query: more.query } : {}),
    headers: { 'if-match': more.ifMatch ?? '*' },
    ...(body ? { body } : {}),
  });
const addClient = (body: object = {}) => send('POST /v1/clients', { name: 'Acme', country: 'GB', ...body });
const changeClient = (id: string, body: object, ifMatch = '*') => send('PATCH /v1/clients/{id}', body, { id, ifMatch });
const addJob = (body: object = {}) => send('POST /v1/jobs', { clientId: seeded.client.id, name: 'Shop', ...body });
const changeJob = (id: string, body: object) => send('PATCH /v1/jobs/{id}', body, { id });
const list = async (path: string, query: Record<string, string> = {}, from: Caller = seeded.finance) =>
  (await rooms.workspace<Page>({ route: `GET ${path}`, from, query })).body;
const names = async (path: string, query: Record<string, string> = {}, from: Caller = seeded.finance) =>
  (await list(path, query, from)).items.map(({ name }) => name);
const gbp = (amount: number) => ({ amount, currency: 'GBP' });

describe('clients', () => {
  test('take the currency of the workspace and no rounding where nothing is said', async () => {
    const made = await addClient();
    expect([made.status, made.headers['etag']]).toEqual([201, '"1"']);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^cli_/),
      name: 'Acme',
      email: null,
      address: [],
      country: 'GB',
      region: null,
      taxNumber: null,
      taxExemptReason: null,
      currency: 'GBP',
      paymentTermsDays: null,
      timeRounding: { mode: 'none' },
      archived: false,
      xeroContactId: null,
    });
    const shown = await send('GET /v1/clients/{id}', undefined, { id: made.body.id });
    expect(shown.text).toBe(made.text);
  });

  test('keep what a change does not name, byte for byte', async () => {
    const made = await addClient({ email: 'a@example.com', address: ['1 Street'], taxNumber: 'GB1', paymentTermsDays: 30 });
    const changed = await changeClient(made.body.id, { name: 'Acme Ltd', paymentTermsDays: null }, '"1"');
    expect(changed.text).toBe(JSON.stringify({ ...made.body, name: 'Acme Ltd', paymentTermsDays: null }));
    expect((await changeClient(made.body.id, { name: 'x' }, '"1"')).status).toBe(412);
  });

  test('are linked to a contact in Xero by hand, and the worker hears of it', async () => {
    const { body } = await addClient();
    const xeroContactId = '6d42f03b-181f-43e3-93fb-2025c012de92';
    expect((await changeClient(body.id, { xeroContactId })).body['xeroContactId']).toBe(xeroContactId);
    expect(rooms.rung).toEqual([seeded.workspace.id]);
    await changeClient(body.id, { name: 'Acme Ltd' });
    expect(rooms.rung).toHaveLength(1);
  });

  test.each([
    ['rounding up to nothing', { timeRounding: { mode: 'up' } }, 'timeRounding.minutes'],
    ['rounding to 7 minutes', { timeRounding: { mode: 'up', minutes: 7 } }, 'timeRounding.minutes'],
    ['a country in words', { country: 'Britain' }, 'country'],
    ['no name', { name: '' }, 'name'],
    ['an address that is none', { email: 'acme' }, 'email'],
    ['a currency of its own making', { currency: 'ABC' }, 'currency'],
    ['F84: a contact when it is made', { xeroContactId: '6d42f03b-181f-43e3-93fb-2025c012de92' }, 'xeroContactId'],
  ])('%s is refused', async (_what, body, path) => {
    const answer = await addClient(body);
    expect([answer.status, answer.body.errors?.map((error) => error.path)]).toEqual([400, [path]]);
  });

  test('archived, they are listed apart', async () => {
    const { body } = await addClient();
    await changeClient(body.id, { archived: true });
    expect(await names('/v1/clients')).toEqual(['Northwind']);
    expect(await names('/v1/clients', { archived: 'true' })).toEqual(['Acme']);
    expect(await names('/v1/clients', { archived: 'false' })).toEqual(['Northwind']);
    expect(await addJob({ clientId: body.id })).toMatchObject({ status: 400, body: { errors: [{ path: 'clientId' }] } });
  });

  test('are paged without one missing, also when archived ones stand between', async () => {
    const made: string[] = [];
    for (let at = 0; at < 9; at += 1) {
      const { body } = await addClient({ name: `Client ${at}` });
      if (at % 3 === 0) await changeClient(body.id, { archived: true });
      else made.push(body.name);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list('/v1/clients', { limit: '2', ...(cursor ? { cursor } : {}) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(['Northwind', ...made]);
  });

  test('are none of an expert’s business', async () => {
    for (const [route, id] of [
      ['GET /v1/clients', undefined],
      ['GET /v1/clients/{id}', seeded.client.id],
    ] as const)
      expect((await send(route, undefined, { from: seeded.expert, ...(id ? { id } : {}) })).status).toBe(403);
  });
});

describe('services', () => {
  test('are made, changed, archived', async () => {
    const made = await send('POST /v1/services', { name: 'Development', rate: gbp(9000) });
    expect(made.body).toEqual({ id: expect.stringMatching(/^svc_/), name: 'Development', rate: gbp(9000), archived: false });
    const changed = await send('PATCH /v1/services/{id}', { rate: null }, { id: made.body.id, ifMatch: '"1"' });
    expect(changed.body).toEqual({ ...made.body, rate: null });
    await send('PATCH /v1/services/{id}', { archived: true }, { id: made.body.id });
    expect(await names('/v1/services')).toEqual(['Design']);
    expect(await names('/v1/services', { archived: 'true' })).toEqual(['Development']);
  });

  test('are shown to experts without their rate', async () => {
    const made = await send('POST /v1/services', { name: 'Development', rate: gbp(9000) });
    const shown = await send('GET /v1/services/{id}', undefined, { id: made.body.id, from: seeded.expert });
    expect(shown.body).toEqual({ ...made.body, rate: null });
    expect((await list('/v1/services', {}, seeded.expert)).items.map(({ rate }) => rate)).toEqual([null, null]);
  });
});

describe('jobs', () => {
  test('take the currency of their client', async () => {
    const client = await addClient({ currency: 'USD' });
    const made = await addJob({ clientId: client.body.id });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^job_/),
      clientId: client.body.id,
      name: 'Shop',
      billing: 'hourly',
      currency: 'USD',
      rate: null,
      memberIds: [],
      serviceId: null,
      budgetHours: null,
      budgetAmount: null,
      accountCode: null,
      archived: false,
      escrow: {
        funded: { amount: 0, currency: 'USD' },
        released: { amount: 0, currency: 'USD' },
        invoiced: { amount: 0, currency: 'USD' },
        paid: { amount: 0, currency: 'USD' },
      },
    });
    expect((await addJob({ clientId: client.body.id, currency: 'EUR' })).body['currency']).toBe('EUR');
  });

  test('name only what the workspace has', async () => {
    const other = await seedWorkspace(engine.table);
    const unknown = await addJob({ clientId: newId('cli') });
    expect(unknown.status).toBe(404);
    const { body } = await addJob();
    for (const foreign of [other.client.id]) expect((await addJob({ clientId: foreign })).text).toBe(unknown.text);
    for (const change of [{ memberIds: [other.expert.memberId] }, { serviceId: other.service.id }, { serviceId: newId('svc') }]) {
      expect((await addJob(change)).text).toBe(unknown.text);
      expect((await changeJob(body.id, change)).text).toBe(unknown.text);
    }
    expect((await changeJob(other.job.id, { name: 'x' })).text).toBe(unknown.text);
    expect((await send('GET /v1/jobs/{id}', undefined, { id: other.job.id })).text).toBe(unknown.text);
    expect((await send('GET /v1/jobs/{id}/rates', undefined, { id: other.job.id })).text).toBe(unknown.text);
  });

  test.each([0, 0.01, 37.5, 1_000_000])('take a budget of %s hours', async (budgetHours) => {
    expect((await addJob({ budgetHours })).body['budgetHours']).toBe(budgetHours);
  });

  test.each([5e-324, 0.001, -1, 1_000_001])('refuse a budget of %s hours', async (budgetHours) => {
    const answer = await addJob({ budgetHours });
    expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([400, ['budgetHours']]);
  });

  test('keep their currency', async () => {
    const { body } = await addJob();
    const answer = await changeJob(body.id, { currency: 'USD' });
    expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([400, ['currency']]);
  });

  test('that name their experts are seen by those, all others by every expert; none with a rate', async () => {
    await addJob({
      name: 'Mine',
      memberIds: [seeded.expert.memberId],
      rate: gbp(100),
      budgetAmount: gbp(10_000),
      budgetHours: 100,
    });
    const theirs = await addJob({ name: 'Theirs', memberIds: [seeded.expert2.memberId] });
    expect(await names('/v1/jobs')).toEqual(['Website', 'Mine', 'Theirs']);
    expect(await names('/v1/jobs', {}, seeded.expert)).toEqual(['Website', 'Mine']);
    expect(await names('/v1/jobs', {}, seeded.expert2)).toEqual(['Website', 'Theirs']);
    const [, mine] = (await list('/v1/jobs', {}, seeded.expert)).items;
    expect(mine).toMatchObject({ rate: null, budgetAmount: null, budgetHours: 100 });
    const hidden = await send('GET /v1/jobs/{id}', undefined, { id: theirs.body.id, from: seeded.expert });
    expect(hidden.text).toBe((await send('GET /v1/jobs/{id}', undefined, { id: newId('job'), from: seeded.expert })).text);
  });

  test('are listed by client, and archived ones apart, page by page', async () => {
    const client = (await addClient()).body.id;
    for (let at = 0; at < 5; at += 1) await addJob({ clientId: client, name: `Job ${at}` });
    const old = await addJob({ clientId: client, name: 'Old' });
    await changeJob(old.body.id, { archived: true });
    expect(await names('/v1/jobs', { clientId: client })).toEqual(['Job 0', 'Job 1', 'Job 2', 'Job 3', 'Job 4']);
    expect(await names('/v1/jobs', { clientId: client, archived: 'true' })).toEqual(['Old']);
    const first = await list('/v1/jobs', { clientId: client, limit: '3' });
    const second = await list('/v1/jobs', { clientId: client, limit: '3', cursor: first.nextCursor ?? '' });
    expect(second.items.map(({ name }) => name)).toEqual(['Job 3', 'Job 4']);
    const elsewhere = await rooms.workspace({
      route: 'GET /v1/jobs',
      from: seeded.finance,
      query: { cursor: first.nextCursor ?? '' },
    });
    expect(elsewhere).toMatchObject({ status: 400, body: { errors: [{ path: 'cursor' }] } });
    expect(
      (await rooms.workspace({ route: 'GET /v1/jobs', from: seeded.finance, query: { clientId: newId('cli') } })).status,
    ).toBe(404);
  });
});

describe('rates of a job', () => {
  const setRates = (body: object, ifMatch = '*') => send('PUT /v1/jobs/{id}/rates', body, { id: seeded.job.id, ifMatch });

  test('are set as a whole, for members of the workspace, each once', async () => {
    const memberRates = [{ memberId: seeded.expert.memberId, rate: gbp(7000) }];
    const set = await setRates({ rate: gbp(6000), memberRates }, '"1"');
    expect([set.status, set.body, set.headers['etag']]).toEqual([200, { rate: gbp(6000), memberRates }, '"2"']);
    expect((await send('GET /v1/jobs/{id}/rates', undefined, { id: seeded.job.id })).text).toBe(set.text);
    expect((await setRates({ rate: null, memberRates: [] }, '"1"')).status).toBe(412);
    expect((await setRates({ rate: null, memberRates: [] })).body).toEqual({ rate: null, memberRates: [] });
    expect((await setRates({ rate: null, memberRates: [{ memberId: newId('mem'), rate: gbp(1) }] })).status).toBe(404);
    const twice = await setRates({ rate: null, memberRates: [...memberRates, ...memberRates] });
    expect(twice.body.errors?.map(({ path }) => path)).toEqual(['memberRates.1.memberId']);
  });

  test('are none of an expert’s business', async () => {
    expect((await send('GET /v1/jobs/{id}/rates', undefined, { id: seeded.job.id, from: seeded.expert })).status).toBe(403);
  });
});

test('the same key makes one client, one service, one job', async () => {
  for (const [route, body] of [
    ['POST /v1/clients', { name: 'Once', country: 'GB' }],
    ['POST /v1/services', { name: 'Once' }],
    ['POST /v1/jobs', { clientId: seeded.client.id, name: 'Once' }],
  ] as const) {
    const headers = { 'idempotency-key': `once ${route}`.replaceAll(' ', '-') };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => rooms.workspace({ route, from: seeded.finance, headers, body })),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
  }
});
