import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sendLetters } from '../../../functions/documents/send-letters.ts';
import { instantOf } from '../../../shared/domain/days.ts';
import { keys, partitions } from '../../../shared/store/keys.ts';
import type { Table } from '../../../shared/store/table.ts';
import { newId, storeSetting, type Setting } from '../../support/billing.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openQuoteRooms, publicUrl, sendQuoteTo, twoLines, type QuoteRooms } from '../../support/quotes.ts';
import { readPdf } from '../../support/read-pdf.ts';
import { draw, type Posted } from '../../support/writing-room.ts';

const engine = await forAllTests(startEngine());
let rooms: QuoteRooms;
let setting: Setting;
let posted: Posted[];

beforeEach(async () => {
  rooms = openQuoteRooms(engine);
  setting = await storeSetting(engine.table);
  posted = [];
});

/** One run of the schedule for letters. */
const post = async (table: Table = engine.table): Promise<void> =>
  sendLetters(
    {
      table,
      now: () => instantOf(rooms.at.now),
      newId,
      newSecret: () => randomBytes(32).toString('base64url'),
      send: async (mail) => void posted.push(mail),
      draw,
      publicUrl,
      count: () => undefined,
    },
    () => true,
  );
const ask = (route: string, id: string, body?: object, key?: string) =>
  rooms.send(setting.caller, route, { id, body, ...(key === undefined ? {} : { key }) });
const drafted = async (): Promise<string> =>
  (await rooms.send(setting.caller, 'POST /v1/quotes', { body: { clientId: setting.client.id, lines: twoLines } })).body.id;
const sent = async (): Promise<string> => (await sendQuoteTo(engine, rooms, { setting })).id;
const mail = (id: string, body: object = {}) => ask('POST /v1/quotes/{id}/mail', id, body);
const tokenIn = ({ text }: Posted): string => /https:\/\/api\.example\.com\/q\/([\w-]+)/.exec(text)?.[1] ?? '';
const statusOf = async (token: string): Promise<number> => (await rooms.visit('GET /q/{token}', token)).status;
const lettersOf = async (id: string) =>
  (await engine.table.queryAll({ partition: keys.letter(setting.workspace.id, '').pk })).filter(({ quoteId }) => quoteId === id);
const stateOf = async (id: string) => (await lettersOf(id)).map(({ state, reason }) => `${state} ${reason}`);
const toldOf = async (id: string) =>
  (await engine.table.queryAll({ partition: partitions.notifications(setting.workspace.id, 'open'), index: 'list' }))
    .filter(({ about, text }) => about === id && String(text).includes('mailed'))
    .map(({ text }) => text);

describe('a quote that is sent by mail', () => {
  test('reaches its client with the PDF and a link of its own, by which it can be accepted', async () => {
    const id = await drafted();
    const wish = { mail: { message: 'Dear all,\n\nhere is <our> offer.' } };
    const first = await ask('POST /v1/quotes/{id}/send', id, wish, 'once');
    expect(first.status).toBe(200);
    expect((await ask('POST /v1/quotes/{id}/send', id, wish, 'once')).text).toBe(first.text);
    await post();
    await post();
    const [letter, ...others] = posted;
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      to: 'accounts@harbourbakery.example',
      subject: 'Quote QU-0001 from Kestrel Studio',
      attachment: { name: 'Quote QU-0001.pdf', type: 'application/pdf' },
    });
    expect(letter?.text).toContain('Total: GBP 1,544.99\nValid until: 20 December 2026');
    expect(letter?.text).toContain('The quote is attached as a PDF.');
    expect(letter?.html).toContain('here is &lt;our&gt; offer.');
    const token = tokenIn(letter as Posted);
    expect(readPdf(letter?.attachment?.bytes ?? new Uint8Array()).links).toEqual([`${publicUrl}/q/${token}`]);
    expect(token).not.toBe(first.body.link.token);
    expect([await statusOf(token), await statusOf(first.body.link.token)]).toEqual([200, 200]);
    expect(JSON.stringify(await engine.table.queryAll({ partition: keys.quote(setting.workspace.id, id).pk }))).not.toContain(
      token.slice(-43),
    );
    const accepted = await rooms.visit('POST /v1/public/quotes/{token}/accept', token, {
      body: { name: 'Ada Lowe', termsHash: first.body.termsHash },
    });
    expect(accepted.body).toMatchObject({ status: 'invoiced', acceptedBy: 'Ada Lowe' });
  });

  test('may be mailed again and elsewhere; renewing or revoking the link takes those in mails along', async () => {
    for (const [route, status] of [
      ['POST /v1/quotes/{id}/share', 201],
      ['DELETE /v1/quotes/{id}/share', 204],
    ] as const) {
      const id = await sent();
      expect((await mail(id)).status).toBe(200);
      expect((await mail(id, { to: 'boss@harbourbakery.example', message: 'Again' })).status).toBe(200);
      await post();
      expect(posted.map(({ to }) => to).sort()).toEqual(['accounts@harbourbakery.example', 'boss@harbourbakery.example']);
      const tokens = posted.splice(0).map(tokenIn);
      expect(new Set(tokens).size).toBe(2);
      expect(await Promise.all(tokens.map(statusOf))).toEqual([200, 200]);
      expect((await ask(route, id)).status).toBe(status);
      expect(await Promise.all(tokens.map(statusOf))).toEqual([404, 404]);
      // What is mailed from then on has a link that works.
      await mail(id);
      await post();
      expect(await Promise.all(posted.splice(0).map((one) => statusOf(tokenIn(one))))).toEqual([200]);
    }
  });

  test('is not half sent where no mail can leave: the draft stays a draft', async () => {
    const id = await drafted();
    const quiet = openQuoteRooms(engine, { mailIsOn: false });
    const send = (wish: object) => quiet.send(setting.caller, 'POST /v1/quotes/{id}/send', { id, body: wish, key: newId('key') });
    expect(await send({ mail: {} })).toMatchObject({ status: 409, body: { code: 'mail-off' } });
    expect((await ask('GET /v1/quotes/{id}', id)).body.status).toBe('draft');
    expect((await send({})).status).toBe(200);
    expect(await quiet.send(setting.caller, 'POST /v1/quotes/{id}/mail', { id, key: newId('key') })).toMatchObject({
      status: 409,
      body: { code: 'mail-off' },
    });
    const silent = await storeSetting(engine.table, { client: { email: null } });
    setting = silent;
    const nameless = await drafted();
    const refused = await ask('POST /v1/quotes/{id}/send', nameless, { mail: {} });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: 'mail.to' }] } });
    expect((await ask('GET /v1/quotes/{id}', nameless)).body.status).toBe('draft');
    expect(await mail(nameless)).toMatchObject({ status: 409, body: { code: 'quote-not-sent' } });
  });

  test('counts in the quota of the day like every letter', async () => {
    const id = await sent();
    const { pk, sk } = keys.quota(setting.workspace.id, 'letter', '2026-11-20');
    await engine.table.putMany([{ pk, sk, v: 1, count: 199 }]);
    expect((await mail(id)).status).toBe(200);
    expect(await mail(id)).toMatchObject({ status: 429, body: { code: 'quota-used-up' } });
    await post();
    expect(posted).toHaveLength(1);
  });
});

describe('a letter that waits never brings a link that leads nowhere, or to what is over', () => {
  const accept = async (id: string): Promise<void> => {
    const { body } = await ask('POST /v1/quotes/{id}/share', id);
    await mail(id);
    const { termsHash } = (await ask('GET /v1/quotes/{id}', id)).body;
    await rooms.visit('POST /v1/public/quotes/{token}/accept', body.token, { body: { name: 'Ada Lowe', termsHash } });
  };
  test.each<[what: string, act: (id: string) => Promise<unknown>, reasons: string[]]>([
    ['withdrawn', (id) => ask('POST /v1/quotes/{id}/withdraw', id), ['quote-withdrawn']],
    ['revised', (id) => ask('POST /v1/quotes/{id}/revise', id), ['quote-superseded']],
    ['revoked', (id) => ask('DELETE /v1/quotes/{id}/share', id), ['link-revoked']],
    ['given a new link', (id) => ask('POST /v1/quotes/{id}/share', id), ['link-revoked']],
    ['accepted', accept, ['link-revoked', 'quote-invoiced']],
    ['over', async () => void (rooms.at.now += 31 * 86_400_000), ['quote-expired']],
  ])('when the quote is %s', async (_what, act, reasons) => {
    const id = await sent();
    await mail(id);
    await act(id);
    await post();
    await post();
    expect(posted.map(({ subject }) => subject)).toEqual([]);
    expect((await stateOf(id)).sort()).toEqual(reasons.map((reason) => `dropped ${reason}`));
    expect(await toldOf(id)).toEqual(reasons.map(() => 'A quote could not be mailed to accounts@harbourbakery.example'));
  });

  test.each([
    ['withdrawn', 'POST /v1/quotes/{id}/withdraw', 'quote-withdrawn'],
    ['revoked', 'DELETE /v1/quotes/{id}/share', 'link-revoked'],
    ['given a new link', 'POST /v1/quotes/{id}/share', 'link-revoked'],
  ])('also when it is %s while the letter is being written', async (_what, route, reason) => {
    const id = await sent();
    await mail(id);
    let interrupted = false;
    const racing: Table = {
      ...engine.table,
      commit: async (writes) => {
        if (!interrupted) {
          interrupted = true;
          expect((await ask(route, id)).status).toBeLessThan(300);
        }
        return engine.table.commit(writes);
      },
    };
    await post(racing);
    expect([interrupted, posted.length]).toEqual([true, 0]);
    await post();
    expect(posted.map(({ subject }) => subject)).toEqual([]);
    expect(await stateOf(id)).toEqual([`dropped ${reason}`]);
  });
});
