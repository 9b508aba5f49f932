import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The list: each fault's number and the tests that prove it. */
const listed = new Map(
  [...read('docs/faults.md').matchAll(/^\| (F\d+) .*\|([^|]*)\|$/gm)].map(([, number, provedBy]) => [
    number as string,
    [...(provedBy as string).matchAll(/`([^`]+)`/g)].map(([, path]) => path as string),
  ]),
);

const numbersIn = (text: string): string[] => [...text.matchAll(/\bF\d+\b/g)].map(([number]) => number);

/** Texts of a test file that name a test or a group: the first argument of test, describe and each, and the rows of each. */
const titlesIn = (code: string): string[] =>
  [...code.matchAll(/(?:\b(?:test|it|describe)\(|\)\(|\[)\s*(?:'((?:[^'\\\n]|\\.)*)'|`([^`]*)`)/g)].map(
    ([, plain, template]) => plain ?? template ?? '',
  );

const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => ({ path: join('test', name), titles: titlesIn(read(join('test', name))) }));

describe('the list of faults', () => {
  test('has every number from F1 to F92 once, in order', () => {
    expect(read('docs/faults.md').match(/^\| F\d+ /gm)).toHaveLength(92);
    expect([...listed.keys()]).toEqual(Array.from({ length: 92 }, (_, place) => `F${place + 1}`));
  });

  test('holds every fault that a test names', () => {
    const unknown = tests.flatMap(({ path, titles }) =>
      titles.flatMap(numbersIn).flatMap((number) => (listed.has(number) ? [] : `${path} names ${number}`)),
    );
    expect(unknown).toEqual([]);
  });

  test('names only tests that are there and name the fault', () => {
    const wrong = [...listed].flatMap(([number, paths]) =>
      paths.flatMap((path) => {
        if (!existsSync(join(root, path))) return `${number}: ${path} is not there`;
        return titlesIn(read(path)).flatMap(numbersIn).includes(number) ? [] : `${number}: ${path} does not name it`;
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('reads titles wherever they stand', () => {
    const code =
      "describe('F1: a', () => {\n  test.each([\n    [\n      'F2: b', 1],\n  ])('%s (F3)', () => {});\n  test(\n    `F4: ${c}`);";
    expect(titlesIn(code).flatMap(numbersIn)).toEqual(['F1', 'F2', 'F3', 'F4']);
  });
});
