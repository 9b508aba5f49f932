import { describe, expect, test } from '@jest/globals';
import { parseForm } from '../../../infra/local/stripe/form.ts';

describe('bracket notation', () => {
  test.each([
    ['', {}],
    ['a=1', { a: '1' }],
    ['a=', { a: '' }],
    ['a', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=1+2%2B3', { a: '1 2+3' }],
    ['a[b]=1&a[c]=2', { a: { b: '1', c: '2' } }],
    ['a%5Bb%5D=1', { a: { b: '1' } }],
    ['a[0][b]=1&a[1][b]=2', { a: { 0: { b: '1' }, 1: { b: '2' } } }],
    ['a[]=1&a[]=2', { a: { 0: '1', 1: '2' } }],
    ['created[gte]=5', { created: { gte: '5' } }],
    ['name=%E2%84%96%20caf%C3%A9', { name: '№ café' }],
  ])('%s', (encoded, expected) => {
    expect(parseForm(encoded)).toEqual(expected);
  });

  test.each([
    ['a=1&a=2'],
    ['a=1&a[b]=2'],
    ['a[b]=1&a=2'],
    ['a[b=1'],
    ['a]b=1'],
    ['a[b]c=1'],
    ['[a]=1'],
    ['=1'],
    ['a=1&&b=2'],
    ['a=%zz'],
    ['a=%'],
    ['a=%ff'],
    ['__proto__[x]=1'],
    ['a[__proto__]=1'],
    ['a[constructor][prototype]=1'],
    ['a[1][2][3][4][5][6][7][8]=1'],
  ])('refuses %s', (encoded) => {
    expect(() => parseForm(encoded)).toThrow();
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});
