import { describe, expect, test } from '@jest/globals';
import { OutsideError } from '../../../shared/domain/outside-error.ts';
import { keys, partitions } from '../../../shared/store/keys.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { byHand, connected, invoiceNow, issued, openTill, type Body, type Shop } from '../../support/till.ts';
import { openWritingRoom } from '../../support/writing-room.ts';

const till = await forAllTests(openTill());
const room = openWritingRoom(till);
const shop = await connected(till);

const send = (id: string, body?: object, { key, from = shop.from }: { key?: string; from?: Shop['from'] } = {}) =>
  room.documents<Body>({
    route: 'POST /v1/invoices/{id}/send',
    from,
    params: { id },
    ...(body === undefined ? {} : { body }),
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const lettersOf = async (invoiceId: string) =>
  (await till.engine.table.queryAll({ partition: keys.letter(shop.workspace.id, '').pk })).filter(
    (letter) => letter['invoiceId'] === invoiceId,
  );
const stateOf = async (invoiceId: string) => (await lettersOf(invoiceId)).map(({ state, reason }) => `${state} ${reason}`);
/** Later than every wait between two tries. */
const later = () => till.stage.clock.advance(7 * 3600);

describe('an invoice that is sent', () => {
  test('reaches its client by mail, with a link that works and the PDF, and knows when', async () => {
    const invoice = await issued(till, shop);
    const key = 'sent-twice';
    const first = await send(invoice.id, { message: 'Dear all,\n\nhere is <our> invoice.' }, { key });
    expect(first.status).toBe(200);
    expect(first.body.sentAt).toMatch(/^\d{4}-\d{2}-\d{2}T/);
    expect((await send(invoice.id, { message: 'Dear all,\n\nhere is <our> invoice.' }, { key })).text).toBe(first.text);
    await room.post();
    await room.post();
    const [letter, ...others] = room.posted.splice(0);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      to: 'accounts@harbourbakery.example',
      replyTo: 'ada@example.com',
      subject: `Invoice ${invoice.number} from Kestrel Studio`,
      attachment: { name: `Invoice ${invoice.number}.pdf`, type: 'application/pdf' },
    });
    expect(letter?.text).toContain('Amount due: GBP 120.00');
    expect(letter?.text).toContain('here is <our> invoice.');
    expect(letter?.html).toContain('here is &lt;our&gt; invoice.');
    expect(
      Buffer.from(letter?.attachment?.bytes ?? [])
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    const token = /https:\/\/api\.example\.com\/i\/([\w-]+)/.exec(letter?.text ?? '')?.[1] ?? '';
    const page = await room.documents({ route: 'GET /i/{token}', params: { token } });
    expect(page.status).toBe(200);
    expect(page.text).toContain(invoice.number);
    expect(Buffer.from(letter?.attachment?.bytes ?? []).toString('latin1')).toContain(token);
    expect((await invoiceNow(till, shop, invoice.id)).sentAt).toBe(first.body.sentAt);
    expect(JSON.stringify(await lettersOf(invoice.id))).not.toContain(token.slice(-43));
  });

  test('may go elsewhere, and again, each time with a link of its own; revoking takes all of them away', async () => {
    const invoice = await issued(till, shop);
    await send(invoice.id, { to: 'boss@harbourbakery.example' });
    await send(invoice.id);
    await room.post();
    const posted = room.posted.splice(0);
    expect(posted.map(({ to }) => to).sort()).toEqual(['accounts@harbourbakery.example', 'boss@harbourbakery.example']);
    const tokens = posted.map(({ text }) => /\/i\/([\w-]+)/.exec(text)?.[1] ?? '');
    expect(new Set(tokens).size).toBe(2);
    const look = () =>
      Promise.all(tokens.map(async (token) => (await room.documents({ route: 'GET /i/{token}', params: { token } })).status));
    expect(await look()).toEqual([200, 200]);
    await room.documents({ route: 'DELETE /v1/invoices/{id}/share', from: shop.from, params: { id: invoice.id } });
    expect(await look()).toEqual([404, 404]);
  });

  test('must be issued and stand; a client without an address must be given one', async () => {
    const draft = await till.invoices<Body>({
      route: 'POST /v1/invoices',
      from: shop.from,
      body: {
        clientId: shop.client.id,
        draft: true,
        lines: [{ description: 'Work', unitPrice: { amount: 100, currency: 'GBP' } }],
      },
    });
    expect(await send(draft.body.id)).toMatchObject({ status: 409, body: { code: 'invoice-not-issued' } });
    const gone = await issued(till, shop);
    await till.invoices({ route: 'POST /v1/invoices/{id}/void', from: shop.from, params: { id: gone.id } });
    expect(await send(gone.id)).toMatchObject({ status: 409, body: { code: 'invoice-void' } });
    const silent = await connected(till, { client: { email: null } });
    const invoice = await issued(till, silent);
    const refused = await send(invoice.id, {}, { from: silent.from });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: 'to' }] } });
    expect((await send(invoice.id, { to: 'not an address' }, { from: silent.from })).status).toBe(400);
    expect((await send(invoice.id)).status).toBe(404);
  });

  test('is refused where the system sends no mail, and nothing says that it was sent', async () => {
    const invoice = await issued(till, shop);
    const quiet = openWritingRoom(till, { mailIsOn: false });
    const answer = await quiet.documents<Body>({
      route: 'POST /v1/invoices/{id}/send',
      from: shop.from,
      params: { id: invoice.id },
    });
    expect(answer).toMatchObject({ status: 409, body: { code: 'mail-off' } });
    expect((await invoiceNow(till, shop, invoice.id)).sentAt).toBeNull();
  });
});

describe('a letter', () => {
  test('is tried again while SES does not answer, and leaves once', async () => {
    const invoice = await issued(till, shop);
    await send(invoice.id);
    await room.post(async () => {
      throw new OutsideError({ service: 'aws', status: 500, code: 'InternalServiceError' });
    });
    expect(await stateOf(invoice.id)).toEqual(['waiting InternalServiceError']);
    await room.post();
    expect(room.posted).toEqual([]);
    await later();
    await room.post();
    expect(room.posted.splice(0)).toHaveLength(1);
    expect(await stateOf(invoice.id)).toEqual(['sent null']);
  });

  test('that will never arrive is told to whoever believes that it did', async () => {
    const invoice = await issued(till, shop);
    await send(invoice.id);
    await room.post(async () => {
      throw new OutsideError({ service: 'aws', status: 400, code: 'MessageRejected' });
    });
    expect(await stateOf(invoice.id)).toEqual(['failed MessageRejected']);
    const open = await till.engine.table.queryAll({
      partition: partitions.notifications(shop.workspace.id, 'open'),
      index: 'list',
    });
    expect(open.filter(({ about }) => about === invoice.id)).toMatchObject([
      { text: 'An invoice could not be mailed to accounts@harbourbakery.example' },
    ]);
  });

  test('of an invoice that was voided meanwhile does not leave; of one that was paid says so', async () => {
    const gone = await issued(till, shop);
    await send(gone.id);
    await till.invoices({ route: 'POST /v1/invoices/{id}/void', from: shop.from, params: { id: gone.id } });
    const paid = await issued(till, shop);
    await send(paid.id);
    await byHand(till, shop, paid.id, { amount: { amount: 12_000, currency: 'GBP' }, receivedOn: paid.issueDate });
    await room.post();
    const posted = room.posted.splice(0);
    expect(posted.map(({ subject }) => subject)).toEqual([`Invoice ${paid.number} from Kestrel Studio`]);
    expect(posted[0]?.text).toContain('Amount due: GBP 0.00');
    expect(posted[0]?.text).toContain('See this invoice online');
    expect(await stateOf(gone.id)).toEqual(['dropped not-issued']);
  });

  test('that waits when all links are revoked does not leave with a new one; what is sent after that does', async () => {
    const never = await issued(till, shop);
    await send(never.id);
    const once = await issued(till, shop);
    await send(once.id);
    await room.post();
    room.posted.splice(0);
    await send(once.id);
    for (const { id } of [never, once]) {
      await send(id);
      await room.documents({ route: 'DELETE /v1/invoices/{id}/share', from: shop.from, params: { id } });
    }
    await room.post();
    expect(room.posted).toEqual([]);
    expect((await stateOf(never.id)).sort()).toEqual(['dropped link-revoked', 'sent null']);
    expect((await stateOf(once.id)).sort()).toEqual(['dropped link-revoked', 'dropped link-revoked', 'sent null']);
    await send(once.id);
    await room.post();
    expect(room.posted.splice(0).map(({ subject }) => subject)).toEqual([`Invoice ${once.number} from Kestrel Studio`]);
  });

  test('F88 of a workspace that mails all day is refused beyond the quota of the day, by the next day taken again', async () => {
    const busy = await connected(till);
    const invoice = await issued(till, busy);
    const { pk, sk } = keys.quota(busy.workspace.id, 'letter', new Date(till.stage.clock.now()).toISOString().slice(0, 10));
    await till.engine.table.putMany([{ pk, sk, v: 1, count: 199 }]);
    expect((await send(invoice.id, {}, { from: busy.from })).status).toBe(200);
    expect(await send(invoice.id, {}, { from: busy.from })).toMatchObject({ status: 429, body: { code: 'quota-used-up' } });
    await till.stage.clock.advance(86_400);
    expect((await send(invoice.id, {}, { from: busy.from })).status).toBe(200);
  });
});
