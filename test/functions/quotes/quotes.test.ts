import { describe, expect, test } from '@jest/globals';
import { newId, storeSetting } from '../../support/billing.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openQuoteRooms, publicUrl, sendQuoteTo, twoLines, type QuoteRooms } from '../../support/quotes.ts';

const engine = await forAllTests(startEngine());
let rooms: QuoteRooms;

const opened = (): QuoteRooms => (rooms = openQuoteRooms(engine));

describe('a quote', () => {
  test('is drafted with the tax that would hold today, changed, and sent under the first number', async () => {
    opened();
    const setting = await storeSetting(engine.table);
    const { caller, job, client } = setting;
    const drafted = await rooms.send(caller, 'POST /v1/quotes', { body: { jobId: job.id, lines: twoLines, notes: 'By spring' } });
    expect(drafted.status).toBe(201);
    expect(drafted.body).toMatchObject({
      number: null,
      version: 1,
      status: 'draft',
      clientId: client.id,
      jobId: job.id,
      currency: 'GBP',
      subtotal: { amount: 128_749, currency: 'GBP' },
      tax: { amount: 25_750, currency: 'GBP' },
      total: { amount: 154_499, currency: 'GBP' },
      notes: 'By spring',
      validUntil: null,
      shared: false,
      sync: { state: 'off' },
    });
    const { id } = drafted.body;
    const changed = await rooms.send(caller, 'PATCH /v1/quotes/{id}', {
      id,
      body: { lines: [twoLines[0]], validUntil: '2026-12-31' },
      headers: { 'if-match': drafted.headers['etag'] ?? '' },
    });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ total: { amount: 142_500 }, validUntil: '2026-12-31', notes: 'By spring' });
    expect(changed.body.lines).toHaveLength(1);
    const sent = await rooms.send(caller, 'POST /v1/quotes/{id}/send', { id });
    expect(sent.status).toBe(200);
    expect(sent.body).toMatchObject({
      number: 'QU-0001',
      status: 'sent',
      validUntil: '2026-12-31',
      shared: true,
      supplier: { name: 'Kestrel Studio', taxNumbers: [{ country: 'GB', number: 'GB123456782' }] },
      client: { name: 'Harbour Bakery Ltd' },
    });
    expect(sent.body.link.url).toBe(`${publicUrl}/q/${sent.body.link.token}`);
    expect(sent.body.link.token).toHaveLength(95);
    const read = await rooms.send(caller, 'GET /v1/quotes/{id}', { id });
    const { link: _link, ...shown } = sent.body;
    expect(read.body).toEqual(shown);
    expect(read.headers['etag']).toBe(sent.headers['etag']);
  });

  test('is open for 30 days when nobody names its last day', async () => {
    opened();
    const { body } = await sendQuoteTo(engine, rooms);
    expect(body.validUntil).toBe('2026-12-20');
  });

  test('may be meant with tax in its prices, which its invoice keeps', async () => {
    opened();
    const { caller, client } = await storeSetting(engine.table);
    const body = { clientId: client.id, lines: [twoLines[0]], pricesIncludeTax: true };
    const { id, ...drafted } = (await rooms.send(caller, 'POST /v1/quotes', { body })).body;
    const sums = { subtotal: { amount: 98_958 }, tax: { amount: 19_792 }, total: { amount: 118_750 } };
    expect(drafted).toMatchObject({ pricesIncludeTax: true, ...sums });
    const alone = await rooms.send(caller, 'PATCH /v1/quotes/{id}', {
      id,
      body: { pricesIncludeTax: false },
      headers: { 'if-match': '*' },
    });
    expect([alone.status, alone.body.errors[0].path]).toEqual([400, 'pricesIncludeTax']);
    const { link } = (await rooms.send(caller, 'POST /v1/quotes/{id}/send', { id })).body;
    expect((await rooms.visit('GET /q/{token}', link.token)).text).toContain('Amount with tax');
    const made = await rooms.send(caller, 'POST /v1/invoices', { body: { quoteId: id } });
    expect(made.body).toMatchObject({ pricesIncludeTax: true, ...sums });
  });

  test('is never changed once it is sent', async () => {
    opened();
    const { setting, id } = await sendQuoteTo(engine, rooms);
    const changed = await rooms.send(setting.caller, 'PATCH /v1/quotes/{id}', {
      id,
      body: { notes: 'Half the price' },
      headers: { 'if-match': '*' },
    });
    expect([changed.status, changed.body.code]).toEqual([409, 'quote-not-draft']);
    const again = await rooms.send(setting.caller, 'POST /v1/quotes/{id}/send', { id });
    expect([again.status, again.body.code]).toEqual([409, 'quote-not-draft']);
  });

  test('is not sent with a last day that is over', async () => {
    opened();
    const { caller, client } = await storeSetting(engine.table);
    const body = { clientId: client.id, lines: twoLines, validUntil: '2026-11-19' };
    const { id } = (await rooms.send(caller, 'POST /v1/quotes', { body })).body;
    const sent = await rooms.send(caller, 'POST /v1/quotes/{id}/send', { id });
    expect([sent.status, sent.body.errors]).toEqual([400, [{ path: 'validUntil', message: 'is over already' }]]);
  });

  test('is for a job that nobody has funded', async () => {
    opened();
    const { caller, job } = await storeSetting(engine.table, { job: { escrowFunded: 50_000 } });
    const drafted = await rooms.send(caller, 'POST /v1/quotes', { body: { jobId: job.id, lines: twoLines } });
    expect([drafted.status, drafted.body.code]).toEqual([409, 'job-funded']);
  });

  test('is somebody’s: without client and job, or with those of others, there is none', async () => {
    opened();
    const [own, other] = [await storeSetting(engine.table), await storeSetting(engine.table)];
    const nobody = await rooms.send(own.caller, 'POST /v1/quotes', { body: { lines: twoLines } });
    expect([nobody.status, nobody.body.errors]).toEqual([400, [{ path: 'clientId', message: 'or jobId must be given' }]]);
    for (const body of [
      { clientId: other.client.id },
      { jobId: other.job.id },
      { clientId: own.client.id, jobId: other.job.id },
    ]) {
      const foreign = await rooms.send(own.caller, 'POST /v1/quotes', { body: { ...body, lines: twoLines } });
      expect([foreign.status, foreign.body.code]).toEqual([404, 'not-found']);
    }
    const yen = await rooms.send(own.caller, 'POST /v1/quotes', {
      body: { clientId: own.client.id, lines: [{ description: 'Work', unitPrice: { amount: 500, currency: 'JPY' } }] },
    });
    expect([yen.status, yen.body.errors[0].path]).toEqual([400, 'lines.0.unitPrice.currency']);
  });

  test('has as many numbers as quotes, without a gap, whoever sends at once', async () => {
    opened();
    const setting = await storeSetting(engine.table);
    const sent = await Promise.all(Array.from({ length: 20 }, () => sendQuoteTo(engine, rooms, { setting })));
    expect(sent.map(({ body }) => body.number).sort()).toEqual(
      Array.from({ length: 20 }, (_, place) => `QU-${String(place + 1).padStart(4, '0')}`),
    );
  });
});

describe('revising a quote', () => {
  test('drafts the next version under the same number, and ends the old one', async () => {
    opened();
    const { setting, id, token, body: first } = await sendQuoteTo(engine, rooms);
    const revised = await rooms.send(setting.caller, 'POST /v1/quotes/{id}/revise', { id });
    expect(revised.status).toBe(201);
    expect(revised.body).toMatchObject({ number: 'QU-0001', version: 2, status: 'draft', supersedes: id, shared: false });
    expect(revised.body.id).not.toBe(id);
    const old = await rooms.send(setting.caller, 'GET /v1/quotes/{id}', { id });
    expect(old.body).toMatchObject({ status: 'superseded', supersededBy: revised.body.id, version: 1 });
    const change = { id: revised.body.id, body: { lines: [twoLines[1]] }, headers: { 'if-match': '*' } };
    await rooms.send(setting.caller, 'PATCH /v1/quotes/{id}', change);
    const sent = await rooms.send(setting.caller, 'POST /v1/quotes/{id}/send', { id: revised.body.id });
    expect(sent.body).toMatchObject({ number: 'QU-0001', version: 2, status: 'sent', total: { amount: 11_999 } });
    expect(sent.body.termsHash).not.toBe(first.termsHash);
    const shown = await rooms.visit('GET /v1/public/quotes/{token}', token);
    expect(shown.body).toMatchObject({ status: 'superseded', version: 1, total: { amount: 154_499 } });
  });

  test('twice, of a draft, or of what was accepted, is refused', async () => {
    opened();
    const { setting, id } = await sendQuoteTo(engine, rooms);
    const next = await rooms.send(setting.caller, 'POST /v1/quotes/{id}/revise', { id });
    const twice = await rooms.send(setting.caller, 'POST /v1/quotes/{id}/revise', { id });
    expect([twice.status, twice.body.code]).toEqual([409, 'quote-superseded']);
    const draft = await rooms.send(setting.caller, 'POST /v1/quotes/{id}/revise', { id: next.body.id });
    expect([draft.status, draft.body.code]).toEqual([409, 'quote-not-sent']);
    const other = await sendQuoteTo(engine, rooms, { setting });
    const yes = { name: 'Ada Lowe', termsHash: other.body.termsHash };
    await rooms.visit('POST /v1/public/quotes/{token}/accept', other.token, { body: yes });
    const late = await rooms.send(setting.caller, 'POST /v1/quotes/{id}/revise', { id: other.id });
    expect([late.status, late.body.code]).toEqual([409, 'quote-accepted']);
  });
});

describe('a quote that is over', () => {
  test('is withdrawn once and stays so', async () => {
    opened();
    const { setting, id, token, body } = await sendQuoteTo(engine, rooms);
    const withdrawn = await rooms.send(setting.caller, 'POST /v1/quotes/{id}/withdraw', { id });
    expect([withdrawn.status, withdrawn.body.status]).toEqual([200, 'withdrawn']);
    const again = await rooms.send(setting.caller, 'POST /v1/quotes/{id}/withdraw', { id });
    expect([again.status, again.headers['etag']]).toEqual([200, withdrawn.headers['etag']]);
    const yes = { name: 'Ada Lowe', termsHash: body.termsHash };
    const late = await rooms.visit('POST /v1/public/quotes/{token}/accept', token, { body: yes });
    expect([late.status, late.body.code]).toEqual([409, 'quote-withdrawn']);
    expect((await rooms.visit('GET /v1/public/quotes/{token}', token)).body.status).toBe('withdrawn');
  });

  test('stands in the lists of its client and its job', async () => {
    opened();
    const setting = await storeSetting(engine.table);
    const ofJob = await sendQuoteTo(engine, rooms, { setting, body: { jobId: setting.job.id } });
    const free = await sendQuoteTo(engine, rooms, { setting });
    const listed = async (query: Record<string, string>): Promise<string[]> =>
      (await rooms.send(setting.caller, 'GET /v1/quotes', { query })).body.items.map((one: { id: string }) => one.id);
    expect(await listed({ jobId: setting.job.id })).toEqual([ofJob.id]);
    expect(await listed({ clientId: setting.client.id })).toEqual([free.id, ofJob.id]);
    const none = await rooms.send(setting.caller, 'GET /v1/quotes', { query: { jobId: newId('job') } });
    expect(none.status).toBe(404);
  });

  test('stands in the list by the state that it has at that moment', async () => {
    const { at } = opened();
    const setting = await storeSetting(engine.table);
    const open = await sendQuoteTo(engine, rooms, { setting, body: { validUntil: '2026-12-24' } });
    const short = await sendQuoteTo(engine, rooms, { setting, body: { validUntil: '2026-11-21' } });
    await rooms.send(setting.caller, 'POST /v1/quotes', { body: { clientId: setting.client.id, lines: twoLines } });
    const listed = async (query: Record<string, string>): Promise<string[]> =>
      (await rooms.send(setting.caller, 'GET /v1/quotes', { query })).body.items.map(
        (one: { id: string; status: string }) => one.id,
      );
    expect(await listed({ status: 'sent' })).toEqual([short.id, open.id]);
    expect(await listed({ status: 'expired' })).toEqual([]);
    at.now = Date.parse('2026-11-22T00:00:00.000Z');
    expect(await listed({ status: 'sent' })).toEqual([open.id]);
    expect(await listed({ status: 'expired' })).toEqual([short.id]);
    expect(await listed({ clientId: setting.client.id, limit: '2' })).toHaveLength(2);
    const page = await rooms.send(setting.caller, 'GET /v1/quotes', { query: { limit: '2' } });
    const rest = await rooms.send(setting.caller, 'GET /v1/quotes', { query: { limit: '2', cursor: page.body.nextCursor } });
    expect([page.body.items.length, rest.body.items.length, rest.body.nextCursor]).toEqual([2, 1, undefined]);
  });

  test('can still be billed by hand, with its terms, and only once', async () => {
    const { at } = opened();
    const { setting, id, body, token } = await sendQuoteTo(engine, rooms, { body: { validUntil: '2026-11-21' } });
    at.now = Date.parse('2027-02-01T09:00:00.000Z');
    const made = await rooms.send(setting.caller, 'POST /v1/invoices', { body: { quoteId: id, notes: 'Agreed by telephone' } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      number: 'INV-0001',
      status: 'issued',
      quoteId: id,
      clientId: setting.client.id,
      issueDate: '2027-02-01',
      dueDate: '2027-02-15',
      notes: 'Agreed by telephone',
      total: body.total,
      tax: body.tax,
    });
    expect((await rooms.send(setting.caller, 'GET /v1/quotes/{id}', { id })).body).toMatchObject({
      status: 'invoiced',
      invoiceId: made.body.id,
    });
    const twice = await rooms.send(setting.caller, 'POST /v1/invoices', { body: { quoteId: id } });
    expect([twice.status, twice.body.code]).toEqual([409, 'quote-accepted']);
    const late = await rooms.visit('POST /v1/public/quotes/{token}/accept', token, {
      body: { name: 'Ada Lowe', termsHash: body.termsHash },
    });
    expect([late.status, late.body.code]).toEqual([409, 'quote-accepted']);
  });

  test('is no invoice while it is a draft, declined or withdrawn, and none of somebody else', async () => {
    opened();
    const { setting, id } = await sendQuoteTo(engine, rooms);
    const bill = async (quoteId: string, caller = setting.caller): Promise<unknown[]> => {
      const { status, body } = await rooms.send(caller, 'POST /v1/invoices', { body: { quoteId } });
      return [status, body.code];
    };
    const draft = await rooms.send(setting.caller, 'POST /v1/quotes', { body: { clientId: setting.client.id, lines: twoLines } });
    expect(await bill(draft.body.id)).toEqual([409, 'quote-not-sent']);
    expect(await bill(id, (await storeSetting(engine.table)).caller)).toEqual([404, 'not-found']);
    await rooms.send(setting.caller, 'POST /v1/quotes/{id}/withdraw', { id });
    expect(await bill(id)).toEqual([409, 'quote-withdrawn']);
  });
});

describe('a request that is sent twice', () => {
  test('is answered the same to the byte, link and all, and nothing that is stored tells the link', async () => {
    const { at } = opened();
    const { caller, client } = await storeSetting(engine.table);
    const twice = async (route: string, asked: object) => {
      const first = await rooms.send(caller, route, { key: `twice-${route.split('/').pop()}`, ...asked });
      at.now += 60_000;
      const second = await rooms.send(caller, route, { key: `twice-${route.split('/').pop()}`, ...asked });
      expect([second.status, second.text, second.headers]).toEqual([first.status, first.text, first.headers]);
      return first;
    };
    const { id } = (await twice('POST /v1/quotes', { body: { clientId: client.id, lines: twoLines } })).body;
    const sent = await twice('POST /v1/quotes/{id}/send', { id });
    const page = await rooms.visit('GET /v1/public/quotes/{token}', sent.body.link.token);
    expect(page.status).toBe(200);
    const shared = await twice('POST /v1/quotes/{id}/share', { id });
    expect((await rooms.visit('GET /v1/public/quotes/{token}', sent.body.link.token)).status).toBe(404);
    expect((await rooms.visit('GET /v1/public/quotes/{token}', shared.body.token)).status).toBe(200);
    const everything = JSON.stringify(await stored());
    for (const token of [sent.body.link.token, shared.body.token]) expect(everything).not.toContain(token.slice(52));
  });
});

/** Everything that stands in the table. Tests may look; the product never does. */
const stored = async (): Promise<unknown[]> => {
  const { ScanCommand } = await import('@aws-sdk/lib-dynamodb');
  const { tableName } = await import('../../support/engine.ts');
  const items: unknown[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const page = await engine.client.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey: after }));
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after);
  return items;
};
