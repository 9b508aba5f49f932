import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { advance, checkSeries, formatNumber, parseNumber, proposeSeries } from '../../shared/domain/series.ts';
import { refusedPaths } from '../support/refusal-of.ts';

const series = { prefix: 'INV-', digits: 4, next: 17 };

describe('numbers of a series', () => {
  test.each([
    [series, 'INV-0017'],
    [{ ...series, next: 12_345 }, 'INV-12345'],
    [{ prefix: '', digits: 1, next: 1 }, '1'],
    [{ prefix: '2026/', digits: 3, next: 1 }, '2026/001'],
    [{ prefix: 'x'.repeat(20), digits: 1, next: 7 }, 'xxxxxxxxxxxxxxxxxxxx7'],
  ])('%j gives %s', (one, text) => {
    expect(formatNumber(one)).toBe(text);
    expect(parseNumber(one, text)).toBe(one.next);
  });

  test.each(['INV-017', 'INV-00017', 'INV-0000', 'inv-0017', 'INV-0017 ', 'INV-', 'X-0017', 'INV-1e3', 'INV--017'])(
    '%s is none of it',
    (text) => {
      expect(parseNumber(series, text)).toBeUndefined();
    },
  );

  test('each next number is one more, up to the last', () => {
    expect(advance(series)).toEqual({ ...series, next: 18 });
    expect(refusedPaths(() => advance({ ...series, next: 999_999_999 }))).toEqual(['series.next']);
  });

  test.each([
    [{ ...series, prefix: 'A,B' }, 'series.prefix'],
    [{ ...series, prefix: 'x'.repeat(21) }, 'series.prefix'],
    [{ ...series, prefix: ' INV' }, 'series.prefix'],
    [{ ...series, prefix: 'INV\n-' }, 'series.prefix'],
    [{ ...series, prefix: 'A\uD83D-' }, 'series.prefix'],
    [{ ...series, digits: 0 }, 'series.digits'],
    [{ ...series, digits: 10 }, 'series.digits'],
    [{ ...series, digits: 1.5 }, 'series.digits'],
    [{ ...series, next: 0 }, 'series.next'],
    [{ ...series, next: Number.NaN }, 'series.next'],
    [{ ...series, next: 1e9 }, 'series.next'],
  ])('%j is refused at %s', (one, path) => {
    expect(refusedPaths(() => checkSeries(one))).toEqual([path]);
    expect(refusedPaths(() => checkSeries(one, 'numberSeries.invoice'))).toEqual([
      path.replace('series', 'numberSeries.invoice'),
    ]);
  });

  test('F21: law: different numbers are different texts, and each is read back', () => {
    const prefix = fc.constantFrom('INV-', '', '2026', 'A1', 'R-0');
    const next = fc.integer({ min: 1, max: 999_999_998 });
    fc.assert(
      fc.property(prefix, fc.integer({ min: 1, max: 9 }), next, (start, digits, number) => {
        const one = { prefix: start, digits, next: number };
        expect(parseNumber(one, formatNumber(one))).toBe(number);
        expect(formatNumber(advance(one))).not.toBe(formatNumber(one));
      }),
    );
  });
});

describe('a proposal from what was used before', () => {
  test.each([
    [['INV-0041', 'INV-0042', 'OLD-9'], { prefix: 'INV-', digits: 4, next: 43 }],
    [['1001', '1002'], { prefix: '', digits: 4, next: 1003 }],
    [['INV-0099', 'INV-100'], { prefix: 'INV-', digits: 3, next: 101 }],
    [['no number', ''], undefined],
    [['OLD-9000', 'INV-1', 'INV-2'], { prefix: 'INV-', digits: 1, next: 3 }],
    [['A-1', 'B-7'], { prefix: 'B-', digits: 1, next: 8 }],
    [[`${'x'.repeat(20)}1`], { prefix: 'x'.repeat(20), digits: 1, next: 2 }],
    [[`${'x'.repeat(21)}1`, 'A,1'], undefined],
    [[], undefined],
    [['INV-999999999'], undefined],
  ])('%j: %j', (used, expected) => {
    expect(proposeSeries(used)).toEqual(expected);
  });
});
