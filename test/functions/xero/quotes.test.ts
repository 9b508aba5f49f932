import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { quotesDoor } from '../../../functions/quotes/door.ts';
import { newestBlocked } from '../../../shared/store/sync-items.ts';
import { readXeroSettings } from '../../../shared/store/xero-settings.ts';
import { apiEvent, callDoor } from '../../support/door-call.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, syncOf } from '../../support/xero-documents.ts';
import { newId, type TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
const changes = changesIn(stage, () => place);
let clientId: string;

let keys = 0;
const door = () =>
  quotesDoor({
    table: stage.engine.table,
    newId,
    newSecret: () => randomBytes(32).toString('base64url'),
    publicUrl: 'https://api.example.com',
    mailIsOn: true,
    ring: stage.world.ring,
    clock: () => stage.clock.now(),
    random: () => 0.5,
    sleep: async () => undefined,
  });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
const send = async (route: string, { id = '', body }: { id?: string; body?: unknown } = {}): Promise<any> => {
  const headers = route.startsWith('POST') ? { 'idempotency-key': `key-${(keys += 1)}` } : {};
  const answer = await callDoor(door(), apiEvent(place.admin, route, { params: { id }, query: {}, body, headers }));
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
};
const work = () => stage.work(place.workspace.id);
const poll = (): Promise<void> => changes.poll();
const there = async () => ((await stage.books()) as unknown as { quotes: Record<string, unknown>[] }).quotes;
const calls = async () => (await stage.calls()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
const read = (id: string) => send('GET /v1/quotes/{id}', { id });
const answer = async (token: string, which: 'accept' | 'decline', termsHash: string): Promise<number> => {
  const event = apiEvent(undefined, `POST /v1/public/quotes/{token}/${which}`, {
    params: { token },
    body: { name: 'Ada Lowe', termsHash },
  });
  return (await callDoor(door(), event)).status;
};
const lines = [
  { description: 'Design', quantity: '12.5', unitPrice: { amount: 9500, currency: 'GBP' } },
  { description: 'Thirds of a penny', quantity: '3.3333', unitPrice: { amount: 3333, currency: 'GBP' } },
];
const aQuote = async (body: object = {}) => {
  const { id } = await send('POST /v1/quotes', { body: { clientId, lines, ...body } });
  const sent = await send('POST /v1/quotes/{id}/send', { id });
  return { id: id as string, sent, token: sent.link.token as string, hash: sent.termsHash as string };
};

beforeEach(async () => {
  place = await stage.connected();
  clientId = (await aBakery(stage, place)).id;
  const settings = await readXeroSettings(stage.engine.table)(place.workspace.id);
  const taxTypes = { ...settings.taxTypes, 'not-registered': 'NONE' };
  await stage.choose(place.workspace.id, { revenueAccount: settings.revenueAccount ?? '200', taxTypes });
  await stage.resetCalls();
});

describe('a quote in Xero', () => {
  test('is made as a draft when it is sent, and then sent there too, to the cent', async () => {
    const { id, sent } = await aQuote({ title: 'A new shop', notes: 'By spring' });
    expect(sent.sync).toEqual({ state: 'pending' });
    await work();
    expect((await calls()).filter((call) => call.endsWith('Quotes'))).toEqual(['PUT Quotes', 'POST Quotes']);
    const [first] = (await stage.calls()).filter(({ path }) => path.endsWith('Quotes'));
    expect(JSON.stringify(first?.body)).toContain('"Status":"DRAFT"');
    const [quote] = await there();
    expect(quote).toMatchObject({
      QuoteNumber: 'QU-0001',
      Reference: id,
      Status: 'SENT',
      Title: 'A new shop',
      Terms: 'By spring',
      Total: sent.total.amount / 100,
    });
    expect((await read(id)).sync).toMatchObject({ state: 'synced', xeroId: quote?.['QuoteID'] });
    await stage.resetCalls();
    await work();
    expect(await calls()).toEqual([]);
  });

  test('follows its acceptance to invoiced, and its invoice goes there as well', async () => {
    const { id, token, hash } = await aQuote();
    await work();
    expect(await answer(token, 'accept', hash)).toBe(200);
    await work();
    expect((await there()).map(({ Status }) => Status)).toEqual(['INVOICED']);
    const { invoices } = await stage.books();
    const { invoiceId } = await read(id);
    expect(invoices.filter(({ Reference }) => Reference === invoiceId)).toHaveLength(1);
    expect((await read(id)).sync).toMatchObject({ state: 'synced' });
  });

  test('that is answered before it ever got there takes every step on its way', async () => {
    const yes = await aQuote();
    const no = await aQuote();
    await answer(yes.token, 'accept', yes.hash);
    await answer(no.token, 'decline', no.hash);
    await work();
    expect((await there()).map(({ QuoteNumber, Status }) => [QuoteNumber, Status]).toSorted()).toEqual([
      ['QU-0001', 'INVOICED'],
      ['QU-0002', 'DECLINED'],
    ]);
  });

  test('is deleted there when it is withdrawn or revised; the next version has a number of its own', async () => {
    const { id } = await aQuote();
    await work();
    const next = await send('POST /v1/quotes/{id}/revise', { id });
    await send('POST /v1/quotes/{id}/send', { id: next.id });
    await work();
    expect((await there()).map(({ QuoteNumber, Status }) => [QuoteNumber, Status])).toEqual([
      ['QU-0001', 'DELETED'],
      ['QU-0001 v2', 'SENT'],
    ]);
    await send('POST /v1/quotes/{id}/withdraw', { id: next.id });
    await work();
    expect((await there()).map(({ Status }) => Status)).toEqual(['DELETED', 'DELETED']);
  });

  test('that is withdrawn before it got there never does', async () => {
    const { id } = await aQuote();
    await send('POST /v1/quotes/{id}/withdraw', { id });
    await work();
    expect(await there()).toEqual([]);
  });

  test('F36 whose creation was answered by nobody is found by its number and adopted', async () => {
    const { id } = await aQuote();
    await stage.fault({ fault: 'drop-answer', match: { method: 'PUT', path: 'Quotes' }, times: 1 });
    await work();
    const quotes = await there();
    expect(quotes.map(({ Reference, Status }) => [Reference, Status])).toEqual([[id, 'SENT']]);
    expect((await calls()).filter((call) => call === 'PUT Quotes')).toHaveLength(1);
    expect((await read(id)).sync).toMatchObject({ state: 'synced', xeroId: quotes[0]?.['QuoteID'] });
  });

  test('F48 a step whose answer is lost is taken once', async () => {
    const { id } = await aQuote();
    await stage.fault({ fault: 'drop-answer', match: { method: 'POST', path: 'Quotes' }, times: 1 });
    await work();
    await stage.clock.advance(61);
    await work();
    expect((await there()).map(({ Status }) => Status)).toEqual(['SENT']);
    expect((await read(id)).sync.state).toBe('synced');
  });

  test('a number that a foreign quote holds blocks it, and nothing is overwritten', async () => {
    const first = await aQuote();
    await work();
    const other = await stage.engine.table.get({ pk: `W#${place.workspace.id}#QUO#${first.id}`, sk: 'HEAD' });
    await stage.engine.table.putMany([{ ...other!, number: 'QU-0002' }]);
    const second = await aQuote();
    await stage.engine.table.putMany([
      { ...(await stage.engine.table.get({ pk: `W#${place.workspace.id}#QUO#${second.id}`, sk: 'HEAD' }))!, number: 'QU-0001' },
    ]);
    await work();
    expect(await syncOf(stage, place, second.id)).toMatchObject({ state: 'blocked', code: 'number-taken' });
    expect(await there()).toHaveLength(1);
  });

  test('stays here while the workspace doesn’t want quotes there', async () => {
    const settings = await readXeroSettings(stage.engine.table)(place.workspace.id);
    const sync = { ...settings.sync, quotes: false };
    await stage.choose(place.workspace.id, { sync });
    const { id } = await aQuote();
    await work();
    expect((await read(id)).sync).toMatchObject({ state: 'blocked', code: 'sync-off' });
    expect(await there()).toEqual([]);
  });

  test.each(['withdraw', 'revise'])('that never got there waits for nothing any more after %s', async (what) => {
    const settings = await readXeroSettings(stage.engine.table)(place.workspace.id);
    const sync = { ...settings.sync, quotes: false };
    await stage.choose(place.workspace.id, { sync });
    const blocked = await aQuote();
    await work();
    expect(await newestBlocked(stage.engine.table)(place.workspace.id, 10)).toHaveLength(1);
    const fresh = await aQuote();
    for (const { id } of [blocked, fresh]) {
      await send(`POST /v1/quotes/{id}/${what}`, { id });
      expect((await read(id)).sync).toEqual({ state: 'off' });
    }
    await work();
    expect(await newestBlocked(stage.engine.table)(place.workspace.id, 10)).toEqual([]);
    const { items } = await send('GET /v1/quotes');
    const shown = items.filter(({ id }: { id: string }) => id === blocked.id || id === fresh.id);
    expect(shown.map((one: { sync: object }) => one.sync)).toEqual([{ state: 'off' }, { state: 'off' }]);
  });
});

describe('what the accountant says of a quote in Xero', () => {
  const set = async (Status: string): Promise<void> => {
    const [quote] = await there();
    await changes.accountant('quote', { id: quote?.['QuoteID'], Status });
  };

  test('an acceptance comes back, makes the invoice, and the quote is invoiced on both sides', async () => {
    const { id } = await aQuote();
    await work();
    await set('ACCEPTED');
    await poll();
    const quote = await read(id);
    expect(quote).toMatchObject({ status: 'invoiced', answer: { by: 'xero', kind: 'accepted', termsHash: null } });
    expect((await stage.books()).invoices.filter(({ Reference }) => Reference === quote.invoiceId)).toHaveLength(1);
    expect((await there()).map(({ Status }) => Status)).toEqual(['INVOICED']);
    await poll();
    expect((await stage.books()).invoices.filter(({ Reference }) => Reference === quote.invoiceId)).toHaveLength(1);
  });

  test('a no comes back', async () => {
    const { id } = await aQuote();
    await work();
    await set('DECLINED');
    await poll();
    expect(await read(id)).toMatchObject({ status: 'declined', declinedBy: 'the accountant' });
  });

  test('a no against a yes that was faster here is told, and nobody’s word is overwritten', async () => {
    const other = await aQuote();
    const { id, token, hash } = other;
    await work();
    await answer(token, 'accept', hash);
    await set('DECLINED');
    await work();
    expect(await syncOf(stage, place, id)).toMatchObject({ state: 'blocked', code: 'status-differs', xeroStatus: 'DECLINED' });
    expect((await read(id)).status).toBe('invoiced');
    expect((await there()).map(({ Status }) => Status)).toEqual(['DECLINED']);
  });

  test('a quote that is deleted there is a difference that somebody looks at, once', async () => {
    await aQuote();
    await work();
    await set('DELETED');
    await poll();
    await poll();
    const open = await changes.discrepancies();
    expect(open.map(({ difference }) => [difference.subject, difference.kind, difference.ours, difference.theirs])).toEqual([
      ['quote', 'status', 'sent', 'DELETED'],
    ]);
  });

  test('while no quote waits for an answer nobody asks', async () => {
    await stage.resetCalls();
    await poll();
    expect((await calls()).filter((call) => call.endsWith('Quotes'))).toEqual([]);
  });
});
