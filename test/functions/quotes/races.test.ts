import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../../support/door-call.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openQuoteRooms, sendQuoteTo, type SentQuote } from '../../support/quotes.ts';

const engine = await forAllTests(startEngine());
const rooms = openQuoteRooms(engine);

const crowd = 200;
const answer = (which: 'accept' | 'decline', quote: SentQuote, name: string): Promise<Answer> =>
  rooms.visit(`POST /v1/public/quotes/{token}/${which}`, quote.token, { body: { name, termsHash: quote.body.termsHash } });
const invoicesOf = async ({ setting }: SentQuote): Promise<string[]> =>
  (await rooms.send(setting.caller, 'GET /v1/invoices', { query: { limit: '100' } })).body.items.map(
    ({ id }: { id: string }) => id,
  );
const statusOf = async ({ setting, id }: SentQuote): Promise<string> =>
  (await rooms.send(setting.caller, 'GET /v1/quotes/{id}', { id })).body.status;
const count = (answers: readonly Answer[], status: number): number => answers.filter((one) => one.status === status).length;

describe('whoever comes at once', () => {
  test('F29 200 clicks of one person accept once, and each is told so', async () => {
    const quote = await sendQuoteTo(engine, rooms);
    const answers = await Promise.all(Array.from({ length: crowd }, () => answer('accept', quote, 'Ada Lowe')));
    expect(count(answers, 200)).toBe(crowd);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await invoicesOf(quote)).toHaveLength(1);
  });

  test('F29 of 200 people who accept, decline, withdraw and revise, one wins', async () => {
    const quote = await sendQuoteTo(engine, rooms);
    const acts = [
      (who: number) => answer('accept', quote, `Client ${who}`),
      (who: number) => answer('decline', quote, `Client ${who}`),
      () => rooms.send(quote.setting.caller, 'POST /v1/quotes/{id}/withdraw', { id: quote.id }),
      () => rooms.send(quote.setting.caller, 'POST /v1/quotes/{id}/revise', { id: quote.id }),
      () => rooms.send(quote.setting.caller, 'POST /v1/invoices', { body: { quoteId: quote.id } }),
    ];
    const answers = await Promise.all(
      Array.from({ length: crowd }, async (_, who) => ({ act: who % acts.length, ...(await acts[who % acts.length]!(who)) })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set([200, 409].concat(answers.some(({ status }) => status === 201) ? [201] : [])),
    );
    const status = await statusOf(quote);
    const won = answers.filter(({ status: code }) => code < 300);
    // Only withdrawing is done already when it is asked for twice; and what is withdrawn or declined may still be revised.
    const byAct = acts.map((_, act) => won.filter((one) => one.act === act).length);
    expect([byAct[0]! <= 1, byAct[1]! <= 1, byAct[3]! <= 1, byAct[4]! <= 1]).toEqual([true, true, true, true]);
    const invoices = await invoicesOf(quote);
    const isBilled = status === 'invoiced';
    expect(invoices).toHaveLength(isBilled ? 1 : 0);
    expect(byAct[0]! + byAct[4]!).toBe(isBilled ? 1 : 0);
    expect(byAct[3]).toBe(status === 'superseded' ? 1 : 0);
  });

  test('F29 a yes against a no: whichever is first, there is an invoice exactly if it was the yes', async () => {
    for (let round = 0; round < 10; round += 1) {
      const quote = await sendQuoteTo(engine, rooms);
      const [yes, no] = await Promise.all([answer('accept', quote, 'Ada'), answer('decline', quote, 'Ben')]);
      const codes = [yes.status, no.status].toSorted((a, b) => a - b);
      expect(codes).toEqual([200, 409]);
      expect(await statusOf(quote)).toBe(yes.status === 200 ? 'invoiced' : 'declined');
      expect(await invoicesOf(quote)).toHaveLength(yes.status === 200 ? 1 : 0);
    }
  });

  test('F29 F30 of 200 answers, half of them after the last day, only one that was in time can win', async () => {
    const quote = await sendQuoteTo(engine, rooms, { body: { validUntil: '2026-11-20' } });
    const half = (from: number) =>
      Array.from({ length: crowd / 2 }, (_, who) => answer(who % 2 ? 'accept' : 'decline', quote, `Client ${from + who}`));
    const early = half(0);
    await Promise.race(early);
    rooms.at.now = Date.parse('2026-11-21T00:00:00.000Z');
    const late = await Promise.all(half(crowd / 2));
    const inTime = await Promise.all(early);
    rooms.at.now = Date.parse('2026-11-20T10:00:00.000Z');
    expect(count(late, 409)).toBe(crowd / 2);
    const won = inTime.filter(({ status }) => status === 200);
    expect(won.length + count(inTime, 409)).toBe(crowd / 2);
    expect(won.length).toBeLessThanOrEqual(1);
    const [winner] = won;
    expect(await statusOf(quote)).toBe(winner?.body.status ?? 'sent');
    expect(await invoicesOf(quote)).toHaveLength(winner?.body.status === 'invoiced' ? 1 : 0);
  });

  test('F35 40 quotes accepted at once become 40 invoices with numbers without a gap', async () => {
    const first = await sendQuoteTo(engine, rooms);
    const rest = await Promise.all(Array.from({ length: 39 }, () => sendQuoteTo(engine, rooms, { setting: first.setting })));
    const answers = await Promise.all([first, ...rest].map((quote) => answer('accept', quote, 'Ada Lowe')));
    expect(count(answers, 200)).toBe(40);
    const items = (await rooms.send(first.setting.caller, 'GET /v1/invoices', { query: { limit: '100' } })).body.items;
    expect(items.map(({ number }: { number: string }) => number).toSorted()).toEqual(
      Array.from({ length: 40 }, (_, place) => `INV-${String(place + 1).padStart(4, '0')}`),
    );
  });
});
