import { describe, expect, test } from '@jest/globals';
import { compareCredit, type CreditThere } from '../../shared/domain/compare-credit.ts';
import type { DocumentHere } from '../../shared/domain/compare-document.ts';

const here: DocumentHere & { invoiceThere: string | null } = {
  ...{ subject: 'credit-note', id: 'cn_1', number: 'CN-0001', numberThere: 'CN-0001', status: 'issued', isOff: false },
  ...{ currency: 'GBP', date: '2026-11-20', dueDate: null, partyName: 'Harbour Bakery', isOurContact: () => true },
  ...{ lines: null, invoiceThere: 'invoice' },
};
const there = (foreign: bigint, missing: bigint): CreditThere => ({
  ...{ creditNoteId: 'note', number: 'CN-0001', reference: 'cn_1', status: 'AUTHORISED', contactId: 'c', contactName: 'C' },
  ...{ currency: 'GBP', date: '2026-11-20', dueDate: null, subtotal: 0n, tax: 0n, total: 0n, lines: [], allocations: [] },
  ...{ foreignRefunds: foreign === 0n ? [] : [{ amount: foreign }], missingRefunds: missing },
});

describe('refunds of a credit note', () => {
  test.each([
    ['that stand there as booked', 0n, 0n, []],
    ['of which one was recorded there', 5000n, 0n, [['nothing', 'GBP 50.00']]],
    ['of which one was taken back there', 0n, 5000n, [['GBP 50.00', 'nothing']]],
    ['of which one was made anew there', 5000n, 5000n, []],
    ['of which one was made anew there with less', 2000n, 5000n, [['GBP 30.00', 'nothing']]],
    ['of which one was made anew there with more', 6000n, 5000n, [['nothing', 'GBP 10.00']]],
  ])('%s', (_what, foreign, missing, expected) => {
    const found = compareCredit(here, there(foreign, missing));
    expect(found.map(({ ours, theirs }) => [ours, theirs])).toEqual(expected);
    expect(found.every(({ kind, subject }) => kind === 'payment' && subject === 'credit-note')).toBe(true);
  });
});
