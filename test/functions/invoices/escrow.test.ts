import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { invoicesDoor } from '../../../functions/invoices/door.ts';
import { escrowWorker } from '../../../functions/invoices/escrow-worker.ts';
import type { Caller } from '../../../shared/api/call.ts';
import { addJob, parseJob, jobKey, type Job } from '../../../shared/store/jobs.ts';
import { keys as keysOf } from '../../../shared/store/keys.ts';
import { readPayment } from '../../../shared/store/payments.ts';
import { apiEvent, callDoor, type Answer } from '../../support/door-call.ts';
import { startEngine, type Engine } from '../../support/engine.ts';
import { aJob, newId, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

let engine: Engine;
const rung: string[] = [];
const world = () => {
  const startedAt = Date.now();
  let waitedMs = 0;
  return {
    table: engine.table,
    newId,
    ring: async (ids: readonly string[]) => void rung.push(...ids),
    closeCheckout: async () => undefined,
    clock: () => startedAt + waitedMs,
    random: Math.random,
    sleep: (ms: number) => {
      waitedMs += ms;
      return new Promise<void>((resolve) => setTimeout(resolve, ms));
    },
  };
};
let door: ReturnType<typeof invoicesDoor>;
beforeAll(async () => {
  engine = await startEngine();
  door = invoicesDoor(world());
});
afterAll(() => engine.close());

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const vat = { taxRegistrations: [{ country: 'GB', number: 'GB123456782', from: '2020-01-01' }] };

/** A workspace that charges 20 % VAT, with a job of a fixed price. */
const stage = async (changes: Partial<Job> = {}): Promise<TestWorkspace & { fixed: Job }> => {
  const it = await seedWorkspace(engine.table, vat);
  const fixed = aJob(it.client, { name: 'Logo', billing: 'fixed', rate: null, ...changes });
  await engine.table.commit([addJob(it.workspace.id, fixed)]);
  return { ...it, fixed };
};

let keys = 0;
const post = (caller: Caller, route: string, body: unknown, { id = '', key = `key-${(keys += 1)}`, at = door } = {}) =>
  callDoor(at, apiEvent(caller, `POST ${route}`, { body, params: { id }, headers: { 'idempotency-key': key } }));
const fundIt = (caller: Caller, jobId: string, fundingId: string, amount: number) =>
  post(caller, '/v1/jobs/{id}/escrow-fundings', { fundingId, amount: gbp(amount) }, { id: jobId });
type Told = { releaseId: string; jobId: string; memberId: string; amount: { amount: number; currency: string } };
const releaseIt = (caller: Caller, told: Told, options = {}) => post(caller, '/v1/escrow-releases', told, options);
const invoicesOf = async (caller: Caller): Promise<Answer['body'][]> =>
  (await callDoor(door, apiEvent(caller, 'GET /v1/invoices', { query: { limit: '100' } }))).body.items;
const stored = async ({ workspace, fixed }: { workspace: { id: string }; fixed: Job }): Promise<Job> =>
  parseJob((await engine.table.get(jobKey(workspace.id, fixed.id)))!);

/** What SQS hands to the worker for events of the bus; the ids of those that come back. */
const deliver = async (...events: unknown[]): Promise<string[]> => {
  const Records = events.map((event, place) => ({
    messageId: `m${place}`,
    body: typeof event === 'string' ? event : JSON.stringify(event),
    attributes: { ApproximateReceiveCount: '1' },
    eventSource: 'aws:sqs',
  }));
  const context = { getRemainingTimeInMillis: () => 60_000, functionName: 'test', awsRequestId: 'a' };
  const answer = (await escrowWorker(world())({ Records } as never, context as never)) as {
    batchItemFailures: { itemIdentifier: string }[];
  };
  return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const eventOf = (type: string, detail: object) => ({
  version: '0',
  source: 'platform.escrow',
  'detail-type': type,
  detail,
});
const releasedEvent = ({ workspace }: TestWorkspace, told: Told) =>
  eventOf('EscrowReleased', { workspaceId: workspace.id, ...told });
const fundedEvent = ({ workspace, fixed }: TestWorkspace & { fixed: Job }, fundingId: string, amount: number) =>
  eventOf('EscrowFunded', { workspaceId: workspace.id, jobId: fixed.id, fundingId, amount: gbp(amount) });

describe('a release of escrow', () => {
  test('makes one issued and paid invoice over exactly what was released, tax included', async () => {
    const it = await stage();
    expect(await fundIt(it.finance, it.fixed.id, 'f-1', 50_000)).toMatchObject({
      status: 201,
      body: { id: 'f-1', jobId: it.fixed.id, amount: gbp(50_000) },
    });
    const told = { releaseId: 'r-1', jobId: it.fixed.id, memberId: it.members.expert.id, amount: gbp(12_000) };
    const made = await releaseIt(it.finance, told);
    expect(made).toMatchObject({ status: 201, body: { id: 'r-1', amount: gbp(12_000), invoiceNumber: 'INV-0001' } });

    const invoice = (await callDoor(door, apiEvent(it.finance, 'GET /v1/invoices/{id}', { params: { id: made.body.invoiceId } })))
      .body;
    expect(invoice).toMatchObject({
      status: 'paid',
      number: 'INV-0001',
      clientId: it.client.id,
      jobId: it.fixed.id,
      subtotal: gbp(10_000),
      tax: gbp(2_000),
      total: gbp(12_000),
      paid: gbp(12_000),
      due: gbp(0),
      lines: [{ memberId: it.members.expert.id, quantity: '1', amount: gbp(12_000), tax: { amount: gbp(2_000) } }],
    });
    expect(await readPayment(engine.table)(it.workspace.id, made.body.paymentId)).toMatchObject({
      method: 'escrow',
      status: 'succeeded',
      amount: gbp(12_000),
      counts: gbp(12_000),
      reference: 'r-1',
    });
    expect(await stored(it)).toMatchObject({ escrowFunded: 50_000, escrowReleased: 12_000 });
    const dues = await engine.table.queryAll({ partition: `W#${it.workspace.id}#AGG`, beginsWith: 'DUE#' });
    expect(dues).toEqual([]);
    const listed = await callDoor(door, apiEvent(it.finance, 'GET /v1/jobs/{id}/escrow', { params: { id: it.fixed.id } }));
    expect(listed.body.items).toMatchObject([
      { kind: 'release', id: 'r-1' },
      { kind: 'funding', id: 'f-1' },
    ]);
  });

  test('answers the same when it is told again, and refuses another content under its id', async () => {
    const it = await stage();
    const first = await fundIt(it.finance, it.fixed.id, 'f-1', 50_000);
    expect((await fundIt(it.admin, it.fixed.id, 'f-1', 50_000)).text).toBe(first.text);
    expect(await fundIt(it.finance, it.fixed.id, 'f-1', 50_001)).toMatchObject({ status: 409, body: { code: 'duplicate' } });
    const told = { releaseId: 'r-1', jobId: it.fixed.id, memberId: it.members.expert.id, amount: gbp(100) };
    const made = await releaseIt(it.finance, told, { key: 'the-key' });
    expect((await releaseIt(it.finance, told, { key: 'the-key' })).text).toBe(made.text);
    expect((await releaseIt(it.admin, told)).text).toBe(made.text);
    expect(await releaseIt(it.finance, { ...told, amount: gbp(101) })).toMatchObject({
      status: 409,
      body: { code: 'duplicate' },
    });
    expect(await invoicesOf(it.finance)).toHaveLength(1);
    expect(await stored(it)).toMatchObject({ escrowFunded: 50_000, escrowReleased: 100 });
  });

  test('beyond what is funded, of an hourly job, in another currency, or for a job elsewhere: nothing is written', async () => {
    const it = await stage();
    const other = await stage();
    await fundIt(it.finance, it.fixed.id, 'f-1', 1_000);
    const told = { releaseId: 'r-1', jobId: it.fixed.id, memberId: it.members.expert.id, amount: gbp(1_000) };
    const refused = [
      [{ ...told, amount: gbp(1_001) }, 409, 'escrow-not-funded'],
      [{ ...told, jobId: it.job.id }, 409, 'job-not-fixed'],
      [{ ...told, amount: { amount: 1, currency: 'EUR' } }, 400, 'validation'],
      [{ ...told, jobId: other.fixed.id }, 404, 'not-found'],
      [{ ...told, memberId: other.members.expert.id }, 404, 'not-found'],
    ] as const;
    for (const [body, status, code] of refused)
      expect(await releaseIt(it.finance, body)).toMatchObject({ status, body: { code } });
    expect(await fundIt(it.finance, it.job.id, 'f-2', 100)).toMatchObject({ status: 409, body: { code: 'job-not-fixed' } });
    expect(await invoicesOf(it.finance)).toEqual([]);
    expect(await stored(it)).toMatchObject({ escrowReleased: 0 });
    expect((await releaseIt(it.finance, told)).body.invoiceNumber).toBe('INV-0001');
  });

  test('F26: two hundred of the same at once, by request and by event, make one invoice', async () => {
    const it = await stage();
    await fundIt(it.finance, it.fixed.id, 'f-1', 900_000);
    const told = { releaseId: 'r-1', jobId: it.fixed.id, memberId: it.members.expert.id, amount: gbp(4_000) };
    const [answers, back] = await Promise.all([
      Promise.all(Array.from({ length: 180 }, () => releaseIt(it.finance, told, { at: invoicesDoor(world()) }))),
      Promise.all(Array.from({ length: 20 }, () => deliver(releasedEvent(it, told)))),
    ]);
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(back.flat()).toEqual([]);
    expect(await invoicesOf(it.finance)).toHaveLength(1);
    expect(await stored(it)).toMatchObject({ escrowReleased: 4_000 });
  });

  test('different ones at once, for more than there is, never go beyond it', async () => {
    const it = await stage();
    await fundIt(it.finance, it.fixed.id, 'f-1', 1_000);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, place) =>
        releaseIt(
          it.finance,
          { releaseId: `r-${place}`, jobId: it.fixed.id, memberId: it.members.expert.id, amount: gbp(100) },
          { at: invoicesDoor(world()) },
        ),
      ),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(10);
    expect(made.map(({ body }) => body.invoiceNumber).sort()).toEqual(
      Array.from({ length: 10 }, (_, place) => `INV-${String(place + 1).padStart(4, '0')}`),
    );
    expect(answers.filter(({ body }) => body.code === 'escrow-not-funded')).toHaveLength(20);
    expect(await stored(it)).toMatchObject({ escrowFunded: 1_000, escrowReleased: 1_000 });
  });
});

describe('a release where books are kept in Xero', () => {
  test('is dated on the first open day, and both its invoice and its payment wait to be sent', async () => {
    const it = await stage();
    await engine.table.putMany([{ ...keysOf.xeroConnection(it.workspace.id), state: 'connected', lockDate: '2999-12-30' }]);
    await fundIt(it.finance, it.fixed.id, 'f-1', 1_000);
    const told = { releaseId: 'r-1', jobId: it.fixed.id, memberId: it.members.expert.id, amount: gbp(1_000) };
    const made = await releaseIt(it.finance, told);
    expect(await invoicesOf(it.finance)).toMatchObject([{ issueDate: '2999-12-31', dueDate: '2999-12-31', status: 'paid' }]);
    const waiting = await engine.table.queryAll({ partition: `W#${it.workspace.id}#OUT` });
    expect(waiting.map(({ sk }) => sk)).toEqual(
      expect.arrayContaining([`2-payments#payment#${made.body.paymentId}`, `3-documents#invoice#${made.body.invoiceId}`]),
    );
    expect(rung).toContain(it.workspace.id);
  });
});

describe('events about escrow', () => {
  test('fund and release like requests do', async () => {
    const it = await stage();
    const told = { releaseId: 'r-1', jobId: it.fixed.id, memberId: it.members.expert.id, amount: gbp(600) };
    expect(await deliver(fundedEvent(it, 'f-1', 1_000), releasedEvent(it, told))).toEqual([]);
    expect(await invoicesOf(it.finance)).toMatchObject([{ status: 'paid', total: gbp(600) }]);
  });

  test('F26: an event that comes twice, and a request besides, are one invoice', async () => {
    const it = await stage();
    const told = { releaseId: 'r-1', jobId: it.fixed.id, memberId: it.members.expert.id, amount: gbp(600) };
    await deliver(fundedEvent(it, 'f-1', 1_000), fundedEvent(it, 'f-1', 1_000));
    expect(await deliver(releasedEvent(it, told), releasedEvent(it, told))).toEqual([]);
    expect((await releaseIt(it.finance, told)).status).toBe(201);
    expect(await invoicesOf(it.finance)).toHaveLength(1);
    expect(await stored(it)).toMatchObject({ escrowFunded: 1_000, escrowReleased: 600 });
  });

  test('a release that is there before its funding comes back, and is made once it is funded', async () => {
    const it = await stage();
    const told = { releaseId: 'r-1', jobId: it.fixed.id, memberId: it.members.expert.id, amount: gbp(600) };
    expect(await deliver(releasedEvent(it, told))).toEqual(['m0']);
    expect(await invoicesOf(it.finance)).toEqual([]);
    expect(await deliver(fundedEvent(it, 'f-1', 600))).toEqual([]);
    expect(await deliver(releasedEvent(it, told))).toEqual([]);
    expect(await invoicesOf(it.finance)).toHaveLength(1);
  });

  test('what is malformed or foreign comes back by itself; what stands beside it is done', async () => {
    const it = await stage();
    const other = await stage();
    const good = fundedEvent(it, 'f-1', 600);
    const wrong = [
      'no JSON',
      { ...good, source: 'somebody.else' },
      { ...good, 'detail-type': 'EscrowLost' },
      eventOf('EscrowFunded', { ...good.detail, amount: { amount: 6.5, currency: 'GBP' } }),
      eventOf('EscrowFunded', { ...good.detail, amount: { amount: -600, currency: 'GBP' } }),
      eventOf('EscrowFunded', { ...good.detail, fundingId: 'with space' }),
      eventOf('EscrowFunded', { ...good.detail, workspaceId: other.workspace.id, fundingId: 'f-2' }),
    ];
    expect(await deliver(...wrong, good)).toEqual(wrong.map((_, place) => `m${place}`));
    expect(await stored(it)).toMatchObject({ escrowFunded: 600 });
    expect(await stored(other)).toMatchObject({ escrowFunded: 0 });
  });
});
