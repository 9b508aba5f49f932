import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { takeDataDirectory } from '../../infra/local/host/data-directory.ts';
import {
  addClient,
  billItem,
  businessAt,
  connectStripe,
  connectXero,
  invoiceWhen,
  syncedInvoice,
  type Business,
} from '../support/business.ts';
import { postForm } from '../support/outside-world.ts';
import { startRunningSystem, type RunningSystem } from '../support/running-system.ts';

// A client's way with an invoice: the mail, the page behind its link, the button, the card, the thanks; and the link that is taken
// away again. Beside it Xero, which is told what was sent.

let directory: string;
let running: RunningSystem;
let business: Business;
let clientId: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'finops-documents-'));
  running = await startRunningSystem({ data: await takeDataDirectory(directory, true) });
  business = businessAt(running.system.endpoints);
  clientId = (await addClient(business)).id;
  await connectStripe(business);
  await connectXero(business);
});
afterAll(async () => {
  await running?.close();
  rmSync(directory, { recursive: true, force: true });
});

const browse = (url: string, options: RequestInit = {}): Promise<Response> => fetch(url, { redirect: 'manual', ...options });
const posted = () => running.system.host.outbox.list().filter(({ subject }) => subject.startsWith('Invoice '));

test('a client opens the link, pays by card, comes back and reads that it is paid', async () => {
  const invoice = await billItem(business, clientId, 10_000);
  const { url } = await business.finance.post(`/v1/invoices/${invoice.id}/share`);
  expect(url.startsWith(`${running.url}/i/`)).toBe(true);
  const page = await browse(url);
  expect(page.status).toBe(200);
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  const html = await page.text();
  expect(html).toContain(invoice.number);
  const action = /action="([^"]+)"/.exec(html)?.[1] ?? '';
  const pressed = await browse(new URL(action, url).href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  });
  expect(pressed.status).toBe(303);
  await postForm(pressed.headers.get('location') ?? '', { outcome: 'paid' });
  await invoiceWhen(business, invoice.id, 'is paid', ({ status }) => status === 'paid');
  const cookie = (pressed.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const back = await browse(`${running.url}/paid/${invoice.id}`, { headers: { cookie } });
  expect(back.status).toBe(303);
  const thanks = await browse(new URL(back.headers.get('location') ?? '', url).href);
  const text = await thanks.text();
  expect(text).toContain('Your payment has arrived.');
  expect(text).not.toContain('<form');
  expect(await (await browse(`${running.url}/paid/${invoice.id}`)).text()).toContain('Thank you');
});

test('an invoice that is sent lies in the outbox with its link and its PDF, and Xero knows that it was sent', async () => {
  const invoice = await billItem(business, clientId, 12_345);
  await syncedInvoice(business, invoice.id);
  const before = await business.xero.invoiceIn(invoice.number, 'AUTHORISED');
  expect(before).toMatchObject({ SentToContact: false });
  await business.finance.post(`/v1/invoices/${invoice.id}/send`, { to: 'accounts@client.example', message: 'With thanks' });
  await running.system.clock.advance(61);
  await running.system.host.settle();
  const mail = posted().find(({ subject }) => subject.includes(invoice.number));
  expect(mail).toMatchObject({ to: ['accounts@client.example'], attachments: [{ type: 'application/pdf' }] });
  const files = readdirSync(join(directory, 'outbox')).filter((name) => name.endsWith(`Invoice ${invoice.number}.pdf`));
  expect(files).toHaveLength(1);
  const pdf = readFileSync(join(directory, 'outbox', files[0] ?? ''));
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  const link = /https?:\S+\/i\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
  const same = await browse(`${link}/pdf`);
  expect(same.headers.get('content-type')).toBe('application/pdf');
  expect(Buffer.from(await same.arrayBuffer()).equals(pdf)).toBe(true);
  expect((await business.finance.get(`/v1/invoices/${invoice.id}`)).sentAt).toMatch(/^\d{4}-/);
  expect(await business.xero.invoiceIn(invoice.number, 'AUTHORISED')).toMatchObject({ SentToContact: true });

  expect(
    (await running.send({ route: 'DELETE /v1/invoices/{id}/share', params: { id: invoice.id }, token: running.tokens.finance }))
      .status,
  ).toBe(204);
  expect((await browse(link)).status).toBe(404);
  expect((await browse(`${link}/pdf`)).status).toBe(404);
});

test('the file that finance downloads is a PDF', async () => {
  const invoice = await billItem(business, clientId, 5_000);
  const answer = await browse(`${running.url}/v1/invoices/${invoice.id}/pdf`, {
    headers: { authorization: `Bearer ${running.tokens.finance}` },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-disposition')).toBe(`inline; filename="Invoice ${invoice.number}.pdf"`);
  expect(
    Buffer.from(await answer.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
});
