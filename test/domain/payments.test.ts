import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { PaymentFact } from '../../shared/domain/payments.ts';
import { belongsInXero, overpaidBy, paymentFaults, paymentState, requireReceived } from '../../shared/domain/payments.ts';
import { refusedPaths } from '../support/refusal-of.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const came: PaymentFact = { kind: 'succeeded', amount: gbp(10_000) };
const refund = (refundId: string, amount: number): PaymentFact => ({ kind: 'refunded', refundId, amount: gbp(amount) });
const dispute = (disputeId: string): PaymentFact => ({ kind: 'dispute-opened', disputeId, amount: gbp(10_000) });

describe('the state of a payment', () => {
  test.each<[string, PaymentFact[], string, number]>([
    ['nothing known', [], 'processing', 0],
    ['on its way', [{ kind: 'processing', attempt: 'a' }], 'processing', 0],
    ['failed', [{ kind: 'failed', attempt: 'a' }], 'failed', 0],
    [
      'on its way, then failed',
      [
        { kind: 'processing', attempt: 'a' },
        { kind: 'failed', attempt: 'a' },
      ],
      'failed',
      0,
    ],
    [
      'failed, and tried again',
      [
        { kind: 'failed', attempt: 'a' },
        { kind: 'processing', attempt: 'b' },
      ],
      'processing',
      0,
    ],
    ['failed, then arrived', [{ kind: 'failed', attempt: 'a' }, came], 'succeeded', 10_000],
    ['arrived, said by three events', [came, came, came], 'succeeded', 10_000],
    ['refunded in part', [came, refund('r1', 2_500)], 'succeeded', 7_500],
    ['the same refund told twice', [came, refund('r1', 2_500), refund('r1', 2_500)], 'succeeded', 7_500],
    ['refunded in two parts', [came, refund('r1', 2_500), refund('r2', 7_500)], 'refunded', 0],
    ['a refund that failed later', [came, refund('r1', 10_000), { kind: 'refund-failed', refundId: 'r1' }], 'succeeded', 10_000],
    ['disputed', [came, dispute('d1')], 'disputed', 0],
    ['a dispute that was won', [came, dispute('d1'), { kind: 'dispute-won', disputeId: 'd1' }], 'succeeded', 10_000],
    ['a dispute that was lost', [came, dispute('d1'), { kind: 'dispute-lost', disputeId: 'd1' }], 'disputed', 0],
    ['refunded and disputed: never below nothing', [came, refund('r1', 5_000), dispute('d1')], 'disputed', 0],
    ['a cent disputed', [came, { kind: 'dispute-opened', disputeId: 'd1', amount: gbp(1) }], 'disputed', 9_999],
    ['a cent that was refunded', [{ kind: 'succeeded', amount: gbp(1) }, refund('r1', 1)], 'refunded', 0],
    ['nothing was asked for', [{ kind: 'succeeded', amount: gbp(0) }], 'succeeded', 0],
    ['a cent is left', [came, refund('r1', 9_999)], 'succeeded', 1],
    ['F39: a refund known before the arrival', [refund('r1', 2_500)], 'processing', 0],
    ['F42: two different amounts', [came, { kind: 'succeeded', amount: gbp(9_999) }], 'parked', 0],
    ['F42: another currency', [{ kind: 'succeeded', amount: { amount: 10_000, currency: 'USD' } }], 'parked', 0],
  ])('%s', (_name, facts, status, counts) => {
    expect(paymentState('GBP', facts)).toMatchObject({ status, counts: gbp(counts) });
  });

  test('shows what arrived and what went back', () => {
    expect(paymentState('GBP', [came, refund('r1', 2_500)])).toEqual({
      status: 'succeeded',
      amount: gbp(10_000),
      refunded: gbp(2_500),
      disputed: gbp(0),
      counts: gbp(7_500),
    });
  });

  test('F39: law: order and repetition do not matter', () => {
    const fact = fc.constantFrom<PaymentFact>(
      came,
      { kind: 'processing', attempt: 'a' },
      { kind: 'processing', attempt: 'b' },
      { kind: 'failed', attempt: 'a' },
      { kind: 'failed', attempt: 'b' },
      refund('r1', 2_500),
      refund('r1', 2_400),
      refund('r2', 10_000),
      { kind: 'refund-failed', refundId: 'r2' },
      dispute('d1'),
      { kind: 'dispute-won', disputeId: 'd1' },
      { kind: 'dispute-lost', disputeId: 'd1' },
      { kind: 'succeeded', amount: gbp(9_999) },
    );
    const shuffled = fc
      .array(fact, { maxLength: 10 })
      .chain((facts) =>
        fc.tuple(
          fc.constant(facts),
          fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2, maxLength: facts.length * 2 }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([facts, again]) => {
        expect(paymentState('GBP', again)).toEqual(paymentState('GBP', facts));
      }),
    );
  });
});

describe('F42: money is right when amount, currency and mode are', () => {
  const asked = { amount: gbp(10_000), live: true };
  test.each([
    [{ amount: gbp(10_000), live: true }, []],
    [{ amount: gbp(9_999), live: true }, ['amount']],
    [{ amount: { amount: 10_000, currency: 'EUR' }, live: true }, ['currency']],
    [{ amount: gbp(10_000), live: false }, ['mode']],
    [{ amount: gbp(1), live: false }, ['mode', 'amount']],
  ])('%j: %j', (got, faults) => {
    expect(paymentFaults(asked, got)).toEqual(faults);
  });
});

describe('F43: paid twice', () => {
  test.each([
    [10_000, [], 10_000, 0],
    [10_000, [10_000], 10_000, 10_000],
    [10_000, [4_000], 10_000, 4_000],
    [10_000, [15_000], 10_000, 10_000],
    [10_000, [4_000], 6_000, 0],
    [10_000, [4_000], 6_001, 1],
    [10_000, [9_999], 1, 0],
  ])('of %i, beside %j, %i is %i too much', (total, others, counts, expected) => {
    expect(overpaidBy(gbp(total), others.map(gbp), gbp(counts))).toEqual(gbp(expected));
  });
});

describe('a payment recorded by hand', () => {
  test.each(['2000-01-01', '2026-11-19', '2026-11-20'])('may have been received on %s', (on) => {
    expect(requireReceived(on, '2026-11-20')).toBeUndefined();
  });
  test.each(['2026-11-21', '2027-01-01'])('not on %s', (on) => {
    expect(refusedPaths(() => requireReceived(on, '2026-11-20'))).toEqual(['receivedOn']);
  });
});

describe('what gets to Xero', () => {
  const payment = { counts: gbp(100), origin: 'stripe' as const };
  const invoice = { toXero: true, status: 'paid' };
  test.each([
    ['money that counts', payment, invoice, true],
    ['money that came by hand', { ...payment, origin: 'platform' as const }, { ...invoice, status: 'voiding' }, true],
    ['what comes from there', { ...payment, origin: 'xero' as const }, invoice, false],
    ['what counts nothing', { ...payment, counts: gbp(0) }, invoice, false],
    ['of an invoice that is not there', payment, { ...invoice, toXero: false }, false],
    ['of one that is void there', payment, { ...invoice, status: 'void' }, false],
  ])('%s', (_, paid, on, expected) => {
    expect(belongsInXero(paid, on)).toBe(expected);
  });
});
