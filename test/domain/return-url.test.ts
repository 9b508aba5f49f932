import { describe, expect, test } from '@jest/globals';
import { returnUrl } from '../../shared/domain/return-url.ts';
import { refusedPaths } from '../support/refusal-of.ts';

const allowed = ['https://app.example.com/console', 'http://localhost:5173'];

describe('where a browser is sent back to', () => {
  test('the first address, if nobody says', () => {
    expect(returnUrl(allowed)).toBe('https://app.example.com/console');
  });

  test.each([
    'https://app.example.com/console',
    'https://app.example.com/console/',
    'https://app.example.com/console/invoices/inv_1?tab=payments#top',
    'http://localhost:5173/anything',
  ])('%s is taken as it is', (asked) => {
    expect(returnUrl(allowed, asked)).toBe(asked);
  });

  test.each([
    'https://app.example.com/',
    'https://app.example.com/consoles',
    'https://app.example.com/console/../admin',
    'https://app.example.com/console%2F..%2Fadmin/../..',
    'https://app.example.com.evil.com/console',
    'https://evil.com/https://app.example.com/console',
    'https://app.example.com:8443/console',
    'http://app.example.com/console',
    'https://evil@app.example.com/console',
    'https://:evil@app.example.com/console',
    '//app.example.com/console',
    'javascript:alert(1)',
    'console',
    '',
  ])('%s is refused', (asked) => {
    expect(refusedPaths(() => returnUrl(allowed, asked))).toEqual(['returnUrl']);
  });

  test('without any allowed address nothing works', () => {
    expect(() => returnUrl([])).toThrow('No address');
  });
});
