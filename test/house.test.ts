import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { functions } from '../infra/functions.ts';

const root = join(import.meta.dirname, '..');

interface Source {
  readonly path: string;
  readonly code: string;
  /** Files of the house, relative to its root. */
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');

const sources: readonly Source[] = ['infra', 'functions', 'shared'].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = join(top, name);
      const code = withoutComments(readFileSync(join(root, path), 'utf8'));
      const imported = [
        ...code.matchAll(/^(?:import|export)\b[^;'"]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm),
      ].map(([, one, two, three]) => (one ?? two ?? three) as string);
      const files = imported
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => normalize(join(dirname(path), specifier)));
      return { path, code, files, packages: imported.filter((specifier) => !specifier.startsWith('.')) };
    }),
);

const roomOf = (path: string): string =>
  path.startsWith('shared/') ? path.split('/').slice(0, 2).join('/') : (path.split('/')[0] as string);
const productCode = sources.filter(({ path }) => !path.startsWith('infra/'));

/** What each room may look into, besides itself. */
const mayImport: Record<string, readonly string[]> = {
  'shared/domain': [],
  'shared/api': ['shared/domain'],
  'shared/store': ['shared/domain'],
  'shared/xero': ['shared/domain'],
  'shared/stripe': ['shared/domain'],
  'shared/pdf': ['shared/domain'],
  'shared/runtime': ['shared/domain', 'shared/api'],
  functions: ['shared/domain', 'shared/api', 'shared/store', 'shared/xero', 'shared/stripe', 'shared/pdf', 'shared/runtime'],
};

describe('the import rule', () => {
  test('rooms look only where they may', () => {
    const wrong = productCode.flatMap(({ path, files }) =>
      files
        .filter((file) => roomOf(file) !== roomOf(path) && !mayImport[roomOf(path)]?.includes(roomOf(file)))
        .map((file) => `${path} → ${file}`),
    );
    expect(wrong).toEqual([]);
  });

  test('infra knows the routes and the shape of the table, and functions only as paths', () => {
    const known = ['shared/api/routes.ts', 'shared/api/route.ts', 'shared/store/table-shape.ts'];
    const wrong = sources
      .filter(({ path }) => path.startsWith('infra/'))
      .flatMap(({ path, files }) =>
        files.filter((file) => !file.startsWith('infra/') && !known.includes(file)).map((file) => `${path} → ${file}`),
      );
    expect(wrong).toEqual([]);
  });

  test('the domain needs nothing but small value libraries', () => {
    const allowed = ['zod', 'temporal-polyfill', 'sales-tax', 'node:crypto'];
    const wrong = sources.filter(
      ({ path, packages }) =>
        path.startsWith('shared/domain/') &&
        packages.some((name) => !allowed.includes(name.split('/')[0] as string) && !allowed.includes(name)),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('a use case is imported by its door and by nobody else', () => {
    const doors = sources.filter(({ path }) => /^functions\/\w+\/door\.ts$/.test(path));
    expect(doors.length).toBeGreaterThanOrEqual(5);
    const useCases = doors.flatMap(({ path, code, files }) => {
      const wired = [...(/useCases: \{([\s\S]*?)\n {4}\}/.exec(code)?.[1] ?? '').matchAll(/: (\w+)\(/g)].map(([, name]) => name);
      return files.filter(
        (file) =>
          dirname(file) === dirname(path) &&
          wired.some((name) => new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from './${file.split('/').pop()}'`).test(code)),
      );
    });
    const wrong = productCode
      .filter(({ path }) => !/\/(door|handler)\.ts$/.test(path))
      .flatMap(({ path, files }) => files.filter((file) => useCases.includes(file)).map((file) => `${path} → ${file}`));
    expect(wrong).toEqual([]);
  });
});

describe('what a function is bundled with', () => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  /** What runs of an import statement; types don't. */
  const runs = ({ code }: Source): Set<string> => {
    const values = [...code.matchAll(/^(?:import|export)\b(?! type\b)[^;'"]*?\bfrom '([^']+)'|^import '([^']+)'/gm)];
    return new Set(values.map(([, one, two]) => (one ?? two) as string));
  };
  const packagesOf = (entry: string): Set<string> => {
    const seen = new Set<string>([entry]);
    const packages = new Set<string>();
    for (const path of seen) {
      const source = byPath.get(path);
      for (const name of source ? runs(source) : [])
        if (name.startsWith('.')) seen.add(normalize(join(dirname(path), name)));
        else packages.add(name.split('/')[0] ?? '');
    }
    return packages;
  };

  test.each([
    ['stripe', 'stripe-app'],
    ['xero-node', 'xero-app'],
  ])('%s is held only by functions that call it', (sdk, need) => {
    const strays = functions.filter(
      ({ entry, needs }) => !(needs as readonly string[]).includes(need) && packagesOf(entry).has(sdk),
    );
    expect(strays.map(({ name }) => name)).toEqual([]);
    expect(functions.filter(({ entry }) => packagesOf(entry).has(sdk)).length).toBeGreaterThan(0);
  });
});

describe('the shape of the house', () => {
  test('imports never go in a circle', () => {
    const filesOf = new Map(sources.map(({ path, files }) => [path, files]));
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') return void circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      state.set(path, 'open');
      for (const file of filesOf.get(path) ?? []) visit(file, [...trail, path]);
      state.set(path, 'done');
    };
    for (const { path } of sources) visit(path, []);
    expect(circles).toEqual([]);
  });

  test('there are no barrels and no rooms for leftovers', () => {
    expect(sources.filter(({ path }) => path.endsWith('/index.ts')).map(({ path }) => path)).toEqual([]);
    expect(sources.filter(({ code }) => /export\s*\*\s*from/.test(code)).map(({ path }) => path)).toEqual([]);
    expect(
      sources.filter(({ path }) => /\/(utils?|helpers?|services|dtos?|common)\//.test(path)).map(({ path }) => path),
    ).toEqual([]);
  });
});

describe('the world comes in through doors only', () => {
  const outsideDoors = productCode.filter(({ path }) => !path.startsWith('shared/runtime/'));
  const bans: readonly [what: string, pattern: RegExp][] = [
    ['the clock', /\bDate\.now\b|new Date\(\)/],
    ['random', /Math\.random|\brandomUUID\b|\brandomBytes\b|\brandomInt\b/],
    ['waiting', /\bsetTimeout\(|\bsetInterval\(/],
    ['the network', /(?<![.\w])fetch\(/],
  ];
  test.each(bans)('%s is an argument', (_what, pattern) => {
    expect(outsideDoors.filter(({ code }) => pattern.test(code)).map(({ path }) => path)).toEqual([]);
  });

  const owners: readonly [sdk: RegExp, rooms: readonly string[]][] = [
    [/^@aws-sdk\//, ['shared/store', 'shared/runtime']],
    [/^@middy\//, ['shared/runtime']],
    [/^stripe(\/|$)/, ['shared/stripe']],
    [/^(xero-node|axios)(\/|$)/, ['shared/xero']],
    [/^@aws-lambda-powertools\//, ['shared/runtime']],
  ];
  test.each(owners)('%s stays in its room', (sdk, rooms) => {
    const strays = productCode.filter(
      ({ path, packages }) => packages.some((name) => sdk.test(name)) && !rooms.includes(roomOf(path)),
    );
    expect(strays.map(({ path }) => path)).toEqual([]);
  });
});
