import { describe, expect, test } from '@jest/globals';
import { netOfParts, partsOfPayout, type BalanceMove } from '../../shared/domain/payout.ts';

const move = (type: string, category: string, amount: number, fee = 0, source: string | null = 'x_1'): BalanceMove => ({
  ...{ type, category, amount, fee, source },
});

describe('what a payout is made of', () => {
  test('charges, a refund, a dispute with its fee, and fees of their own', () => {
    const parts = partsOfPayout('po_1', [
      move('charge', 'charge', 12_000, 200),
      move('payment', 'charge', 5_000, 95),
      move('refund', 'refund', -3_000),
      move('adjustment', 'dispute', -5_000, 1_500),
      move('stripe_fee', 'fee', -40),
      move('payout', 'payout', -7_165, 0, 'po_1'),
    ]);
    expect(parts).toEqual({ charges: 17_000, refunds: -3_000, disputes: -5_000, other: 0, fees: 1_835 });
    expect(netOfParts(parts)).toBe(7_165);
  });

  test('a refund that failed and a dispute that was won come back to where they were taken from', () => {
    const parts = partsOfPayout('po_1', [
      move('refund', 'refund', -3_000),
      move('refund_failure', 'refund_failure', 3_000),
      move('adjustment', 'dispute', -5_000, 1_500),
      move('adjustment', 'dispute_reversal', 5_000, -1_500),
    ]);
    expect(parts).toEqual({ charges: 0, refunds: 0, disputes: 0, other: 0, fees: 0 });
  });

  test('an earlier payout that came back is something else; what is taken for paying out is a fee', () => {
    const parts = partsOfPayout('po_2', [
      move('payout_failure', 'payout_reversal', 900, 0, 'po_1'),
      move('payout', 'payout', -890, 10, 'po_2'),
    ]);
    expect(parts).toEqual({ charges: 0, refunds: 0, disputes: 0, other: 900, fees: 10 });
    expect(netOfParts(parts)).toBe(890);
  });

  test('more refunds than charges are a payout below nothing', () => {
    const parts = partsOfPayout('po_1', [move('charge', 'charge', 1_000, 35), move('refund', 'refund', -4_000)]);
    expect(netOfParts(parts)).toBe(-3_035);
  });

  test('of nothing it is nothing', () =>
    expect(partsOfPayout('po_1', [])).toEqual({ charges: 0, refunds: 0, disputes: 0, other: 0, fees: 0 }));
});
