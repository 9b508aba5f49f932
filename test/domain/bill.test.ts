import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { approveBill, billsFor, billStatus, billTotals, reckonLine, writeOff, type BillFacts } from '../../shared/domain/bill.ts';
import { refusalOf } from '../support/refusal-of.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const at = '2026-11-02T09:00:00.000Z';

const terms = (presentRates: [string, { amount: number; currency: string } | null][] = []) => {
  let count = 0;
  return {
    ...{ invoiceId: 'inv_1', jobId: 'job_1', billing: 'bls_1', date: '2026-11-02', currency: 'GBP', toXero: false, at },
    nextId: () => `bil_${(count += 1)}`,
    presentRates: new Map(presentRates),
  };
};

const time = (id: string, memberId: string, seconds: number, costRate?: { amount: number; currency: string } | null) => ({
  ...{ id, memberId, seconds },
  ...(costRate === undefined ? {} : { costRate }),
});

const only = (bills: readonly BillFacts[]): BillFacts => {
  const [bill] = bills;
  if (!bill || bills.length > 1) throw new Error(`There are ${bills.length} bills`);
  return bill;
};

describe('bills of an invoice', () => {
  test('there is one for each expert, with a line for each rate', () => {
    const bills = billsFor(
      [
        time('te_1', 'mem_a', 3600, gbp(4500)),
        time('te_2', 'mem_b', 1800, gbp(6000)),
        time('te_3', 'mem_a', 5400, gbp(4500)),
        time('te_4', 'mem_a', 60, gbp(5000)),
      ],
      terms(),
    );
    expect(bills.map(({ memberId, lines }) => [memberId, lines])).toEqual([
      [
        'mem_a',
        [
          { rate: gbp(4500), seconds: 9000, writtenOff: 0 },
          { rate: gbp(5000), seconds: 60, writtenOff: 0 },
        ],
      ],
      ['mem_b', [{ rate: gbp(6000), seconds: 1800, writtenOff: 0 }]],
    ]);
    expect(bills[0] && billTotals(bills[0])).toEqual({ seconds: 9060, writtenOff: 0, owed: 9060, total: gbp(11_334) });
  });

  test('hours and amount are rounded once each, a half up', () => {
    const line = { rate: gbp(3333), seconds: 1, writtenOff: 0 };
    // 1 s is 0.0003 h; 0.0003 × 33.33 is 0.009999, which is 1 penny.
    expect(reckonLine(line, { currency: 'GBP', toXero: false })).toEqual({ quantity: '0.0003', amount: gbp(1) });
    expect(reckonLine({ ...line, seconds: 5400, rate: gbp(1001) }, { currency: 'GBP', toXero: false }).amount).toEqual(gbp(1502));
  });

  test('an entry from before its cost was kept gets the rate that its expert has now', () => {
    const bill = only(
      billsFor([time('te_1', 'mem_a', 3600), time('te_2', 'mem_a', 600, gbp(4000))], terms([['mem_a', gbp(4500)]])),
    );
    expect(bill.lines).toEqual([
      { rate: gbp(4500), present: true, seconds: 3600, writtenOff: 0 },
      { rate: gbp(4000), seconds: 600, writtenOff: 0 },
    ]);
  });

  test('time of an expert without a cost rate is written off at once, and says why', () => {
    const bill = only(billsFor([time('te_1', 'mem_a', 3600, null), time('te_2', 'mem_a', 60)], terms()));
    expect(bill.currency).toBe('GBP');
    expect(billTotals(bill)).toEqual({ seconds: 3660, writtenOff: 3660, owed: 0, total: gbp(0) });
    expect(bill.writeOffs).toEqual([
      { seconds: 3600, reason: 'no-cost-rate', at, by: null },
      { seconds: 60, reason: 'no-cost-rate', at, by: null },
    ]);
  });

  test('an expert whose rate was in two currencies gets a bill in each', () => {
    const bills = billsFor(
      [time('te_1', 'mem_a', 3600, gbp(4500)), time('te_2', 'mem_a', 3600, { amount: 5000, currency: 'EUR' })],
      terms(),
    );
    expect(bills.map((bill) => billTotals(bill).total)).toEqual([gbp(4500), { amount: 5000, currency: 'EUR' }]);
  });

  test('whether it stands follows from its invoice', () => {
    const bill = { billing: 'bls_1', state: 'open' } as const;
    expect(billStatus(bill, { status: 'issued', billing: 'bls_1' })).toBe('open');
    expect(billStatus(bill, { status: 'voiding', billing: 'bls_1' })).toBe('open');
    expect(billStatus({ ...bill, state: 'payable' }, { status: 'paid', billing: 'bls_1' })).toBe('payable');
    expect(billStatus(bill, { status: 'void', billing: 'bls_1' })).toBe('void');
    expect(billStatus(bill, { status: 'draft', billing: 'bls_1' })).toBe('void');
    expect(billStatus(bill, { status: 'issued', billing: 'bls_2' })).toBe('void');
    expect(billStatus(bill, { status: 'paid' })).toBe('void');
  });
});

const why = { reason: 'Rework of our own making', at, by: 'mem_f' };

describe('writing off', () => {
  const bill = only(billsFor([time('te_1', 'mem_a', 3600, gbp(6000)), time('te_2', 'mem_a', 3600, gbp(4500))], terms()));

  test('takes the lowest rate first', () => {
    const after = writeOff(bill, { seconds: 5400 }, why);
    expect(after.lines.map(({ writtenOff }) => writtenOff)).toEqual([1800, 3600]);
    expect(after.writeOffs).toEqual([{ seconds: 5400, ...why }]);
    expect(billTotals(after).total).toEqual(gbp(3000));
  });

  test('takes entries from the line that bills them, once', () => {
    const entry = time('te_1', 'mem_a', 3600, gbp(6000));
    const after = writeOff(bill, { timeEntries: [entry] }, why);
    expect(after.lines.map(({ writtenOff }) => writtenOff)).toEqual([3600, 0]);
    expect(after.writeOffs).toEqual([{ seconds: 3600, ...why, timeEntryIds: ['te_1'] }]);
    expect(refusalOf(() => writeOff(after, { timeEntries: [entry] }, why))).toMatchObject({ code: 'write-off-exceeds-bill' });
  });

  test('takes no more than is owed, and nothing from a bill that was approved', () => {
    expect(refusalOf(() => writeOff(bill, { seconds: 7201 }, why))).toMatchObject({
      code: 'write-off-exceeds-bill',
      facts: { owedSeconds: 7200 },
    });
    expect(refusalOf(() => writeOff(bill, { seconds: 0 }, why))).toMatchObject({ code: 'validation' });
    expect(refusalOf(() => writeOff(approveBill(bill, 'BILL-0001'), { seconds: 1 }, why))).toMatchObject({
      code: 'bill-not-open',
    });
  });

  test('approving gives the number, once', () => {
    const approved = approveBill(bill, 'BILL-0001');
    expect(approved).toMatchObject({ state: 'payable', number: 'BILL-0001' });
    expect(refusalOf(() => approveBill(approved, 'BILL-0002'))).toMatchObject({ code: 'bill-not-open' });
  });
});

/** The laws hold for whatever was worked, by whomever, at whatever rates, and in whatever order it is issued, written off and voided. */
describe('laws of bills', () => {
  const rate = fc.oneof(
    fc.constant(null),
    fc.constant(undefined),
    fc.record({ amount: fc.integer({ min: 0, max: 20_000 }), currency: fc.constantFrom('GBP', 'EUR', 'JPY') }),
  );
  const worked = fc
    .array(
      fc.record({
        memberId: fc.constantFrom('mem_a', 'mem_b', 'mem_c'),
        seconds: fc.integer({ min: 1, max: 86_400 }),
        costRate: rate,
      }),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((entries) =>
      entries.map(({ costRate, ...entry }, place) => time(`te_${place}`, entry.memberId, entry.seconds, costRate)),
    );
  const rates = fc.array(fc.tuple(fc.constantFrom('mem_a', 'mem_b'), fc.constant(gbp(4100))), { maxLength: 2 });
  const step = fc.oneof(
    fc.record({ do: fc.constant('seconds' as const), bill: fc.nat(5), seconds: fc.integer({ min: 1, max: 90_000 }) }),
    fc.record({ do: fc.constant('entry' as const), bill: fc.nat(5), entry: fc.nat(11) }),
    fc.record({ do: fc.constant('void' as const) }),
    fc.record({ do: fc.constant('issue' as const) }),
  );

  test('on live invoices is as much as on their bills and written off, in raw seconds, at all times', () => {
    fc.assert(
      fc.property(worked, rates, fc.array(step, { maxLength: 20 }), (entries, present, steps) => {
        let issues = 1;
        let invoice: { status: 'issued' | 'void'; billing: string } = { status: 'issued', billing: 'bls_1' };
        let bills = billsFor(entries, terms(present));
        const raw = entries.reduce((total, { seconds }) => total + seconds, 0);
        const holds = () => {
          const standing = bills.filter((bill) => billStatus(bill, invoice) !== 'void');
          const sums = standing.map(billTotals);
          const noted = standing.flatMap(({ writeOffs }) => writeOffs).reduce((total, { seconds }) => total + seconds, 0);
          expect(sums.reduce((total, { owed, writtenOff }) => total + owed + writtenOff, 0)).toBe(
            invoice.status === 'issued' ? raw : 0,
          );
          expect(sums.reduce((total, { writtenOff }) => total + writtenOff, 0)).toBe(noted);
          for (const { owed, total } of sums) {
            expect(owed).toBeGreaterThanOrEqual(0);
            expect(total.amount).toBeGreaterThanOrEqual(0);
          }
        };
        holds();
        for (const one of steps) {
          const standing = bills.filter((bill) => billStatus(bill, invoice) !== 'void');
          if (one.do === 'void') invoice = { ...invoice, status: 'void' };
          else if (one.do === 'issue') {
            issues += 1;
            invoice = { status: 'issued', billing: `bls_${issues}` };
            bills = [...bills, ...billsFor(entries, { ...terms(present), billing: invoice.billing })];
          } else if (standing.length > 0) {
            const bill = standing[one.bill % standing.length] as BillFacts;
            const entry = entries[one.do === 'entry' ? one.entry % entries.length : 0];
            const asked = one.do === 'seconds' ? { seconds: one.seconds } : { timeEntries: entry ? [entry] : [] };
            let after = bill;
            try {
              after = writeOff(bill, asked, why);
            } catch (error) {
              expect(error).toMatchObject({ code: 'write-off-exceeds-bill' });
            }
            bills = bills.map((kept) => (kept === bill ? after : kept));
          }
          holds();
        }
      }),
      { numRuns: 300 },
    );
  });
});
