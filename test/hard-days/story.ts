import type { Business } from '../support/business.ts';
import { addClient, allowXero, billItem, connectStripe, payOnPage, registerForVat } from '../support/business.ts';
import { kestrelBooks } from '../support/outside-world.ts';
import type { Body } from '../support/person.ts';
import type { RunningSystem } from '../support/running-system.ts';
import type { StatusWatch } from './status-watch.ts';
import type { Telling } from './telling.ts';

/** What the acts share. */
export interface Stage {
  readonly running: RunningSystem;
  readonly business: Business;
  readonly told: Telling;
  readonly watch: StatusWatch;
  /** Sets a switch of the Xero sandbox. */
  readonly settings: (changes: object) => Promise<void>;
}

const inParallel = async <T>(count: number, at: number, make: (n: number) => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) made[n] = await make(n);
  };
  await Promise.all(Array.from({ length: at }, one));
  return made;
};

/** Documents that stand in Xero under a number, without those that were deleted there. */
const inXero = async ({ business }: Stage): Promise<Map<string, Body[]>> => {
  const byNumber = new Map<string, Body[]>();
  for (const one of (await business.xero.books()).invoices as Body[])
    byNumber.set(one.InvoiceNumber, [...(byNumber.get(one.InvoiceNumber) ?? []), one]);
  return byNumber;
};

/** Act one: thousands of invoices from before the connection, and a day with few calls. */
export const backfillWhileAClientPays = async (stage: Stage, count: number): Promise<Body[]> => {
  const { business, told, watch, settings } = stage;
  told.act(`A backfill of ${count} invoices eats up the day's calls, and a client pays`);
  await registerForVat(business);
  await connectStripe(business);
  const client = await addClient(business);
  const invoices = await inParallel(count, 8, (n) => billItem(business, client.id, 10_000 + n));
  told.says(`${invoices.length} invoices were issued, the last is ${invoices.at(-1)?.number}`);
  await settings({ tier: 200 });
  await allowXero(business);
  await business.admin.post('/v1/xero/connection/organisation', { tenantId: kestrelBooks });
  await watch.minutes(5, 1);
  const issued = invoices.map(({ issueDate }) => issueDate).sort();
  await business.admin.post('/v1/xero/backfill', { from: issued[0], kinds: ['invoice', 'payment'] });
  let page = await watch.minutes(60);
  told.holds(
    'the status page says that work waits, until when, and why',
    page.state === 'waiting-for-limit' && page.reason !== null,
    page,
  );
  told.says(`${page.callsLeftToday} calls are left; ${page.waiting.backfill} documents wait in the backfill; "${page.reason}"`);
  const progress = await business.admin.get('/v1/xero/backfill');
  told.holds('the backfill tells its progress and an estimate', progress.total === count && progress.endsAt !== null, progress);

  const last = invoices.at(-1) as Body;
  await payOnPage(business, last.id);
  await watch.minutes(5, 1);
  const [there, ...more] = (await inXero(stage)).get(last.number) ?? [];
  told.holds(
    'five minutes after it was paid, the last of all invoices is paid in Xero, once',
    there?.Status === 'PAID' && more.length === 0,
    there,
  );

  let hours = 1;
  for (; hours < 10 * 24; hours += 1) {
    page = await watch.minutes(60, 30);
    if (Object.values(page.waiting).every((n) => n === 0)) break;
  }
  const books = await inXero(stage);
  told.says(`the backfill was over after ${hours} hours, with 200 calls a day`);
  const lost = invoices.filter(({ number }) => books.get(number)?.length !== 1);
  told.holds(
    `each of the ${count} invoices stands in Xero once`,
    lost.length === 0,
    lost.slice(0, 3).map(({ number }) => number),
  );
  const done = await business.admin.get('/v1/xero/backfill');
  told.holds('the backfill says that it is done', done.state === 'done', done);
  await settings({ tier: 1000 });
  return invoices;
};

/** Act two: Xero is unplugged for a day. */
export const aDayUnplugged = async (stage: Stage, clientId: string): Promise<Body[]> => {
  const { business, told, watch } = stage;
  told.act('Xero is unplugged for a day');
  await business.xero.fault('server-error', { path: '/' }, { times: 1_000_000, status: 503 });
  const made = await inParallel(20, 4, (n) => billItem(business, clientId, 20_000 + n));
  for (const { id, total, issueDate } of made.slice(0, 5))
    await business.finance.post(`/v1/invoices/${id}/payments`, { amount: total, receivedOn: issueDate });
  for (const { id } of made.slice(5, 7)) await business.finance.post(`/v1/invoices/${id}/void`);
  const page = await watch.minutes(24 * 60, 30);
  told.says(`the page says: ${page.state}, ${JSON.stringify(page.waiting)} wait, "${page.reason ?? ''}"`);
  const waiting = Object.values(page.waiting as Record<string, number>).reduce((sum, n) => sum + n, 0);
  told.holds('what waits is counted', waiting >= 18, page);
  await business.xero.noFaults();
  await watch.minutes(60);
  const books = await inXero(stage);
  const status = (from: number, to?: number): (string | undefined)[] =>
    made.slice(from, to).map(({ number }) =>
      books
        .get(number)
        ?.map(({ Status }) => Status)
        .join(),
    );
  told.holds(
    'an hour after, what was paid is paid there',
    status(0, 5).every((one) => one === 'PAID'),
    status(0, 5),
  );
  told.holds(
    'what was voided is void there, or never came',
    status(5, 7).every((one) => one === undefined || one === 'VOIDED'),
    status(5, 7),
  );
  told.holds(
    'and everything else stands there once',
    status(7).every((one) => one === 'AUTHORISED'),
    status(7),
  );
  return made;
};

/** Act three: access is revoked; later the same organisation is connected again. */
export const revoked = async (stage: Stage, clientId: string): Promise<void> => {
  const { business, told, watch, running } = stage;
  told.act('Access is revoked');
  await business.xero.fault('revoke', {});
  const first = await billItem(business, clientId, 30_000);
  await watch.minutes(10, 1);
  const second = await billItem(business, clientId, 30_100);
  const page = await watch.minutes(180);
  told.holds('the page asks to connect again, and says why', page.state === 'needs-reconnect' && page.reason !== null, page);
  const notices: Body[] = await business.admin.all('/v1/notifications');
  const about = notices.filter(({ text }) => /refuses access/.test(text));
  told.holds(
    'one notice tells the admins',
    about.length === 1,
    about.map(({ text }) => text),
  );
  await allowXero(business);
  await business.admin.post('/v1/xero/connection/organisation', { tenantId: kestrelBooks });
  await watch.minutes(10, 1);
  const books = await inXero(stage);
  const there = [first, second].map(({ number }) => books.get(number)?.length);
  told.holds(
    'after connecting again everything goes on where it stopped',
    there.every((n) => n === 1),
    there,
  );
  void running;
};

/** Act four: a hundred workers at once, with a token that has just ended. */
export const hundredWorkers = async (stage: Stage, clientId: string): Promise<void> => {
  const { business, told, running, watch } = stage;
  told.act('A hundred workers race with a token that has ended');
  await watch.minutes(45, 45);
  const made = await inParallel(50, 8, (n) => billItem(business, clientId, 40_000 + n));
  await running.system.host.settle();
  await running.advance(45 * 60);
  const more = await inParallel(10, 10, (n) => billItem(business, clientId, 41_000 + n));
  const answers = await Promise.all(Array.from({ length: 100 }, () => business.finance.ask('GET', '/v1/xero/accounts')));
  const kinds = [...new Set(answers.map(({ status, body }) => `${status} ${body.code ?? ''}`))];
  told.says(`their answers: ${kinds.join(', ')}`);
  told.holds(
    'each got an answer, or was told when to come again',
    answers.every(({ status }) => status === 200 || status === 429 || status === 503),
    kinds,
  );
  await watch.minutes(10, 1);
  const books = await inXero(stage);
  const wrong = [...made, ...more].filter(({ number }) => books.get(number)?.length !== 1);
  told.holds('each invoice stands in Xero once', wrong.length === 0, wrong.length);
  told.holds('the connection stands', (await business.finance.get('/v1/xero/connection')).state === 'connected');
};

/** Act five: the accountant voids, edits and merges. */
export const theAccountant = async (stage: Stage, invoices: readonly Body[], made: readonly Body[]): Promise<void> => {
  const { business, told, watch } = stage;
  told.act('The accountant voids, edits and merges');
  const [voided, edited, late] = invoices as [Body, Body, Body];
  const paid = made[0] as Body;
  const { contacts } = await business.xero.books();
  const bakery = contacts.find(({ Name }) => Name === 'Harbour Bakery Ltd');
  await business.xero.accountant('void', { id: voided.number });
  await business.xero.accountant('edit-line', { id: edited.number, UnitAmount: '77' });
  await business.xero.accountant('due-date', { id: late.number, DueDate: '2030-01-31' });
  const [payment] = await business.xero.paymentsOf(paid.number);
  await business.xero.accountant('delete-payment', { id: payment?.PaymentID });
  await business.xero.accountant('new-contact', { Name: 'Harbour Bakery Group' });
  const group = (await business.xero.books()).contacts.find(({ Name }) => Name === 'Harbour Bakery Group');
  await business.xero.accountant('merge', { id: bakery?.ContactID, into: group?.ContactID });
  await watch.minutes(70);
  const now = async ({ id }: Body): Promise<Body> => business.finance.get(`/v1/invoices/${id}`);
  told.holds('voided there: void here', (await now(voided)).status === 'void');
  told.holds('another due date there: taken over here', (await now(late)).dueDate === '2030-01-31');
  told.holds('an edited line there: nothing is taken over', (await now(edited)).total.amount === edited.total.amount);
  const next = await billItem(business, (await now(paid)).clientId, 50_000);
  await watch.minutes(5, 1);
  const [there] = (await inXero(stage)).get(next.number) ?? [];
  told.holds(
    'the next invoice goes to the contact that remained',
    there?.Contact.Name === 'Harbour Bakery Group',
    there?.Contact,
  );

  await business.admin.post('/v1/reconciliation/run', { scope: 'all' });
  await watch.minutes(60);
  const open: Body[] = (await business.finance.all('/v1/discrepancies')).filter(({ state }) => state === 'open');
  for (const { kind, number, cause } of open) told.says(`${number ?? ''} ${kind}: ${cause}`);
  const expected = [`${edited.number}`, `${paid.number}`].sort();
  const listed = [...new Set(open.map(({ number }) => String(number)))].sort();
  told.holds(
    'every difference is listed with its cause, and nothing else is',
    JSON.stringify(listed) === JSON.stringify(expected),
    listed,
  );
};

/** The end: nothing is lost, nothing stands there twice. */
export const bothBooks = async (stage: Stage): Promise<void> => {
  const { business, told } = stage;
  told.act('Both books at the end');
  const here: Body[] = await business.finance.all('/v1/invoices');
  const books = await inXero(stage);
  const twice = [...books].filter(([, found]) => found.length > 1);
  told.holds('no number stands in Xero twice', twice.length === 0, twice.length);
  const issued = here.filter(({ status }) => status !== 'draft' && status !== 'void');
  const missing = issued.filter(({ number }) => !books.has(number));
  told.holds(`all ${issued.length} invoices that stand here stand there`, missing.length === 0, missing.length);
  const { payments } = await business.xero.books();
  const references = payments.filter(({ Status }) => Status !== 'DELETED').map(({ Reference }) => Reference);
  told.holds('no payment stands in Xero twice', new Set(references).size === references.length);
};
