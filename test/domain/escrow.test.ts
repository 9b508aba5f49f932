import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fund, isSameMove, release, releaseLine, requireEscrow, type Escrow } from '../../shared/domain/escrow.ts';
import { totals } from '../../shared/domain/invoice.ts';
import type { Money } from '../../shared/domain/money.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import type { TaxRule } from '../../shared/domain/tax.ts';
import { refusalOf } from '../support/refusal-of.ts';

const gbp = (amount: number): Money => ({ amount, currency: 'GBP' });
const empty: Escrow = { funded: gbp(0), released: gbp(0) };
const vat: TaxRule = { name: 'VAT', rate: '0.2', rule: 'domestic', effectiveFrom: '2011-01-04', components: [] };

type Told = { kind: 'funding' | 'release'; id: string; amount: number };

/** A ledger as the store keeps it: each id once, a release only where it is funded. */
const tell = (told: readonly Told[]) => {
  let escrow = empty;
  const known = new Set<string>();
  const invoices: number[] = [];
  const waiting: Told[] = [];
  for (const one of told) {
    const id = `${one.kind} ${one.id}`;
    if (known.has(id)) continue;
    try {
      escrow = one.kind === 'funding' ? fund(escrow, gbp(one.amount)) : release(escrow, gbp(one.amount));
      known.add(id);
      if (one.kind === 'release') invoices.push(one.amount);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'escrow-not-funded') throw error;
      waiting.push(one);
    }
  }
  return { escrow, invoices, waiting };
};

const toldArbitrary = fc.array(
  fc.record({
    kind: fc.constantFrom('funding' as const, 'release' as const),
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    amount: fc.integer({ min: 1, max: 10_000_000 }),
  }),
  { maxLength: 40 },
);

describe('the escrow of a job', () => {
  test('what is released never exceeds what is funded, and is what was invoiced, however it is told', () => {
    fc.assert(
      fc.property(toldArbitrary, (told) => {
        const { escrow, invoices } = tell(told);
        expect(escrow.released.amount).toBeLessThanOrEqual(escrow.funded.amount);
        expect(invoices.reduce((sum, amount) => sum + amount, 0)).toBe(escrow.released.amount);
      }),
    );
  });

  test('F26: told twice, or all over again, nothing more comes of it', () => {
    fc.assert(
      fc.property(toldArbitrary, (told) => {
        // One id says one thing.
        const firsts = new Map(told.map((one) => [`${one.kind} ${one.id}`, one]));
        const once = [...firsts.values()];
        const before = tell(once);
        const after = tell([...once, ...once.filter((one) => !before.waiting.includes(one)), ...once.slice(0, 3)]);
        if (before.waiting.length === 0) expect(after.escrow).toEqual(before.escrow);
      }),
    );
  });

  test('a release that comes before its funding is only late: told again, the end is the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        (sums, early) => {
          const releases = sums.map((amount, place): Told => ({ kind: 'release', id: String(place), amount }));
          const fundings = sums.map((amount, place): Told => ({ kind: 'funding', id: String(place), amount }));
          const first = tell(early ? [...releases, ...fundings] : [...fundings, ...releases]);
          const all = sums.reduce((sum, amount) => sum + amount, 0);
          const end = tell([...fundings, ...first.waiting, ...releases]);
          expect(end.escrow).toEqual({ funded: gbp(all), released: gbp(all) });
        },
      ),
    );
  });

  test('parts can be released as long as they last, to the last penny', () => {
    const funded = fund(fund(empty, gbp(700)), gbp(300));
    const left = release(release(funded, gbp(999)), gbp(1));
    expect(left).toEqual({ funded: gbp(1000), released: gbp(1000) });
    expect(refusalOf(() => release(left, gbp(1)))).toMatchObject({
      code: 'escrow-not-funded',
      facts: { available: gbp(0) },
    });
  });

  test('is for a fixed price, in the currency of the job, and for more than nothing', () => {
    const job = { id: 'job_1', billing: 'fixed' as const, currency: 'GBP' };
    requireEscrow(job, gbp(1));
    expect(refusalOf(() => requireEscrow({ ...job, billing: 'hourly' }, gbp(1))).code).toBe('job-not-fixed');
    expect(refusalOf(() => requireEscrow(job, { amount: 1, currency: 'EUR' })).code).toBe('validation');
    expect(refusalOf(() => requireEscrow(job, gbp(0))).code).toBe('validation');
  });

  test('two tellings are the same when id, job, member and money are', () => {
    const told = { id: 'r-1', jobId: 'job_1', memberId: 'mem_1', amount: gbp(5) };
    expect(isSameMove(told, { ...told })).toBe(true);
    for (const other of [{ id: 'r-2' }, { jobId: 'job_2' }, { memberId: 'mem_2' }, { amount: gbp(6) }])
      expect(isSameMove(told, { ...told, ...other })).toBe(false);
  });
});

describe('the line of a release', () => {
  const told = (amount: Money) => ({ id: 'r-1', jobId: 'job_1', memberId: 'mem_1', amount });
  const terms = { description: 'Logo', serviceId: null, taxRule: vat, step: 1 as const };

  test('holds its tax: 120.00 are 100.00 and 20.00 of tax', () => {
    const line = releaseLine('lin_1', told(gbp(12_000)), terms);
    expect(line).toMatchObject({ memberId: 'mem_1', quantity: '1', amount: gbp(12_000), tax: { amount: gbp(2_000) } });
    expect(totals('GBP', [line], { taxIncluded: true })).toEqual({ subtotal: gbp(10_000), tax: gbp(2_000), total: gbp(12_000) });
  });

  test('comes to exactly what was released, in every currency and at every rate', () => {
    const rates = fc.constantFrom('0', '0.2', '0.19', '0.081', '0.14975', '0.255');
    const currencies = fc.constantFrom(['GBP', 1], ['JPY', 1], ['KWD', 10], ['KWD', 1], ['CLF', 100]) as fc.Arbitrary<
      [string, 1 | 10 | 100]
    >;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999_999 }), rates, currencies, (amount, rate, [currency, step]) => {
        const line = releaseLine('lin_1', told({ amount, currency }), { ...terms, taxRule: { ...vat, rate }, step });
        const { subtotal, tax, total } = totals(currency, [line], { taxIncluded: true });
        expect(total).toEqual({ amount, currency });
        expect(subtotal.amount + tax.amount).toBe(amount);
      }),
    );
  });
});
