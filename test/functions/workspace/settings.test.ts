import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { retryLostRaces } from '../../../shared/runtime/retry.ts';
import { numberTaken, readSeries } from '../../../shared/store/number-series.ts';
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

interface Body extends Record<string, unknown> {
  errors?: { path: string }[];
}

const show = () => rooms.workspace<Body>({ route: 'GET /v1/workspace', from: seeded.admin });
const change = (body: object, ifMatch = '*', from = seeded.admin) =>
  rooms.workspace<Body>({ route: 'PATCH /v1/workspace', from, headers: { 'if-match': ifMatch }, body });
const series = (prefix: string, next: number, digits = 4) => ({ numberSeries: { invoice: { prefix, next, digits } } });
/** What issuing an invoice does to the series. Whoever loses a race for it reads it again. */
const issue = (): Promise<void> =>
  retryLostRaces({ clock: Date.now, random: Math.random, sleep }, async () => {
    const read = await readSeries(engine.table)(seeded.workspace.id, 'invoice');
    await engine.table.commit([numberTaken(seeded.workspace.id, 'invoice', read)]);
  });

describe('settings', () => {
  test('are shown and changed, what is not named stays', async () => {
    const before = await show();
    expect(before.body).toEqual({
      id: seeded.workspace.id,
      name: 'Harbour Lane',
      country: 'GB',
      zone: 'Europe/London',
      currency: 'GBP',
      address: [],
      paymentTermsDays: 14,
      dayPolicy: 'start-day',
      timerLimitSeconds: 36_000,
      rate: null,
      taxRegistrations: [],
      numberSeries: {
        invoice: { prefix: 'INV-', next: 1, digits: 4 },
        creditNote: { prefix: 'CN-', next: 1, digits: 4 },
        quote: { prefix: 'QU-', next: 1, digits: 4 },
        bill: { prefix: 'BILL-', next: 1, digits: 4 },
      },
      integrations: true,
    });
    const changes = {
      name: 'Harbour Lane Ltd',
      address: ['1 Harbour Lane', 'Bristol'],
      timerLimitSeconds: 14_400,
      rate: { amount: 9000, currency: 'GBP' },
      taxRegistrations: [{ country: 'GB', number: 'GB123456789', from: '2026-01-01' }],
    };
    const after = await change(changes, before.headers['etag']);
    expect([after.status, after.body]).toEqual([200, { ...before.body, ...changes }]);
    expect((await show()).text).toBe(after.text);
    expect(after.headers['etag']).not.toBe(before.headers['etag']);
    expect(await change({ name: 'Late' }, before.headers['etag'])).toMatchObject({ status: 412, body: { code: 'stale' } });
  });

  test('a rate is taken away by null', async () => {
    await change({ rate: { amount: 9000, currency: 'GBP' } });
    expect((await change({ rate: null })).body['rate']).toBeNull();
  });

  test('an expert is not shown the rate', async () => {
    await change({ rate: { amount: 9000, currency: 'GBP' } });
    expect((await rooms.workspace<Body>({ route: 'GET /v1/workspace', from: seeded.expert })).body['rate']).toBeNull();
  });

  test.each([
    ['a zone that does not exist', { zone: 'Europe/Atlantis' }, 'zone'],
    ['an offset for a zone', { zone: '+01:00' }, 'zone'],
    ['a currency that does not exist', { currency: 'GBX' }, 'currency'],
    ['a country in words', { country: 'Britain' }, 'country'],
    ['a timer that is forgotten at once', { timerLimitSeconds: 3599 }, 'timerLimitSeconds'],
    ['a timer that may run for more than a day', { timerLimitSeconds: 86_401 }, 'timerLimitSeconds'],
    ['a limit in fractions of seconds', { timerLimitSeconds: 7200.5 }, 'timerLimitSeconds'],
    ['the plan', { integrations: true }, 'integrations'],
    ['the id', { id: 'ws_x' }, 'id'],
    ['a rate below nothing', { rate: { amount: -1, currency: 'GBP' } }, 'rate.amount'],
    [
      'a registration that ends before it begins',
      { taxRegistrations: [{ country: 'GB', number: '1', from: '2026-01-02', to: '2026-01-01' }] },
      'taxRegistrations.0.to',
    ],
    [
      'a registration where no tax is known',
      { taxRegistrations: [{ country: 'AQ', number: '1', from: '2026-01-02' }] },
      'taxRegistrations.0.country',
    ],
    ['a prefix with a comma', series('INV,', 1), 'numberSeries.invoice.prefix'],
    ['a number of nothing', series('INV-', 0), 'numberSeries.invoice.next'],
  ])('%s is refused', async (_what, body, path) => {
    const answer = await change(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((error) => error.path)).toContain(path);
  });

  test('only an admin who is one still may change them', async () => {
    expect((await change({ name: 'x' }, '*', seeded.finance)).status).toBe(403);
    expect((await change({ name: 'x' }, '*', { ...seeded.finance, role: 'admin' })).status).toBe(403);
  });

  test('of two changes at once from the same version one wins', async () => {
    const { headers } = await show();
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => change({ name }, headers['etag'])));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
  });
});

describe('the number series never gives out a number again', () => {
  test('before the first number anything goes', async () => {
    expect((await change(series('INV-', 100))).status).toBe(200);
    expect((await change(series('INV-', 5))).status).toBe(200);
    expect((await change(series('A-', 1))).status).toBe(200);
  });

  test('after it the series only grows', async () => {
    await change(series('INV-', 5));
    await issue();
    expect((await show()).body['numberSeries']).toMatchObject({ invoice: { prefix: 'INV-', next: 6, digits: 4 } });
    for (const next of [1, 5]) {
      const answer = await change(series('INV-', next));
      expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([400, ['numberSeries.invoice.next']]);
    }
    expect((await change(series('INV-', 6, 2))).status).toBe(200);
    expect((await change(series('INV-', 50))).status).toBe(200);
  });

  test('coming back to a prefix goes on where it stopped', async () => {
    await issue();
    await issue();
    expect((await change(series('2027-', 1))).status).toBe(200);
    await issue();
    expect((await change(series('INV-', 2))).status).toBe(400);
    expect((await change(series('INV-', 3))).status).toBe(200);
    expect((await change(series('2027-', 1))).status).toBe(400);
    expect((await change(series('2027-', 2))).status).toBe(200);
  });

  test('a prefix may not read like a used one with digits behind it', async () => {
    await issue();
    for (const prefix of ['INV-1', 'INV-00']) {
      const answer = await change(series(prefix, 1, 1));
      expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([400, ['numberSeries.invoice.prefix']]);
    }
    expect((await change(series('INV', 1))).status).toBe(200);
    expect((await change(series('INV-A', 1))).status).toBe(200);
  });

  test('each kind of document has its own, stored from its first setting or number on', async () => {
    const quotes = { prefix: 'Q-', next: 40, digits: 3 };
    const changed = await change({ numberSeries: { quote: quotes } });
    expect([changed.status, changed.body['numberSeries']]).toEqual([200, expect.objectContaining({ quote: quotes })]);
    const first = await readSeries(engine.table)(seeded.workspace.id, 'credit-note');
    const racing = [1, 2].map(() => engine.table.commit([numberTaken(seeded.workspace.id, 'credit-note', first)]));
    expect((await Promise.allSettled(racing)).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await show()).body['numberSeries']).toMatchObject({
      invoice: { prefix: 'INV-', next: 1 },
      creditNote: { prefix: 'CN-', next: 2, digits: 4 },
      quote: quotes,
    });
  });

  test('two kinds of documents never share a prefix', async () => {
    const answer = await change({ numberSeries: { creditNote: { prefix: 'INV-', next: 1, digits: 4 } } });
    expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([400, ['numberSeries.creditNote.prefix']]);
  });

  test('an invoice that is issued at the same moment is not overlooked', async () => {
    const [answer] = await Promise.all([change(series('INV-', 1, 6)), issue()]);
    const stored = await readSeries(engine.table)(seeded.workspace.id, 'invoice');
    expect(stored.next).toBe(2);
    expect([200, 400]).toContain(answer.status);
  });
});

describe('who is signed in', () => {
  test('me: the member, the workspace, and all workspaces of the person', async () => {
    const me = await rooms.workspace({ route: 'GET /v1/me', from: seeded.expert });
    expect(me).toMatchObject({
      status: 200,
      body: {
        member: { id: seeded.expert.memberId, name: 'Esme', role: 'expert', status: 'active' },
        workspace: { id: seeded.workspace.id, name: 'Harbour Lane', zone: 'Europe/London', currency: 'GBP' },
        workspaces: [{ id: seeded.workspace.id, name: 'Harbour Lane', role: 'expert' }],
      },
    });
  });

  test('a workspace can be chosen by its members only', async () => {
    const other = await seedWorkspace(engine.table);
    const choose = (workspaceId: string) =>
      rooms.workspace({ route: 'POST /v1/session/workspace', from: seeded.expert, body: { workspaceId } });
    expect(await choose(seeded.workspace.id)).toMatchObject({
      status: 200,
      body: { workspaceId: seeded.workspace.id, refreshToken: true },
    });
    const foreign = await choose(other.workspace.id);
    expect(foreign.status).toBe(404);
    expect(foreign.text).toBe((await choose(newId('ws'))).text);
  });
});
