import { expect, test } from '@jest/globals';
import { addClient, businessAt, connectXero, registerForVat, syncedInvoice } from '../support/business.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import { fieldsOf } from '../support/quotes.ts';
import { startRunningSystem, type Body } from '../support/running-system.ts';
import { until } from '../support/until.ts';

// A quote's way over HTTP: drafted, sent, looked at by scanners and by its client, accepted by the page's form, billed, and in Xero.

const running = await forAllTests(startRunningSystem());
const business = businessAt(running.system.endpoints);
await registerForVat(business);
const clientId = (await addClient(business)).id;
await connectXero(business);

const lines = [
  { description: 'Design of the shop', quantity: '12.5', unitPrice: { amount: 9500, currency: 'GBP' } },
  { description: 'Photographs', quantity: '3', unitPrice: { amount: 3333, currency: 'GBP' } },
];
const browse = (url: string, options: RequestInit = {}): Promise<Response> => fetch(url, { redirect: 'manual', ...options });
const post = (url: string, fields: Record<string, string>): Promise<Response> =>
  browse(url, { method: 'POST', body: new URLSearchParams(fields) });
const quoteWhen = (id: string, what: string, isThere: (quote: Body) => boolean): Promise<Body> =>
  until(`the quote ${what}`, () => business.finance.get(`/v1/quotes/${id}`), isThere);
const quotesThere = async (): Promise<Record<string, unknown>[]> => {
  const answer = await fetch(`${running.system.endpoints.xero}/_sandbox/state`);
  const { organisations } = (await answer.json()) as { organisations: { quotes: Record<string, unknown>[] }[] };
  return organisations.flatMap(({ quotes }) => quotes);
};

test('F34 a client looks at a quote, accepts it on its page, and gets the invoice; its link stands in no log', async () => {
  const draft = await business.finance.post('/v1/quotes', { clientId, lines, title: 'A new shop', notes: 'By spring' });
  const sent = await business.finance.post(`/v1/quotes/${draft.id}/send`);
  expect(sent).toMatchObject({ number: 'QU-0001', status: 'sent', total: { amount: 154_499, currency: 'GBP' } });
  const { url, token } = sent.link;
  expect(url).toBe(`${running.url}/q/${token}`);
  await quoteWhen(draft.id, 'is in Xero', ({ sync }) => sync.state === 'synced');
  expect(await quotesThere()).toMatchObject([{ QuoteNumber: 'QU-0001', Status: 'SENT', Reference: draft.id }]);

  const page = await browse(url);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect(page.headers.get('cache-control')).toBe('no-store');
  const html = await page.text();
  expect(html).toContain('Accept for GBP 1,544.99');
  await browse(url, { method: 'HEAD' });
  expect((await business.finance.get(`/v1/quotes/${draft.id}`)).status).toBe('sent');

  const accepted = await post(`${url}/accept`, { ...fieldsOf(html), name: 'Ada Lowe' });
  expect([accepted.status, accepted.headers.get('location')]).toEqual([303, `/q/${token}`]);
  const receipt = await (await browse(url)).text();
  expect(receipt).toContain('Accepted by <bdi>Ada Lowe</bdi>');
  const [, way = ''] = /href="(\/i\/[\w-]+)"/.exec(receipt) ?? [];
  const billed = await browse(`${running.url}${way}`);
  expect([billed.status, await billed.text()]).toEqual([200, expect.stringContaining('GBP 1,544.99')]);
  const file = await browse(`${url}/pdf`);
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  const quote = await quoteWhen(
    draft.id,
    'is invoiced in Xero',
    ({ status, sync }) => status === 'invoiced' && sync.state === 'synced',
  );
  const invoice = await syncedInvoice(business, quote.invoiceId);
  expect(invoice).toMatchObject({ quoteId: draft.id, total: { amount: 154_499 }, tax: { amount: 25_750 }, status: 'issued' });
  expect(await business.xero.invoiceIn(invoice.number, 'AUTHORISED')).toMatchObject({ Total: 1544.99 });
  expect(await quotesThere()).toMatchObject([{ Status: 'INVOICED' }]);
  expect((await business.finance.get('/v1/notifications')).items.map(({ text }: { text: string }) => text)).toContainEqual(
    `Quote QU-0001 was accepted by Ada Lowe; invoice ${invoice.number} over GBP 1,544.99 was issued`,
  );

  await running.send({ route: 'POST /v1/public/quotes/{token}/accept', params: { token }, body: { name: 'x' } });
  const logged = running.system.host.logs.recent().join('\n');
  expect(logged).not.toContain(token.slice(52));
});

/** A zone in which the day ends within the hour. */
const zoneNearMidnight = (now: number): string => {
  const hour = new Date(now).getUTCHours();
  const ahead = hour >= 11 ? 23 - hour : -1 - hour;
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
};
const dayIn = (timeZone: string, now: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date(now));

test('a revised quote has a new link, the old one says so, and it ends with its last day by the clock of the server', async () => {
  const now = running.system.clock.now();
  const zone = zoneNearMidnight(now);
  await business.admin.patch('/v1/workspace', { zone });
  const draft = await business.finance.post('/v1/quotes', { clientId, lines, validUntil: dayIn(zone, now) });
  const first = await business.finance.post(`/v1/quotes/${draft.id}/send`);
  const next = await business.finance.post(`/v1/quotes/${draft.id}/revise`);
  const second = await business.finance.post(`/v1/quotes/${next.id}/send`);
  expect([second.number, second.version, second.status]).toEqual([first.number, 2, 'sent']);
  expect(await (await browse(first.link.url)).text()).toContain('A newer version has replaced this quote');
  await running.advance(3600);
  const late = await running.send({
    route: 'POST /v1/public/quotes/{token}/accept',
    params: { token: second.link.token },
    body: { name: 'Ada Lowe', termsHash: second.termsHash },
  });
  expect([late.status, late.body.code]).toEqual([409, 'quote-expired']);
  expect(await (await browse(second.link.url)).text()).toContain('This quote has expired');
  const { items } = await business.finance.get('/v1/quotes?status=expired');
  expect(items.map(({ id }: { id: string }) => id)).toEqual([next.id]);
  const billed = await business.finance.post('/v1/invoices', { quoteId: next.id });
  expect(billed).toMatchObject({ quoteId: next.id, total: { amount: 154_499 } });
});
