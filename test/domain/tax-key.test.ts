import { describe, expect, test } from '@jest/globals';
import { rateOfTaxKey, taxKey } from '../../shared/domain/tax-key.ts';

describe('the key of a tax rule', () => {
  test.each([
    [{ rule: 'domestic', rate: '0.2' }, 'domestic:0.2'],
    [{ rule: 'domestic', rate: '0.200' }, 'domestic:0.2'],
    [{ rule: 'domestic', rate: '0' }, 'domestic:0'],
    [{ rule: 'registered-abroad', rate: '0.19' }, 'registered-abroad:0.19'],
    [{ rule: 'reverse-charge', rate: '0' }, 'reverse-charge'],
    [{ rule: 'export', rate: '0' }, 'export'],
    [{ rule: 'exempt', rate: '0' }, 'exempt'],
    [{ rule: 'not-registered', rate: '0' }, 'not-registered'],
  ] as const)('of %p is %s', (rule, key) => {
    expect(taxKey(rule)).toBe(key);
  });
});

describe('the rate of a key', () => {
  test.each([
    ['domestic:0.2', '0.2'],
    ['domestic:0.14975', '0.14975'],
    ['registered-abroad:0.19', '0.19'],
    ['export', '0'],
    ['domestic:1', '1'],
    ['domestic', undefined],
    ['export:0.2', undefined],
    ['domestic:20', undefined],
    ['domestic:0.1234567', undefined],
    ['domestic:0.2:x', undefined],
    ['domestic:-0.2', undefined],
    ['anything', undefined],
    ['', undefined],
  ])('%s is %s', (key, rate) => {
    expect(rateOfTaxKey(key)).toBe(rate);
  });
});
