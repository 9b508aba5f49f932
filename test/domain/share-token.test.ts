import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  hashOfToken,
  isFreshNonce,
  isTokenOf,
  nonceFor,
  readShareToken,
  secretFrom,
  shareTokenOf,
} from '../../shared/domain/share-token.ts';

const place = { workspaceId: 'ws_01KAAAAAAAAAAAAAAAAAAAAAAA', documentId: 'quo_01KBBBBBBBBBBBBBBBBBBBBBBB' };
const secret = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_0';
const token = shareTokenOf(place, secret);
const now = '2026-11-21T10:00:00.000Z';

describe('the token of a link', () => {
  test('names where it leads, and hides the rest behind 43 characters', () => {
    expect(token).toBe(`01KAAAAAAAAAAAAAAAAAAAAAAA01KBBBBBBBBBBBBBBBBBBBBBBB${secret}`);
    expect(readShareToken(token, 'quo')).toEqual(place);
    expect(readShareToken(token, 'inv')).toEqual({ ...place, documentId: 'inv_01KBBBBBBBBBBBBBBBBBBBBBBB' });
  });

  test('is nothing else', () => {
    const wrong = [
      '',
      token.slice(1),
      `${token}A`,
      token.toLowerCase(),
      `8${token.slice(1)}`,
      `${token.slice(0, -1)}!`,
      `${token}\n`,
    ];
    for (const text of wrong) expect({ text, place: readShareToken(text, 'quo') }).toEqual({ text, place: undefined });
  });

  test('is known by its hash alone', () => {
    expect(hashOfToken('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
    expect(isTokenOf(token, hashOfToken(token))).toBe(true);
    expect(isTokenOf(token, null)).toBe(false);
    expect(isTokenOf(token, '')).toBe(false);
  });

  test('law: any other text is not the token', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('0', 'A', 'z', '-', '_'), (at, character) => {
        const other = token.slice(0, at) + character + token.slice(at + 1);
        expect(isTokenOf(other, hashOfToken(token))).toBe(other === token);
      }),
    );
  });

  test('can be made again from its seed and the request’s key, and from neither alone', () => {
    const made = secretFrom('seed', 'key');
    expect(made).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(secretFrom('seed', 'key')).toBe(made);
    expect(secretFrom('seed', 'other key')).not.toBe(made);
    expect(secretFrom('other seed', 'key')).not.toBe(made);
    expect(readShareToken(shareTokenOf(place, made), 'quo')).toEqual(place);
  });
});

describe('what a form carries', () => {
  const later = (ms: number): string => new Date(Date.parse(now) + ms).toISOString();
  const nonce = nonceFor(token, 3, now);

  test('is good for a day, to the millisecond, and never before the page was read', () => {
    const day = 86_400_000;
    expect(isFreshNonce(nonce, token, 3, now)).toBe(true);
    expect(isFreshNonce(nonce, token, 3, later(day))).toBe(true);
    expect(isFreshNonce(nonce, token, 3, later(day + 1))).toBe(false);
    expect(isFreshNonce(nonce, token, 3, later(-1))).toBe(false);
  });

  test('is good for its link and version only, and can’t be made younger', () => {
    expect(isFreshNonce(nonce, token, 4, now)).toBe(false);
    expect(isFreshNonce(nonce, `${token.slice(0, -1)}1`, 3, now)).toBe(false);
    const [, seal] = nonce.split('.');
    const younger = `${Date.parse(later(1000)).toString(36)}.${seal}`;
    expect(isFreshNonce(younger, token, 3, later(1000))).toBe(false);
    for (const text of ['', '.', nonce.slice(0, -1), `x${nonce}`, 'zzzzzzzzzzzzzzzzzzz.x', '!.x'])
      expect({ text, fresh: isFreshNonce(text, token, 3, now) }).toEqual({ text, fresh: false });
  });
});
