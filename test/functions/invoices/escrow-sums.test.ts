import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { addJob } from '../../../shared/store/jobs.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openRooms } from '../../support/rooms.ts';
import { aJob, newId, seedWorkspace } from '../../support/workspace.ts';

// What a job with a fixed price shows of its escrow, whatever becomes of the invoices of its releases.

const engine = await forAllTests(startEngine());
const rooms = openRooms(engine);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
type Body = any;
const gbp = (amount: number) => ({ amount, currency: 'GBP' });

/** A fixed-price job of a workspace of its own, and what people do about it. */
const openJob = async () => {
  const it = await seedWorkspace(engine.table);
  const job = aJob(it.client, { billing: 'fixed', rate: null });
  await engine.table.commit([addJob(it.workspace.id, job)]);
  const ask = (room: 'workspace' | 'invoices' | 'payments', route: string, id: string, body?: object, key = newId('key')) => {
    const headers = { 'idempotency-key': key, 'if-match': '*' };
    return rooms[room]<Body>({ route, from: it.finance, params: { id }, ...(body ? { body } : {}), headers });
  };
  const memberId = it.members.expert.id;
  return {
    fund: (fundingId: string, amount: number) =>
      ask('invoices', 'POST /v1/jobs/{id}/escrow-fundings', job.id, { fundingId, amount: gbp(amount) }),
    release: (releaseId: string, amount: number) =>
      ask('invoices', 'POST /v1/escrow-releases', '', { releaseId, jobId: job.id, memberId, amount: gbp(amount) }),
    credit: (invoiceId: string, body: object, key?: string) =>
      ask('payments', 'POST /v1/invoices/{id}/credit-notes', invoiceId, body, key),
    refund: (paymentId: string, amount: number, key?: string) =>
      ask('payments', 'POST /v1/payments/{id}/refunds', paymentId, { amount: gbp(amount) }, key),
    pay: (invoiceId: string, amount: number) =>
      ask('payments', 'POST /v1/invoices/{id}/payments', invoiceId, { amount: gbp(amount), receivedOn: '2026-11-20' }),
    void: (invoiceId: string) => ask('invoices', 'POST /v1/invoices/{id}/void', invoiceId),
    toDraft: (invoiceId: string) => ask('invoices', 'POST /v1/invoices/{id}/return-to-draft', invoiceId),
    issue: (invoiceId: string) => ask('invoices', 'POST /v1/invoices/{id}/issue', invoiceId),
    invoice: async (invoiceId: string): Promise<Body> => (await ask('invoices', 'GET /v1/invoices/{id}', invoiceId)).body,
    /** Funded, released, invoiced and paid, in minor units. */
    sums: async (): Promise<number[]> => {
      const { escrow } = (await ask('workspace', 'GET /v1/jobs/{id}', job.id)).body;
      return [escrow.funded, escrow.released, escrow.invoiced, escrow.paid].map(({ amount }) => amount);
    },
  };
};

type OpenJob = Awaited<ReturnType<typeof openJob>>;

/** The job with 500.00 in escrow, of which 300.00 and 100.00 were released. */
const releasedTwice = async () => {
  const job = await openJob();
  await job.fund('f-1', 50_000);
  const [first, second] = [await job.release('r-1', 30_000), await job.release('r-2', 10_000)];
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(await job.sums()).toEqual([50_000, 40_000, 40_000, 40_000]);
  return { job, first: first.body, second: second.body };
};

describe('a job with a fixed price shows what is funded, released, invoiced and paid', () => {
  test('a credit note is invoiced no more, and paid until the money goes back', async () => {
    const { job, first } = await releasedTwice();
    const credit = { kind: 'amount', amount: gbp(5_000) };
    expect((await job.credit(first.invoiceId, credit, 'the-key')).status).toBe(201);
    expect(await job.sums()).toEqual([50_000, 40_000, 35_000, 40_000]);
    expect((await job.refund(first.paymentId, 5_000)).status).toBe(201);
    expect(await job.sums()).toEqual([50_000, 40_000, 35_000, 35_000]);
    // Asked for again it is the same credit note.
    expect((await job.credit(first.invoiceId, credit, 'the-key')).status).toBe(201);
    expect(await job.sums()).toEqual([50_000, 40_000, 35_000, 35_000]);
  });

  test('a credit note that is given back at once is neither invoiced nor paid any more', async () => {
    const { job, second } = await releasedTwice();
    expect((await job.credit(second.invoiceId, { kind: 'full', settle: 'refund' })).status).toBe(201);
    expect(await job.sums()).toEqual([50_000, 40_000, 30_000, 30_000]);
  });

  test('a refund for nothing is invoiced still, until somebody pays it, voids it or takes it back to a draft', async () => {
    const { job, first, second } = await releasedTwice();
    expect((await job.refund(second.paymentId, 10_000)).status).toBe(201);
    expect(await job.sums()).toEqual([50_000, 40_000, 40_000, 30_000]);
    expect((await job.void(second.invoiceId)).body.status).toBe('void');
    expect(await job.sums()).toEqual([50_000, 40_000, 30_000, 30_000]);
    await job.refund(first.paymentId, 30_000);
    expect((await job.toDraft(first.invoiceId)).body.status).toBe('draft');
    expect(await job.sums()).toEqual([50_000, 40_000, 0, 0]);
    expect((await job.issue(first.invoiceId)).body.status).toBe('issued');
    expect(await job.sums()).toEqual([50_000, 40_000, 30_000, 0]);
    expect((await job.pay(first.invoiceId, 20_000)).status).toBe(201);
    expect(await job.sums()).toEqual([50_000, 40_000, 30_000, 20_000]);
  });

  test('releases that are told again, and are credited since, change nothing', async () => {
    const { job, first } = await releasedTwice();
    await job.credit(first.invoiceId, { kind: 'full', settle: 'refund' });
    expect((await job.release('r-1', 30_000)).body.invoiceId).toBe(first.invoiceId);
    expect((await job.fund('f-1', 50_000)).status).toBe(201);
    expect(await job.sums()).toEqual([50_000, 40_000, 10_000, 10_000]);
  });
});

type Step =
  | { do: 'fund'; id: number; amount: number }
  | { do: 'release'; id: number; amount: number }
  | { do: 'credit'; of: number; amount: number; settle: 'allocate' | 'refund' }
  | { do: 'refund' | 'pay'; of: number; amount: number }
  | { do: 'void'; of: number };

const amount = fc.integer({ min: 1, max: 9_000 });
const of = fc.integer({ min: 0, max: 3 });
const id = fc.integer({ min: 0, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fund' as const), id, amount }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('release' as const), id, amount }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('credit' as const), of, amount, settle: fc.constantFrom('allocate', 'refund') }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('refund' as const, 'pay' as const), of, amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('void' as const), of }) },
);

/** What was told stands under its id; the second telling of an id says the amount of the first. */
class Told {
  readonly funded = new Map<number, number>();
  readonly released = new Map<number, { amount: number; invoiceId: string; paymentId: string }>();

  async run(job: OpenJob, one: Step): Promise<void> {
    if (one.do === 'fund') {
      const same = this.funded.get(one.id) ?? one.amount;
      expect((await job.fund(`f-${one.id}`, same)).status).toBe(201);
      this.funded.set(one.id, same);
      return;
    }
    if (one.do === 'release') {
      const before = this.released.get(one.id);
      const [funded, released] = [sum([...this.funded.values()]), sum([...this.released.values()].map((each) => each.amount))];
      const answer = await job.release(`r-${one.id}`, before?.amount ?? one.amount);
      const fits = before !== undefined || released + one.amount <= funded;
      expect(answer.status).toBe(fits ? 201 : 409);
      if (fits) this.released.set(one.id, { ...answer.body, amount: answer.body.amount.amount });
      return;
    }
    const release = [...this.released.values()][one.of];
    if (!release) return;
    if (one.do === 'credit') await job.credit(release.invoiceId, { kind: 'amount', amount: gbp(one.amount), settle: one.settle });
    else if (one.do === 'refund') await job.refund(release.paymentId, one.amount);
    else if (one.do === 'pay') await job.pay(release.invoiceId, one.amount);
    else await job.void(release.invoiceId);
  }
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

describe('F26: whatever is told, again and in any order, and whatever becomes of the invoices', () => {
  const runs = { numRuns: Number(process.env['LAWS'] ?? 20), seed: 20_261_122 };
  test(
    'released never exceeds funded, and the sums of the job are those of its invoices',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 18 }), async (steps) => {
          const job = await openJob();
          const told = new Told();
          for (const one of steps) {
            await told.run(job, one);
            const released = [...told.released.values()];
            const invoices = await Promise.all(released.map(({ invoiceId }) => job.invoice(invoiceId)));
            expect(invoices.map(({ total }) => total.amount)).toEqual(released.map((each) => each.amount));
            const sums = await job.sums();
            expect(sums).toEqual([
              sum([...told.funded.values()]),
              sum(released.map((each) => each.amount)),
              sum(invoices.map(({ status, total, credited }) => (status === 'void' ? 0 : total.amount - credited.amount))),
              sum(invoices.map(({ paid }) => paid.amount)),
            ]);
            expect(sums[1]).toBeLessThanOrEqual(sums[0] as number);
          }
        }),
        runs,
      ),
    30_000 + runs.numRuns * 2_000,
  );
});
