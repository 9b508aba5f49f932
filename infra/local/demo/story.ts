import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openApi, type ApiClient } from './api-client.ts';
import { agree, chapter, say, shown, type Money } from './telling.ts';
import { connectXero, inXero } from './xero-chapter.ts';
import { connectStripe, payOnStripe } from './stripe-chapter.ts';
import { compareBooks, creditAndRefund } from './corrections-chapter.ts';
import type { DemoContext, DemoPeople } from './context.ts';
import { fundAndRelease } from './escrow-chapter.ts';
import { offerAndAccept } from './quote-chapter.ts';
import { until } from './until.ts';

type Invoice = {
  id: string;
  number: string;
  status: string;
  subtotal: Money;
  tax: Money;
  total: Money;
  due: Money;
  lines: { id: string }[];
  sync: { state: string };
};
type Entry = { id: string; days: { date: string }[] };

/**
 * Plays the main job of the product through its public API, from running clocks to an invoice that is paid on both sides; then a quote,
 * escrow, credit notes and a refund, until both books are compared.
 */
export const tellStory = async (context: DemoContext, people: DemoPeople): Promise<void> => {
  const as = async (person: keyof DemoPeople): Promise<ApiClient> =>
    openApi(context.api, await context.tokenFor(people[person] ?? ''), randomUUID);
  const [admin, finance, noor, kai] = await Promise.all([as('admin'), as('finance'), as('expert'), as('expert2')]);

  chapter(context, 'The workspace');
  const jobId = await setTheScene(context, admin, finance);
  chapter(context, 'Xero');
  await connectXero(context, admin);
  chapter(context, 'Time');
  const entries = await trackTime(context, jobId, noor, kai);
  chapter(context, 'The invoice');
  const invoice = await makeInvoice(context, jobId, finance, noor, entries);
  await compareWithXero(context, finance, invoice);
  chapter(context, 'The payment');
  await connectStripe(context, admin);
  const checkout = await finance.post<{ url: string }>(`/v1/invoices/${invoice.id}/checkout`);
  await payOnStripe(context, checkout.url);
  await seePaid(context, finance, invoice);
  chapter(context, 'A quote');
  const { clientId } = await finance.get<{ clientId: string }>(`/v1/jobs/${jobId}`);
  const accepted = await offerAndAccept(context, finance, clientId);
  chapter(context, 'Escrow');
  const { member } = await noor.get<{ member: { id: string } }>('/v1/me');
  await fundAndRelease(context, finance, { clientId, memberId: member.id });
  chapter(context, 'Credit notes and a refund');
  await creditAndRefund(context, finance, { paid: invoice, open: accepted });
  chapter(context, 'The books');
  await compareBooks(context, finance);
};

const setTheScene = async (context: DemoContext, admin: ApiClient, finance: ApiClient): Promise<string> => {
  await admin.patch('/v1/workspace', {
    address: ['1 Mill Lane', 'Bristol BS1 4ST'],
    taxRegistrations: [{ country: 'GB', number: 'GB123456782', from: '2020-01-01' }],
    paymentTermsDays: 14,
  });
  const client = await finance.post<{ id: string; name: string }>('/v1/clients', {
    name: 'Harbour Bakery Ltd',
    email: 'accounts@harbourbakery.example',
    country: 'GB',
    address: ['4 Quay Street', 'Bristol BS1 2AB'],
    timeRounding: { mode: 'up', minutes: 6 },
  });
  const service = await finance.post<{ id: string; name: string }>('/v1/services', { name: 'Design' });
  const job = await finance.post<{ id: string; name: string }>('/v1/jobs', {
    clientId: client.id,
    name: 'New web shop',
    serviceId: service.id,
  });
  say(context, `Kestrel Studio is registered for VAT. ${client.name} is a client; the job is “${job.name}”, billed by the hour.`);
  return job.id;
};

const trackTime = async (context: DemoContext, jobId: string, noor: ApiClient, kai: ApiClient): Promise<Entry[]> => {
  await noor.post('/v1/timer/start', { jobId, description: 'Sketches of the landing page' });
  const second = await noor.refused('POST', '/v1/timer/start', { jobId });
  agree(second.code === 'timer-running', 'a second timer is refused');
  await pause(1200);
  // Another device holds nothing but the token: the clock runs on the server.
  const seen = await noor.get<{ elapsedSeconds: number; landsOn: string[] }>('/v1/timer');
  const stopped = await noor.post<{ entry: Entry }>('/v1/timer/stop', {});
  say(
    context,
    `Noor's timer ran on the server: another device read ${seen.elapsedSeconds} s, landing on ${seen.landsOn.join(' and ')}; it was stopped there.`,
  );
  const yesterday = new Date(context.clock.now() - 86_400_000).toISOString().slice(0, 10);
  const dayBefore = new Date(context.clock.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  const design = await noor.post<Entry>('/v1/time-entries', {
    jobId,
    date: yesterday,
    durationSeconds: 3 * 3600 + 1000,
    description: 'Landing page',
  });
  await noor.post<Entry>('/v1/time-entries', {
    jobId,
    date: yesterday,
    durationSeconds: 1800,
    description: 'Own training',
    billable: false,
  });
  const night = await kai.post<Entry>('/v1/time-entries', {
    jobId,
    startedAt: `${dayBefore}T22:30:00-05:00`,
    endedAt: `${yesterday}T00:45:00-05:00`,
    description: 'Checkout flow',
  });
  say(
    context,
    'Noor entered 3 h 16 min 40 s and half an hour that nobody is billed for; Kai worked across midnight in New York.',
  );
  return [stopped.entry, design, night];
};

const makeInvoice = async (
  context: DemoContext,
  jobId: string,
  finance: ApiClient,
  noor: ApiClient,
  entries: readonly Entry[],
): Promise<Invoice> => {
  const preview = await finance.post<{ expect: string; entries: number; total: Money }>('/v1/invoices/preview', { jobId });
  agree(preview.entries === entries.length, 'the preview has the billable entries of both experts, and no other');
  const invoice = await finance.post<Invoice>('/v1/invoices', { jobId, expect: preview.expect });
  say(
    context,
    `The preview said ${shown(preview.total)}; invoice ${invoice.number} was issued over ${shown(invoice.total)} (${shown(invoice.tax)} of it VAT), one line per entry.`,
  );
  const refused = await noor.refused('PATCH', `/v1/time-entries/${entries[1]?.id}`, { description: 'Something else' });
  agree(refused.code === 'entry-billed', 'a billed entry refuses to change');
  say(context, 'The entries are billed now and refuse to change.');
  return invoice;
};

const compareWithXero = async (context: DemoContext, finance: ApiClient, invoice: Invoice): Promise<void> => {
  const synced = await until(
    'the invoice stands in Xero',
    () => finance.get<Invoice>(`/v1/invoices/${invoice.id}`),
    ({ sync }) => sync.state === 'synced' || sync.state === 'blocked',
  );
  agree(synced.sync.state === 'synced', `the invoice is in Xero: ${JSON.stringify(synced.sync)}`);
  const there = await inXero(context, invoice.number);
  agree(
    there.lines === invoice.lines.length && there.total === shown(invoice.total),
    'the same lines and the same total in Xero',
  );
  say(context, `In Xero it is ${there.status} under the same number for ${there.contact}: ${there.lines} lines, ${there.total}.`);
};

const seePaid = async (context: DemoContext, finance: ApiClient, invoice: Invoice): Promise<void> => {
  const paid = await until(
    'the invoice is paid here',
    () => finance.get<Invoice>(`/v1/invoices/${invoice.id}`),
    ({ status }) => status === 'paid',
  );
  say(context, `Stripe's signed webhook came in: invoice ${invoice.number} is ${paid.status} here, ${shown(paid.due)} due.`);
  const there = await until(
    'the payment stands in Xero',
    () => inXero(context, invoice.number),
    ({ status }) => status === 'PAID',
  );
  say(context, `The payment went on to Xero: ${invoice.number} is ${there.status} there.`);
  say(context, `Here: ${paid.status.toUpperCase()}.  Xero: ${there.status}.`);
};
