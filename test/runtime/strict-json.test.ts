import { describe, expect, test } from '@jest/globals';
import { BadJson, parseStrictJson } from '../../shared/runtime/strict-json.ts';

const refusal = (text: string): { message: string; path: string } => {
  try {
    parseStrictJson(text);
  } catch (error) {
    if (error instanceof BadJson) return { message: error.message, path: error.path };
    throw error;
  }
  throw new Error('was taken');
};

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const list = (elements: number): string => `[${Array.from({ length: elements }, () => '1').join(',')}]`;

describe('what is taken', () => {
  test.each([
    ['{"a":1,"b":{"a":2}}', { a: 1, b: { a: 2 } }],
    ['[{"a":1},{"a":1}]', [{ a: 1 }, { a: 1 }]],
    ['{"text":"{\\"a\\":1,\\"a\\":2} [[["}', { text: '{"a":1,"a":2} [[[' }],
    ['"a\\\\"', 'a\\'],
    ['{"a" : "x" , "b":"a"}', { a: 'x', b: 'a' }],
    ['"😀"', '😀'],
    ['"\\ud83d\\ude00"', '😀'],
    ['1e308', 1e308],
    ['null', null],
  ])('%s', (text, value) => {
    expect(parseStrictJson(text)).toEqual(value);
  });

  test('32 levels and 20,000 elements', () => {
    expect(() => parseStrictJson(nested(32))).not.toThrow();
    expect(parseStrictJson(list(20_000))).toHaveLength(20_000);
  });
});

describe('F86: what is refused', () => {
  test.each([
    ['nesting of depth 1000', nested(1000), 'is nested deeper than 32 levels'],
    ['objects of depth 1000', '{"a":'.repeat(1000) + '1' + '}'.repeat(1000), 'is nested deeper than 32 levels'],
    ['33 levels', nested(33), 'is nested deeper than 32 levels'],
    ['100,000 elements', list(100_000), 'has more than 20000 elements'],
    ['100,000 keys', `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":1`).join(',')}}`, 'has more than 20000 elements'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'has a key that is not allowed'],
    ['__proto__, escaped', '{"\\u005f_proto__":{"admin":true}}', 'has a key that is not allowed'],
    ['__proto__, deep', '{"a":[{"__proto__":1}]}', 'has a key that is not allowed'],
    ['a key twice', '{"amount":1,"amount":2}', 'has the same key twice in one object'],
    ['a key twice, once escaped', '{"amount":1,"\\u0061mount":2}', 'has the same key twice in one object'],
    ['a key twice, with blanks', '{"a" :1,"b":{"a":1},"a"\n:2}', 'has the same key twice in one object'],
    ['no JSON', '{"a":NaN}', 'is not valid JSON'],
    ['two values', '{} {}', 'is not valid JSON'],
    ['nothing', ' ', 'is not valid JSON'],
    ['a broken key', '{"\\x":1}', 'is not valid JSON'],
    ['an open string', '{"a', 'is not valid JSON'],
  ])('%s', (_what, text, message) => {
    expect(refusal(text)).toEqual({ message, path: '' });
  });

  test.each([
    ['1e309', '', 'is out of range'],
    ['{"durationSeconds":1e309}', 'durationSeconds', 'is out of range'],
    ['{"lines":[{"a":1},{"a":-1e999}]}', 'lines.1.a', 'is out of range'],
    ['{"description":"\\ud800"}', 'description', 'has a lone surrogate'],
    ['["ok","\\udc00\\ud800"]', '1', 'has a lone surrogate'],
    ['{"a":{"\\ud800":1}}', 'a', 'has a key with a lone surrogate'],
  ])('F9: %s is named by its place', (text, path, message) => {
    expect(refusal(text)).toEqual({ path, message });
  });

  test('refusing changes no prototype', () => {
    refusal('{"__proto__":{"polluted":true}}');
    expect(parseStrictJson('{"constructor":{"prototype":{"polluted":true}}}')).toBeDefined();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a megabyte of quotes that never close is read once, not once for each of them', () => {
    expect(refusal(`"${'\\"'.repeat(500_000)}`).message).toBe('is not valid JSON');
    expect(refusal(`{"a":"${'\\"'.repeat(450_000)}}`).message).toBe('is not valid JSON');
  }, 5_000);
});
