import { describe, expect, test } from '@jest/globals';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openRooms } from '../../support/rooms.ts';
import { seedWorkspace } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
const rooms = openRooms(engine);
const seeded = await seedWorkspace(engine.table);
const body = { taxRegistrations: [{ country: 'GB', number: 'GB123456782', from: '2020-01-01' }] };
await rooms.workspace({ route: 'PATCH /v1/workspace', body, from: seeded.admin, headers: { 'if-match': '*' } });

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
let keys = 0;
const send = (route: string, body?: object, params: Record<string, string> = {}) =>
  rooms.invoices<Record<string, unknown> & { id: string; code?: string }>({
    route,
    params,
    from: seeded.admin,
    ...(body === undefined ? {} : { body }),
    headers: { 'if-match': '*', ...(route.startsWith('POST') ? { 'idempotency-key': `k-${(keys += 1)}` } : {}) },
  });
const lines = [
  { description: 'Workshop', quantity: '1', unitPrice: gbp(12_000) },
  { description: 'Stickers', quantity: '3', unitPrice: gbp(333) },
];

describe('prices that are meant with tax', () => {
  test('are what the client pays; the tax in them is shown line by line', async () => {
    const made = await send('POST /v1/invoices', { clientId: seeded.client.id, lines, pricesIncludeTax: true });
    expect(made.status).toBe(201);
    // 20 % within 120.00 is 20.00; within 9.99 it is 1.665, so 1.67.
    expect(made.body).toMatchObject({
      pricesIncludeTax: true,
      total: gbp(12_999),
      tax: gbp(2167),
      subtotal: gbp(10_832),
      lines: [
        { amount: gbp(12_000), tax: { amount: gbp(2000) } },
        { amount: gbp(999), tax: { amount: gbp(167) } },
      ],
    });
  });

  test('stay so while a draft is edited and issued', async () => {
    const { body: draft } = await send('POST /v1/invoices', {
      clientId: seeded.client.id,
      lines,
      pricesIncludeTax: true,
      draft: true,
    });
    const one = [{ description: 'Workshop', quantity: '2', unitPrice: gbp(6000) }];
    const edited = await send('PATCH /v1/invoices/{id}', { lines: one }, { id: draft.id });
    expect(edited.body).toMatchObject({ pricesIncludeTax: true, total: gbp(12_000), tax: gbp(2000) });
    const issued = await send('POST /v1/invoices/{id}/issue', undefined, { id: draft.id });
    expect(issued.body).toMatchObject({ status: 'issued', pricesIncludeTax: true, total: gbp(12_000), subtotal: gbp(10_000) });
  });

  test('can be turned into prices without tax only together with the prices', async () => {
    const { body: draft } = await send('POST /v1/invoices', {
      clientId: seeded.client.id,
      lines,
      pricesIncludeTax: true,
      draft: true,
    });
    const alone = await send('PATCH /v1/invoices/{id}', { pricesIncludeTax: false }, { id: draft.id });
    expect([alone.status, alone.body['errors']]).toEqual([400, [expect.objectContaining({ path: 'pricesIncludeTax' })]]);
    const both = await send('PATCH /v1/invoices/{id}', { lines, pricesIncludeTax: false }, { id: draft.id });
    expect(both.body).toMatchObject({ pricesIncludeTax: false, subtotal: gbp(12_999), tax: gbp(2600), total: gbp(15_599) });
  });

  test('of time bill the rate with tax', async () => {
    const entry = { jobId: seeded.job.id, date: '2026-11-18', durationSeconds: 5400, description: 'Sketches' };
    await rooms.time({ route: 'POST /v1/time-entries', from: seeded.expert, body: entry });
    const preview = await send('POST /v1/invoices/preview', { jobId: seeded.job.id, pricesIncludeTax: true });
    const made = await send('POST /v1/invoices', {
      jobId: seeded.job.id,
      pricesIncludeTax: true,
      expect: preview.body['expect'],
    });
    expect(made.status).toBe(201);
    const { total, tax } = made.body as never as { total: { amount: number }; tax: { amount: number } };
    expect(preview.body).toMatchObject({ total, tax });
    expect(tax.amount * 6).toBe(total.amount);
  });
});
