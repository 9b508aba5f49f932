import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { checkText, csvCell, csvRow, cutForXero } from '../../shared/domain/text.ts';
import { refusedPaths } from '../support/refusal-of.ts';

const as = (text: string, max = 5000) => checkText(text, { path: 'description', max });

describe('F27: text is kept as it was typed', () => {
  test.each([
    '',
    'x'.repeat(5000),
    '👩‍👩‍👧 שלום 你好',
    '<script>alert(1)</script>',
    '=cmd|"/c calc"!A1',
    'two\nlines\ttab',
    ' blanks ',
  ])('%#', (text) => {
    expect(as(text)).toBe(text);
  });

  test.each([
    ['NUL', 'a\0b'],
    ['half a pair', 'a\uD83D'],
    ['the other half', '\uDE00b'],
    ['one character too many', 'x'.repeat(5001)],
  ])('%s is refused', (_name, text) => {
    expect(refusedPaths(() => as(text))).toEqual(['description']);
  });
});

describe('F27: text for Xero', () => {
  test.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['eleven chars', 11, 'eleven cha…'],
    ['ends in  blanks', 9, 'ends in…'],
    ['👍👍👍', 6, '👍👍👍'],
    ['👍👍👍👍', 6, '👍👍…'],
    ['a\u0007b\u007Fc', 10, 'a b c'],
    ['a\r\n\tb', 10, 'a\r\n\tb'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%j to %i is %j', (text, max, expected) => {
    expect(cutForXero(text, max)).toBe(expected);
  });

  test('law: fits, is well-formed, and is the beginning of what was there', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 50 }), (text, max) => {
        const cut = cutForXero(text, max);
        expect(cut.length <= max && cut.isWellFormed()).toBe(true);
        const same = text.length <= max;
        expect(cut.endsWith('…') || same).toBe(true);
        if (same) expect(cut).toHaveLength(text.length);
      }),
    );
  });
});

describe('F27: cells of a spreadsheet', () => {
  test.each<[string | number, string]>([
    ['plain', 'plain'],
    ['=cmd', "'=cmd"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['＝1', "'＝1"],
    ['a=b', 'a=b'],
    ['say "hi", then', '"say ""hi"", then"'],
    ['=1,"2"', '"\'=1,""2"""'],
    ['two\nlines', '"two\nlines"'],
    ['a;b', '"a;b"'],
    ['', ''],
    [-1.5, '-1.5'],
    [0, '0'],
  ])('%j is %j', (value, expected) => {
    expect(csvCell(value)).toBe(expected);
  });

  test('a record ends its line', () => {
    expect(csvRow(['a', 'b,c', 3])).toBe('a,"b,c",3\r\n');
  });
});
