import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromColumns, toColumns } from '../../shared/store/columns.ts';

describe('things that are stored in columns', () => {
  test('come back as they were, whatever they are', () => {
    const shape = fc.record({
      id: fc.string(),
      same: fc.constant({ mode: 'none' }),
      ids: fc.array(fc.string(), { maxLength: 2 }),
      amount: fc.oneof(fc.record({ amount: fc.integer(), currency: fc.constantFrom('GBP', 'JPY') }), fc.constant(null)),
    });
    fc.assert(
      fc.property(fc.oneof(fc.array(shape), fc.array(fc.jsonValue())), (values) => {
        const stored = JSON.parse(JSON.stringify(toColumns(values))) as ReturnType<typeof toColumns>;
        expect(fromColumns(stored)).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  test('write once what all share, and how their ids begin', () => {
    const rows = [
      { id: 'lin_01A', unit: 'hour', entries: ['te_1'] },
      { id: 'lin_01B', unit: 'hour', entries: ['te_2'] },
    ];
    expect(toColumns(rows)).toEqual([
      '{',
      [
        ['id', ['^', 'lin_01', 7, 'AB']],
        ['unit', ['=', 'hour', 2]],
        ['entries', ['1', ['^', 'te_', 4, '12']]],
      ],
    ]);
  });

  test('one thing has no repetition to save and comes back alike', () => {
    expect(fromColumns(toColumns([{ id: 'lin_01A' }]))).toEqual([{ id: 'lin_01A' }]);
    expect(fromColumns(toColumns([]))).toEqual([]);
  });
});
