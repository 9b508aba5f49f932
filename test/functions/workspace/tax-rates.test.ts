import { beforeEach, describe, expect, test } from '@jest/globals';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openRooms } from '../../support/rooms.ts';
import { seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
const rooms = openRooms(engine);
let seeded: TestWorkspace;
beforeEach(async () => {
  seeded = await seedWorkspace(engine.table);
  const body = { taxRegistrations: [{ country: 'GB', number: 'GB123456782', from: '2020-01-01' }] };
  await ask('PATCH /v1/workspace', { body });
});

interface Answered extends Record<string, unknown> {
  id: string;
  code?: string;
  items?: Record<string, unknown>[];
}
interface Asked {
  params?: Record<string, string>;
  body?: object;
  query?: Record<string, string>;
  ifMatch?: string;
  from?: TestWorkspace['admin'];
}
const ask = (route: string, { ifMatch = '*', from = seeded.admin, ...more }: Asked = {}) =>
  rooms.workspace<Answered>({ route, ...more, from, headers: { 'if-match': ifMatch } });
const rate = (changes: object = {}) => ({
  country: 'GB',
  name: 'VAT',
  components: [{ name: 'VAT', rate: '0.22' }],
  from: '2027-01-01',
  ...changes,
});
interface Billed {
  id: string;
  subtotal: { amount: number };
  tax: { amount: number };
  total: { amount: number };
  lines: { tax: object }[];
}
let keys = 0;
const billed = async (issueDate: string, more: object = {}): Promise<Billed> => {
  const lines = [{ description: 'Workshop', unitPrice: { amount: 10_000, currency: 'GBP' } }];
  const answer = await rooms.invoices<Billed>({
    route: 'POST /v1/invoices',
    from: seeded.admin,
    headers: { 'idempotency-key': `k-${(keys += 1)}` },
    body: { clientId: seeded.client.id, lines, issueDate, ...more },
  });
  expect(answer.status).toBe(201);
  return answer.body;
};

describe('a rate that a workspace says itself', () => {
  test('is shown with what it changes before it is said, and nothing is written by looking', async () => {
    const preview = await ask('POST /v1/tax-rates/preview', { body: rate() });
    expect(preview).toMatchObject({
      status: 200,
      body: {
        country: 'GB',
        region: null,
        before: [{ from: '2027-01-01', to: null, rate: '0.2', source: 'built-in' }],
        after: [{ from: '2027-01-01', to: null, rate: '0.22', source: 'own' }],
        clients: 1,
      },
    });
    expect((await ask('GET /v1/tax-rates')).body.items).toEqual([]);
  });

  test('holds from its day on: what is dated before keeps the rate before, and what was issued keeps its own', async () => {
    const early = await billed('2027-01-02');
    expect((await ask('POST /v1/tax-rates', { body: rate() })).status).toBe(201);
    expect(early.tax.amount).toBe(2000);
    expect((await billed('2026-12-31')).tax.amount).toBe(2000);
    const after = await billed('2027-01-02');
    expect(after.tax.amount).toBe(2200);
    expect(after.lines[0]?.tax).toMatchObject({ name: 'VAT', rate: '0.22', effectiveFrom: '2027-01-01', rule: 'domestic' });
    const shown = await ask('GET /v1/tax-rates/of-place', { query: { country: 'GB', from: '2026-12-31' } });
    expect(shown.body['periods']).toMatchObject([
      { from: '2026-12-31', to: '2026-12-31', rate: '0.2' },
      { from: '2027-01-01', to: null, rate: '0.22' },
    ]);
  });

  test('lets a workspace register where no rate is known, with as many parts as the tax has', async () => {
    const registrations = [{ country: 'US', region: 'TX', number: 'TX-1', from: '2026-01-01' }];
    const register = () => ask('PATCH /v1/workspace', { body: { taxRegistrations: registrations } });
    expect((await register()).status).toBe(400);
    const parts = [
      { name: 'State', rate: '0.0625' },
      { name: 'City', rate: '0.02' },
    ];
    const texas = rate({ country: 'US', region: 'TX', name: 'Sales tax', components: parts, from: '2026-01-01' });
    expect(await ask('POST /v1/tax-rates', { body: texas })).toMatchObject({ status: 201, body: { rate: '0.0825' } });
    expect((await register()).status).toBe(200);
  });

  test('that overlaps another one is refused, also when two are said at once', async () => {
    const twice = await Promise.all([1, 2].map(() => ask('POST /v1/tax-rates', { body: rate() })));
    expect(twice.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const again = await ask('POST /v1/tax-rates/preview', { body: rate({ from: '2028-05-01' }) });
    expect(again).toMatchObject({ status: 409, body: { code: 'tax-rates-overlap' } });
  });

  test('can be taken back or given another end, also after it has taken effect: what was issued keeps its tax', async () => {
    const ahead = (await ask('POST /v1/tax-rates', { body: rate() })).body;
    const { headers } = await ask('GET /v1/tax-rates');
    expect((await ask('DELETE /v1/tax-rates/{id}', { params: { id: ahead.id }, ifMatch: '"0"' })).status).toBe(412);
    const gone = await ask('DELETE /v1/tax-rates/{id}', { params: { id: ahead.id }, ifMatch: headers['etag'] ?? '' });
    expect(gone.status).toBe(204);

    const held = (await ask('POST /v1/tax-rates', { body: rate({ from: '2020-01-01' }) })).body;
    const params = { id: held.id };
    for (const to of ['2030-12-31', '2020-12-31', '2031-12-31']) {
      const ended = await ask('PATCH /v1/tax-rates/{id}', { params, body: { to } });
      expect(ended).toMatchObject({ status: 200, body: { id: held.id, to } });
    }
    const before = await ask('PATCH /v1/tax-rates/{id}', { params, body: { to: '2019-12-31' } });
    expect(before).toMatchObject({ status: 400, body: { errors: [{ path: 'to' }] } });
    const inForce = async () =>
      (await ask('GET /v1/tax-rates/of-place', { query: { country: 'GB', from: '2026-11-20' } })).body['periods'];
    expect(await inForce()).toMatchObject([{ source: 'own' }, { source: 'built-in' }]);
    const wrong = await billed('2026-11-20');
    expect((await ask('DELETE /v1/tax-rates/{id}', { params })).status).toBe(204);
    const read = await rooms.invoices<Billed>({ route: 'GET /v1/invoices/{id}', from: seeded.admin, params: { id: wrong.id } });
    expect([read.body.tax.amount, (await billed('2026-11-20')).tax.amount]).toEqual([2200, 2000]);
    expect(await inForce()).toMatchObject([{ source: 'built-in', rate: '0.2', to: null }]);
    expect((await ask('DELETE /v1/tax-rates/{id}', { params })).status).toBe(404);
  });

  test('is nobody else’s business', async () => {
    const { id } = (await ask('POST /v1/tax-rates', { body: rate() })).body;
    const other = await seedWorkspace(engine.table);
    const from = other.admin;
    expect((await ask('PATCH /v1/tax-rates/{id}', { params: { id }, body: { to: null }, from })).status).toBe(404);
    expect((await ask('GET /v1/tax-rates', { from })).body.items).toEqual([]);
    expect((await ask('POST /v1/tax-rates', { body: rate(), from: seeded.finance })).status).toBe(403);
  });
});
