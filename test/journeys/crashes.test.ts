import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addClient, billItem, businessAt, connectXero, invoiceWhen, registerForVat, type Business } from '../support/business.ts';
import type { Answer, Body } from '../support/person.ts';
import { newMachine, type Machine, type StartedProcess } from '../support/started-process.ts';

// The machine loses power while an invoice over 2,000 time entries is being made (F17, F18). Each test goes on from the data that
// the one before it left.

const entryCount = 2000;
const days = 20;
const gbp = (amount: number) => ({ amount, currency: 'GBP' });

let machine: Machine;
let running: StartedProcess;
let business: Business;
let clientId: string;
let jobId: string;
/** One entry of each day, the earliest day first: they are taken in this order. */
const oneADay: string[] = [];

const start = async (): Promise<void> => {
  running = await machine.start();
  business = businessAt(running.endpoints);
};
beforeAll(async () => {
  machine = newMachine();
  await start();
  await registerForVat(business);
  await connectXero(business);
  clientId = (await addClient(business)).id;
  jobId = (await business.finance.post('/v1/jobs', { clientId, name: 'Two thousand little things', rate: gbp(6000) })).id;
  await billItem(business, clientId, 1000);
  await enterTime();
});
afterAll(() => machine.dispose());

/** A minute of work, a hundred times a day, on days before today. */
const enterTime = async (): Promise<void> => {
  for (let day = 0; day < days; day += 1) {
    const date = new Date(Date.now() - (days - day) * 86_400_000).toISOString().slice(0, 10);
    const entries = await Promise.all(
      Array.from({ length: entryCount / days }, (_, place) =>
        business.noor.post('/v1/time-entries', { jobId, date, durationSeconds: 60, description: `Little thing ${place + 1}` }),
      ),
    );
    oneADay.push(entries[0].id);
  }
};

const everyEntry = (): Promise<Body[]> => business.finance.all(`/v1/time-entries?jobId=${jobId}`);
const everyInvoice = (): Promise<Body[]> => business.finance.all('/v1/invoices');
const makeInvoice = (key: string): Promise<Answer> => business.finance.ask('POST', '/v1/invoices', { jobId }, key);

/** Asks for the invoice and pulls the plug as soon as the entries of a day are held. Fails when the answer was faster. */
const cutOffWhenHeld = async (day: number, key: string): Promise<void> => {
  let outcome: number | 'cut off' | undefined;
  const answer = makeInvoice(key).then(
    ({ status }) => (outcome = status),
    () => (outcome = 'cut off'),
  );
  const path = `/v1/time-entries/${oneADay[day]}`;
  while (outcome === undefined && (await business.finance.get(path)).status === 'unbilled');
  await running.kill();
  await answer;
  expect(outcome).toBe('cut off');
  await start();
};

describe('an invoice over 2,000 entries whose machine loses power', () => {
  test('holds nobody’s time any more 15 minutes later, when nobody asks for it again', async () => {
    await cutOffWhenHeld(days / 2, 'never-asked-again');
    const right = (await everyEntry()).map(({ status }) => status);
    expect(right.filter((status) => status === 'held').length).toBeGreaterThan(0);
    expect(right).not.toContain('billed');
    await business.xero.advance(15 * 60);
    const later = await everyEntry();
    expect(later).toHaveLength(entryCount);
    expect(later.filter(({ status, invoiceId }) => status !== 'unbilled' || invoiceId !== null)).toEqual([]);
    expect((await everyInvoice()).map(({ number }) => number)).toEqual(['INV-0001']);
  });

  test('is made once when the same request comes again, however often it was cut off', async () => {
    const key = 'asked-again-and-again';
    for (const day of [0, days / 2, days - 1]) {
      await cutOffWhenHeld(day, key);
      // For 40 seconds the first request counts as running still.
      await business.xero.advance(45);
    }
    const made = await makeInvoice(key);
    expect(made).toMatchObject({ status: 201, body: { number: 'INV-0002', status: 'issued' } });
    // A minute is 0.0167 h, at 60.00 an hour 1.00; VAT on each of them 0.20.
    expect(made.body).toMatchObject({ subtotal: gbp(200_000), tax: gbp(40_000), total: gbp(240_000) });
    expect((await makeInvoice(key)).text).toBe(made.text);

    const entries = await everyEntry();
    const onIt = entries.filter(({ status, invoiceId }) => status === 'billed' && invoiceId === made.body.id);
    expect([entries.length, onIt.length]).toEqual([entryCount, entryCount]);
    const lines: Body[] = await business.finance.all(`/v1/invoices/${made.body.id}/lines`);
    expect(new Set(lines.map(({ timeEntryId }) => timeEntryId))).toEqual(new Set(entries.map(({ id }) => id)));
  });

  test('takes one number, and the next invoice the next', async () => {
    await billItem(business, clientId, 3000);
    expect((await everyInvoice()).map(({ number }) => number)).toEqual(['INV-0003', 'INV-0002', 'INV-0001']);
    const dashboard = await business.finance.get(`/v1/dashboard?from=${dayNear(-1)}&to=${dayNear(1)}&interval=week`);
    expect(dashboard.outstanding).toEqual([gbp(1200 + 240_000 + 3600)]);
  });

  test('reaches Xero once, with all of its lines', async () => {
    const [, large] = await everyInvoice();
    // What was in the worker's hands when the power went comes again after six minutes.
    await business.xero.advance(600);
    await invoiceWhen(business, large.id, 'is in Xero', ({ sync }) => sync.state === 'synced');
    const there = await business.xero.invoiceIn('INV-0002', 'AUTHORISED');
    expect([there.LineItems.length, there.SubTotal, there.TotalTax, there.Total]).toEqual([entryCount, 2000, 400, 2400]);
    expect((await business.xero.books()).invoices.map(({ InvoiceNumber }) => InvoiceNumber).toSorted()).toEqual([
      'INV-0001',
      'INV-0002',
      'INV-0003',
    ]);
  });
});

const dayNear = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
