import { describe, expect, test } from '@jest/globals';
import {
  isOnItsWay,
  judgeQuoteThere,
  nextQuoteStatus,
  quoteNumberThere,
  quoteStatusWanted,
} from '../../shared/domain/quote-in-xero.ts';

describe('a quote in Xero', () => {
  test.each([
    ['draft', undefined],
    ['sent', 'SENT'],
    ['accepted', 'ACCEPTED'],
    ['invoiced', 'INVOICED'],
    ['declined', 'DECLINED'],
    ['withdrawn', 'DELETED'],
    ['superseded', 'DELETED'],
  ] as const)('%s here is %s there', (here, there) => {
    expect(quoteStatusWanted(here)).toBe(there);
  });

  test.each([
    ['DRAFT', 'SENT', 'SENT'],
    ['DRAFT', 'INVOICED', 'SENT'],
    ['SENT', 'INVOICED', 'ACCEPTED'],
    ['ACCEPTED', 'INVOICED', 'INVOICED'],
    ['SENT', 'DECLINED', 'DECLINED'],
    ['DRAFT', 'DELETED', 'DELETED'],
    ['SENT', 'DELETED', 'DELETED'],
    ['DECLINED', 'DELETED', 'DELETED'],
    ['SENT', 'SENT', undefined],
    // Nobody's answer is taken back.
    ['DECLINED', 'INVOICED', undefined],
    ['ACCEPTED', 'DECLINED', undefined],
    ['INVOICED', 'SENT', undefined],
    ['DELETED', 'SENT', undefined],
    ['SOMETHING', 'SENT', undefined],
  ] as const)('from %s to %s the next step is %s', (from, to, next) => {
    expect(nextQuoteStatus(from, to)).toBe(next);
    expect(isOnItsWay(from, to)).toBe(next !== undefined || String(from) === String(to));
  });

  test.each([
    ['sent', 'sent', 'ACCEPTED', 'SENT', 'accepted'],
    ['sent', 'sent', 'DECLINED', 'SENT', 'declined'],
    ['expired', 'sent', 'ACCEPTED', 'SENT', 'differs'],
    ['sent', 'sent', 'SENT', 'SENT', 'same'],
    ['sent', 'sent', 'DRAFT', null, 'same'],
    ['sent', 'sent', 'DRAFT', 'SENT', 'differs'],
    ['sent', 'sent', 'INVOICED', 'SENT', 'differs'],
    ['sent', 'sent', 'DELETED', 'SENT', 'differs'],
    ['invoiced', 'invoiced', 'SENT', 'SENT', 'same'],
    ['invoiced', 'invoiced', 'ACCEPTED', 'ACCEPTED', 'same'],
    ['invoiced', 'invoiced', 'SENT', 'INVOICED', 'differs'],
    ['invoiced', 'invoiced', 'DECLINED', 'SENT', 'differs'],
    ['declined', 'declined', 'ACCEPTED', 'SENT', 'differs'],
    ['withdrawn', 'withdrawn', 'DELETED', 'DELETED', 'same'],
    ['draft', 'draft', 'SENT', null, 'same'],
  ] as const)('%s here (stored %s), %s there, told %s: %s', (shown, stored, there, told, judged) => {
    expect(judgeQuoteThere(shown, { stored, there, told })).toBe(judged);
  });

  test('its later versions have numbers of their own there', () => {
    expect([quoteNumberThere('QU-0007', 1), quoteNumberThere('QU-0007', 3)]).toEqual(['QU-0007', 'QU-0007 v3']);
  });
});
