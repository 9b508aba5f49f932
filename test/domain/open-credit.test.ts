import { describe, expect, test } from '@jest/globals';
import { creditNoteOf, givingBackId, moveCovers, type OpenCredit } from '../../shared/domain/open-credit.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const part = (creditNoteId: string, amount: number): OpenCredit => ({ creditNoteId, amount: gbp(amount) });
const open = [part('old', 2_400), part('new', 1_200)];

describe('what goes back while several credit notes stand open', () => {
  test('is for the oldest, where nobody said for which', () => {
    expect(moveCovers({ openCredits: open }, [], gbp(-3_000))).toEqual({
      credits: { openCredits: [part('new', 600)], creditRefunded: gbp(3_000) },
      covers: [part('old', 2_400), part('new', 600)],
    });
  });

  test('is for the one that it was said to be for, as far as that is open, and then for the oldest', () => {
    expect(moveCovers({ openCredits: open }, [], gbp(-1_200), [part('new', 1_200)])).toEqual({
      credits: { openCredits: [part('old', 2_400)], creditRefunded: gbp(1_200) },
      covers: [part('new', 1_200)],
    });
    expect(moveCovers({ openCredits: open }, [], gbp(-2_000), [part('new', 1_500)])).toEqual({
      credits: { openCredits: [part('old', 1_600)], creditRefunded: gbp(2_000) },
      covers: [part('new', 1_200), part('old', 800)],
    });
  });

  test('that went back for it before does not count again', () => {
    const covers = [part('new', 1_000)];
    const said = [part('new', 1_000), part('new', 300)];
    expect(moveCovers({ openCredits: open, creditRefunded: gbp(1_000) }, covers, gbp(-500), said)).toEqual({
      credits: { openCredits: [part('old', 2_200), part('new', 900)], creditRefunded: gbp(1_500) },
      covers: [part('new', 1_300), part('old', 200)],
    });
  });

  test('and comes back since it failed stands open on the one that it is not said to be for any more', () => {
    const covers = [part('new', 1_200), part('old', 400)];
    expect(moveCovers({ openCredits: [], creditRefunded: gbp(1_600) }, covers, gbp(1_200), [part('old', 400)])).toEqual({
      credits: { openCredits: [part('new', 1_200)], creditRefunded: gbp(400) },
      covers: [part('old', 400)],
    });
  });

  test('carries its credit note in our id of the refund', () => {
    const creditNoteId = 'cn_01KAK3V2M0000000000000000A';
    expect(creditNoteOf(givingBackId(creditNoteId, 'pay_01KAK3V2M0000000000000000B'))).toBe(creditNoteId);
    expect(['', 'rf_01KAK3V2M0000000000000000A', creditNoteId].map(creditNoteOf)).toEqual([undefined, undefined, undefined]);
  });
});
