import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { invoicesDoor } from '../../../functions/invoices/door.ts';
import type { Caller } from '../../../shared/api/call.ts';
import { parseTimeEntry, readTimeEntry, taken, timeEntryKey } from '../../../shared/store/time-entries.ts';
import { apiEvent, callDoor, type Answer } from '../../support/door-call.ts';
import { startEngine, type Engine } from '../../support/engine.ts';
import { newId, storeEntries, storeSetting, type Setting } from '../../support/billing.ts';

let engine: Engine;
let door: ReturnType<typeof invoicesDoor>;
const closed: string[] = [];

/** A function's door. Its clock tells only the time that it has waited: how busy this machine is doesn't count as patience. */
const openDoor = (): ReturnType<typeof invoicesDoor> => {
  const startedAt = Date.now();
  let waitedMs = 0;
  return invoicesDoor({
    table: engine.table,
    newId,
    ring: async () => undefined,
    closeCheckout: async (_ws, invoiceId) => void closed.push(invoiceId),
    clock: () => startedAt + waitedMs,
    random: Math.random,
    sleep: (ms) => {
      waitedMs += ms;
      return new Promise((resolve) => setTimeout(resolve, ms));
    },
  });
};

beforeAll(async () => {
  engine = await startEngine();
  door = openDoor();
});
afterAll(() => engine.close());

let keys = 0;
const post = (
  caller: Caller,
  path: string,
  body: unknown,
  { key = `key-${(keys += 1)}`, id = '', at = door } = {},
): Promise<Answer> =>
  callDoor(at, apiEvent(caller, `POST ${path}`, { body, params: { id }, headers: { 'idempotency-key': key } }));
const get = (caller: Caller, path: string, { id = '', query = {} } = {}): Promise<Answer> =>
  callDoor(door, apiEvent(caller, `GET ${path}`, { params: { id }, query }));
const change = (caller: Caller, method: 'PATCH' | 'DELETE', id: string, body?: unknown, ifMatch = '*'): Promise<Answer> =>
  callDoor(door, apiEvent(caller, `${method} /v1/invoices/{id}`, { body, params: { id }, headers: { 'if-match': ifMatch } }));
const entriesOf = async (setting: Setting, ids: readonly string[]) => {
  const items = await engine.table.batchGet(ids.map((id) => timeEntryKey(setting.workspace.id, id)));
  return [...items.values()].map(parseTimeEntry);
};

describe('an invoice from time', () => {
  test('is previewed, made with one line per entry, and takes its entries', async () => {
    const setting = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 3);
    const preview = await post(setting.caller, '/v1/invoices/preview', { jobId: setting.job.id });
    expect(preview.body).toMatchObject({
      entries: 3,
      subtotal: { amount: 28_500 },
      tax: { amount: 5_700 },
      total: { amount: 34_200 },
    });

    const made = await post(setting.caller, '/v1/invoices', { jobId: setting.job.id, expect: preview.body.expect });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      number: 'INV-0001',
      status: 'issued',
      total: { amount: 34_200, currency: 'GBP' },
      due: { amount: 34_200, currency: 'GBP' },
      sync: { state: 'off' },
    });
    expect(made.body.lines.map(({ timeEntryId }: { timeEntryId: string }) => timeEntryId).sort()).toEqual(
      entries.map(({ id }) => id).sort(),
    );
    for (const entry of await entriesOf(
      setting,
      entries.map(({ id }) => id),
    ))
      expect(entry.invoiceId).toBe(made.body.id);
    const read = await get(setting.caller, '/v1/invoices/{id}', { id: made.body.id });
    expect(read.body).toEqual(made.body);
  });

  test('leaves out what has no rate or needs a review, and says so', async () => {
    const setting = await storeSetting(engine.table);
    await storeEntries(engine.table, setting, 1);
    const [unrated] = await storeEntries(engine.table, setting, 1, { rate: null, rateSource: null });
    const [long] = await storeEntries(engine.table, setting, 1, { review: true });
    const preview = await post(setting.caller, '/v1/invoices/preview', { jobId: setting.job.id });
    expect(preview.body.entries).toBe(1);
    expect(preview.body.left).toEqual(
      expect.arrayContaining([
        { timeEntryId: unrated?.id, reason: 'no-rate' },
        { timeEntryId: long?.id, reason: 'review' },
      ]),
    );
  });

  test('a preview that has changed is refused, and nothing is taken', async () => {
    const setting = await storeSetting(engine.table);
    await storeEntries(engine.table, setting, 1);
    const preview = await post(setting.caller, '/v1/invoices/preview', { jobId: setting.job.id });
    const [later] = await storeEntries(engine.table, setting, 1);
    const refused = await post(setting.caller, '/v1/invoices', { jobId: setting.job.id, expect: preview.body.expect });
    expect(refused).toMatchObject({ status: 409, body: { code: 'preview-changed' } });
    expect((await readTimeEntry(engine.table)(setting.workspace.id, later?.id ?? ''))?.invoiceId).toBeNull();
  });

  test('what nobody worked can not be billed', async () => {
    const setting = await storeSetting(engine.table);
    expect(await post(setting.caller, '/v1/invoices', { jobId: setting.job.id })).toMatchObject({
      status: 409,
      body: { code: 'nothing-to-bill' },
    });
  });

  test('without an Idempotency-Key no money document is made', async () => {
    const setting = await storeSetting(engine.table);
    const answer = await callDoor(door, apiEvent(setting.caller, 'POST /v1/invoices', { body: { jobId: setting.job.id } }));
    expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency-key-required' } });
  });
});

describe('racing and repeated requests', () => {
  test('F15: 200 requests at once for the same 10 entries make one invoice', async () => {
    const setting = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 10);
    const timeEntryIds = entries.map(({ id }) => id);
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => post(setting.caller, '/v1/invoices', { jobId: setting.job.id, timeEntryIds })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(199);
    const list = await get(setting.caller, '/v1/invoices');
    expect(list.body.items).toHaveLength(1);
  });

  test('F16: the same key gets the very same answer', async () => {
    const setting = await storeSetting(engine.table);
    await storeEntries(engine.table, setting, 2);
    const answers = await Promise.all(
      [1, 2, 3].map(() => post(setting.caller, '/v1/invoices', { jobId: setting.job.id }, { key: 'twice' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const later = await post(setting.caller, '/v1/invoices', { jobId: setting.job.id }, { key: 'twice' });
    expect(later.text).toBe(answers[0]?.text);
    const other = await post(setting.caller, '/v1/invoices', { jobId: setting.job.id, notes: 'other' }, { key: 'twice' });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  test('F21: 200 different invoices at once get numbers without a gap', async () => {
    const setting = await storeSetting(engine.table);
    const lines = [{ description: 'Workshop', quantity: '1', unitPrice: { amount: 10_000, currency: 'GBP' } }];
    const answers = await Promise.all(
      Array.from({ length: 200 }, () =>
        post(setting.caller, '/v1/invoices', { clientId: setting.client.id, lines }, { at: openDoor() }),
      ),
    );
    const numbers = answers.map(({ body }) => body.number).sort();
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, place) => `INV-${String(place + 1).padStart(4, '0')}`));
  });

  test('F17: an entry that changes between reading and taking makes the hold fail, not the invoice wrong', async () => {
    const setting = await storeSetting(engine.table);
    const [entry] = await storeEntries(engine.table, setting, 1);
    if (!entry) throw new Error('no entry');
    const elsewhere = newId('inv');
    await engine.table.commit([taken(setting.workspace.id, entry, elsewhere)]);
    await expect(engine.table.commit([taken(setting.workspace.id, entry, newId('inv'))])).rejects.toMatchObject({
      code: 'entry-billed',
      facts: { invoiceId: elsewhere },
    });
  });
});

describe('what a request may name', () => {
  test('F19: entries of another job, billed or non-billable ones refuse the whole request and are named', async () => {
    const setting = await storeSetting(engine.table);
    const other = await storeSetting(engine.table);
    const [good] = await storeEntries(engine.table, setting, 1);
    const [free] = await storeEntries(engine.table, setting, 1, { billable: false });
    const [elsewhere] = await storeEntries(engine.table, setting, 1, { jobId: newId('job') });
    const [foreign] = await storeEntries(engine.table, other, 1);
    const attempt = (ids: (string | undefined)[]) =>
      post(setting.caller, '/v1/invoices', { jobId: setting.job.id, timeEntryIds: ids });
    expect(await attempt([good?.id, free?.id])).toMatchObject({
      status: 409,
      body: { code: 'entry-not-billable', entries: [{ timeEntryId: free?.id, reason: 'non-billable' }] },
    });
    expect(await attempt([good?.id, elsewhere?.id])).toMatchObject({
      status: 409,
      body: { code: 'entry-not-billable', entries: [{ timeEntryId: elsewhere?.id, reason: 'other-job' }] },
    });
    const refused = await attempt([good?.id, foreign?.id]);
    expect(refused).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(refused.text).not.toContain(foreign?.id);
    expect((await readTimeEntry(engine.table)(setting.workspace.id, good?.id ?? ''))?.invoiceId).toBeNull();
  });

  test('F20: an entry named twice is a mistake of the request', async () => {
    const setting = await storeSetting(engine.table);
    const [entry] = await storeEntries(engine.table, setting, 1);
    const answer = await post(setting.caller, '/v1/invoices', { jobId: setting.job.id, timeEntryIds: [entry?.id, entry?.id] });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'timeEntryIds.1', message: 'was given before' }] } });
  });

  test('prices in another currency than the invoice are refused with their place', async () => {
    const setting = await storeSetting(engine.table);
    const lines = [{ description: 'Workshop', unitPrice: { amount: 10_000, currency: 'EUR' } }];
    expect(await post(setting.caller, '/v1/invoices', { clientId: setting.client.id, lines })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'lines.0.unitPrice.currency' }] },
    });
  });
});

describe('drafts', () => {
  test('a draft holds its entries, can be edited, and frees them when it is deleted', async () => {
    const setting = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 2);
    const draft = await post(setting.caller, '/v1/invoices', { jobId: setting.job.id, draft: true });
    expect(draft.body).toMatchObject({ status: 'draft', number: null });
    const edited = await change(setting.caller, 'PATCH', draft.body.id, { notes: 'Thank you', issueDate: '2026-10-01' });
    expect(edited.body).toMatchObject({ notes: 'Thank you', issueDate: '2026-10-01', dueDate: '2026-10-15' });
    expect(await change(setting.caller, 'PATCH', draft.body.id, { notes: 'Late' }, '1')).toMatchObject({ status: 412 });
    expect((await change(setting.caller, 'DELETE', draft.body.id)).status).toBe(204);
    for (const entry of await entriesOf(
      setting,
      entries.map(({ id }) => id),
    ))
      expect(entry.invoiceId).toBeNull();
    expect((await get(setting.caller, '/v1/invoices/{id}', { id: draft.body.id })).status).toBe(404);
    const again = await post(setting.caller, '/v1/invoices/preview', { jobId: setting.job.id });
    expect(again.body.entries).toBe(2);
  });

  test('an issued draft gets the next number and never changes again', async () => {
    const setting = await storeSetting(engine.table);
    const lines = [{ description: 'Workshop', quantity: '1.5', unitPrice: { amount: 10_000, currency: 'GBP' } }];
    const draft = await post(setting.caller, '/v1/invoices', { clientId: setting.client.id, lines, draft: true });
    const issued = await post(setting.caller, '/v1/invoices/{id}/issue', undefined, { id: draft.body.id });
    expect(issued.body).toMatchObject({
      status: 'issued',
      number: 'INV-0001',
      subtotal: { amount: 15_000 },
      tax: { amount: 3_000 },
      total: { amount: 18_000 },
    });
    expect(await change(setting.caller, 'PATCH', draft.body.id, { notes: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'invoice-not-draft' },
    });
    expect(await change(setting.caller, 'DELETE', draft.body.id)).toMatchObject({ status: 409 });
  });
});

describe('voiding', () => {
  test('an invoice that never reached Xero is void at once, keeps its number, and frees its entries with their rates', async () => {
    const setting = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 2);
    const made = await post(setting.caller, '/v1/invoices', { jobId: setting.job.id });
    const voided = await post(setting.caller, '/v1/invoices/{id}/void', undefined, { id: made.body.id });
    expect(voided.body).toMatchObject({ status: 'void', number: 'INV-0001', due: { amount: 0 } });
    expect(closed).toContain(made.body.id);
    for (const entry of await entriesOf(
      setting,
      entries.map(({ id }) => id),
    ))
      expect(entry).toMatchObject({ invoiceId: null, rate: { amount: 9_500 } });
    const next = await post(setting.caller, '/v1/invoices', { jobId: setting.job.id });
    expect(next.body).toMatchObject({ number: 'INV-0002', total: made.body.total });
  });
});
