import { describe, expect, test } from '@jest/globals';
import { addClient, businessAt, registerForVat } from '../support/business.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import type { Answer, Body } from '../support/person.ts';
import { startRunningSystem } from '../support/running-system.ts';

// Many want the same thing at once: one gets it, the others are told, and nothing is there twice.

const running = await forAllTests(startRunningSystem({ environmentsMax: 6 }));
const business = businessAt(running.system.endpoints);
const yesterday = new Date(running.system.clock.now() - 86_400_000).toISOString().slice(0, 10);
await registerForVat(business);
const clientId = (await addClient(business)).id;

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const addJob = (name: string): Promise<Body> => business.finance.post('/v1/jobs', { clientId, name, rate: gbp(9000) });
const atOnce = (count: number, send: (place: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, (_, place) => send(place)));
/** How often each status came back. */
const statuses = (answers: readonly Answer[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('time that many want to bill (F15, F16, F17)', () => {
  let jobId: string;
  let entryIds: string[];

  test('200 requests for the same 10 entries make one invoice', async () => {
    jobId = (await addJob('Wanted by many')).id;
    const entries = await atOnce(10, (place) =>
      business.noor.ask('POST', '/v1/time-entries', { jobId, date: yesterday, durationSeconds: 3600, description: `${place}` }),
    );
    entryIds = entries.map(({ body }) => body.id);
    const answers = await atOnce(200, () => business.finance.ask('POST', '/v1/invoices', { jobId, timeEntryIds: entryIds }));
    expect(statuses(answers)).toEqual({ 201: 1, 409: 199 });

    const made = answers.find(({ status }) => status === 201)?.body;
    expect(made).toMatchObject({ number: 'INV-0001', total: gbp(108_000) });
    const invoices: Body[] = await business.finance.all('/v1/invoices');
    expect(invoices.map(({ id }) => id)).toEqual([made.id]);
    const billed: Body[] = await business.finance.all(`/v1/time-entries?jobId=${jobId}`);
    expect(billed.map(({ status, invoiceId }) => [status, invoiceId])).toEqual(entryIds.map(() => ['billed', made.id]));
  });

  test('a double click with one key makes one invoice, and every answer is the same to the byte', async () => {
    await business.noor.post('/v1/time-entries', { jobId, date: yesterday, durationSeconds: 1800 });
    const click = () => business.finance.ask('POST', '/v1/invoices', { jobId }, 'one-key-for-all-clicks');
    const answers = await atOnce(8, click);
    const [made] = answers.filter(({ status }) => status === 201);
    expect(made?.body.number).toBe('INV-0002');
    for (const { status, text, body } of [...answers, await click()]) {
      if (status === 201) expect(text).toBe(made?.text);
      else expect([status, body.code]).toEqual([409, 'in-progress']);
    }
    expect(await business.finance.all(`/v1/invoices?jobId=${jobId}`)).toHaveLength(2);
    const other = await business.finance.ask('POST', '/v1/invoices', { jobId, notes: 'Other' }, 'one-key-for-all-clicks');
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  test('an edit that races with the invoice wins before it or is refused by it, and the line says what was billed', async () => {
    const edited = await business.noor.post('/v1/time-entries', { jobId, date: yesterday, durationSeconds: 600 });
    const [invoice, ...edits] = await Promise.all([
      business.finance.ask('POST', '/v1/invoices', { jobId, timeEntryIds: [edited.id] }),
      ...Array.from({ length: 6 }, (_, place) =>
        business.noor.ask('PATCH', `/v1/time-entries/${edited.id}`, { durationSeconds: 1200 + place * 600 }),
      ),
    ]);
    for (const { status } of edits) expect([200, 409, 412]).toContain(status);
    const after = await business.finance.get(`/v1/time-entries/${edited.id}`);
    if (invoice.status === 201) {
      expect(after).toMatchObject({ status: 'billed', invoiceId: invoice.body.id });
      expect(invoice.body.lines[0].explanation.entrySeconds).toEqual([after.seconds]);
    } else {
      expect(after).toMatchObject({ status: 'unbilled', invoiceId: null });
      await business.finance.post('/v1/invoices', { jobId, timeEntryIds: [edited.id] });
    }
  });
});

describe('numbers (F21)', () => {
  test('200 invoices at once get 200 numbers without a gap', async () => {
    const before: Body[] = await business.finance.all('/v1/invoices');
    const answers = await atOnce(200, () =>
      business.finance.ask('POST', '/v1/invoices', { clientId, lines: [{ description: 'Support', unitPrice: gbp(5000) }] }),
    );
    expect(statuses(answers)).toEqual({ 201: 200 });
    const all: Body[] = await business.finance.all('/v1/invoices');
    const numbers = all.map(({ number }) => Number(number.replace('INV-', ''))).toSorted((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: before.length + 200 }, (_, place) => place + 1));
    expect(new Set(answers.map(({ body }) => body.number)).size).toBe(200);
  });
});

describe('one member on many devices (F1, F2, F3)', () => {
  let jobId: string;
  let timerId: string;

  test('50 starts at once make one running timer; the others are told which', async () => {
    jobId = (await addJob('On many devices')).id;
    const answers = await atOnce(50, () => business.noor.ask('POST', '/v1/timer/start', { jobId }));
    expect(statuses(answers)).toEqual({ 201: 1, 409: 49 });
    timerId = answers.find(({ status }) => status === 201)?.body.running.id;
    for (const { status, body } of answers)
      if (status === 409) expect([body.code, body.running.id]).toEqual(['timer-running', timerId]);
    expect((await business.noor.get('/v1/timer')).running.id).toBe(timerId);
  });

  test('50 stops at once make one entry, and each of them answers it', async () => {
    await running.advance(90);
    const answers = await atOnce(50, (place) => business.noor.ask('POST', '/v1/timer/stop', place % 2 ? {} : { timerId }));
    expect(statuses(answers)).toEqual({ 200: 50 });
    expect(new Set(answers.map(({ body }) => body.entry.id))).toEqual(new Set([timerId]));
    expect(new Set(answers.map(({ body }) => body.entry.seconds)).size).toBe(1);
    expect(await business.finance.all(`/v1/time-entries?jobId=${jobId}`)).toHaveLength(1);
    expect((await business.noor.get('/v1/timer')).running).toBeNull();
  });
});
