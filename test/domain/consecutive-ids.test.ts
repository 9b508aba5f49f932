import { describe, expect, test } from '@jest/globals';
import { consecutiveIds, idAfter } from '../../shared/domain/consecutive-ids.ts';

describe('ids in a row', () => {
  test('begin with the first and go on in order', () => {
    const next = consecutiveIds('lin_01K9ZZZZZZZZZZZZZZZZZZZZY8');
    expect([next(), next(), next()]).toEqual([
      'lin_01K9ZZZZZZZZZZZZZZZZZZZZY8',
      'lin_01K9ZZZZZZZZZZZZZZZZZZZZY9',
      'lin_01K9ZZZZZZZZZZZZZZZZZZZZYA',
    ]);
  });

  test('carry over', () => {
    expect(idAfter('lin_01K9ZZZZZZZZZZZZZZZZZZZZZZ')).toBe('lin_01KA0000000000000000000000');
  });

  test('stay as many as there are lines', () => {
    const next = consecutiveIds('lin_01K9MMMMMMMMMMMMMMMMMMMMMM');
    const ids = Array.from({ length: 2000 }, next);
    expect(new Set(ids).size).toBe(2000);
    expect([...ids].sort()).toEqual(ids);
  });

  test('end where no id is left', () => {
    expect(() => idAfter('lin_ZZ')).toThrow(RangeError);
  });
});
