import fc from 'fast-check';
import * as z from 'zod';
import type { Route } from '../../shared/api/route.ts';
import { lineOf } from './sample-requests.ts';

type Json = Record<string, unknown>;

/** A request made up from what a route says that it takes, and then perhaps spoilt. */
export interface FuzzedRequest {
  readonly route: string;
  readonly params: Record<string, string>;
  readonly query: Record<string, string>;
  readonly body: unknown;
  readonly headers: Record<string, string | undefined>;
}

/** Ids that exist, by their prefix. */
export type IdPool = Readonly<Record<string, readonly string[]>>;

const hostile: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 2 ** 53, -(2 ** 53), 1e308, '', ' ', 'null', '\0', '\uD800', '𝒳', '\u202E', 'x'.repeat(10_000)],
  ...[[], {}, [[]], [null], { $ne: null }, '../../etc/passwd', '<script>alert(1)</script>', "'; DROP TABLE", '{{7*7}}'],
  ...['0000-00-00', '9999-12-31', '2026-02-30', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00+23:59', 'Infinity', '1e400'],
];

const dates = fc.constantFrom('2026-11-01', '2026-11-21', '2024-02-29', '1970-01-01', '0001-01-01', '9999-12-31');
const instants = fc.constantFrom(
  '2026-11-20T09:00:00Z',
  '2026-11-20T10:30:00.5+01:00',
  '1970-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '0000-01-01T00:00:00+23:59',
);
const byFormat: Readonly<Record<string, fc.Arbitrary<string>>> = {
  date: dates,
  'date-time': instants,
  uuid: fc.uuid(),
  email: fc.constantFrom('a@b.example', 'UPPER@case.example', `${'x'.repeat(60)}@long.example`),
  uri: fc.constantFrom(
    'http://localhost:5173/back',
    'https://elsewhere.example/',
    'javascript:alert(1)',
    'http://u:p@localhost:5173/',
  ),
};
const byDescription: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'ISO 4217 currency code': fc.constantFrom('GBP', 'GBP', 'AUD', 'JPY', 'KWD', 'XXX'),
  'IANA time zone': fc.constantFrom('Europe/London', 'America/New_York', 'Pacific/Apia', 'Etc/GMT+12'),
};

/** Values that a JSON schema of ours lets pass, those at its limits among them. */
const valueFor = (schema: Json, pool: IdPool): fc.Arbitrary<unknown> => {
  if (Array.isArray(schema['anyOf'])) return fc.oneof(...(schema['anyOf'] as Json[]).map((one) => valueFor(one, pool)));
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  switch (schema['type']) {
    case 'object':
      return objectFor(schema, pool);
    case 'array': {
      const { items = {}, minItems = 0, maxItems = 3 } = schema as { items?: Json; minItems?: number; maxItems?: number };
      return fc.array(valueFor(items, pool), { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 3)) });
    }
    case 'integer':
    case 'number': {
      const { minimum = -1000, maximum = 1_000_000 } = schema as { minimum?: number; maximum?: number };
      return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum));
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return textFor(schema, pool);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
};

const objectFor = (schema: Json, pool: IdPool): fc.Arbitrary<unknown> => {
  const {
    properties = {},
    required = [],
    propertyNames,
    additionalProperties,
  } = schema as {
    properties?: Record<string, Json>;
    required?: string[];
    propertyNames?: Json;
    additionalProperties?: Json;
  };
  if (propertyNames) {
    const keys = valueFor(propertyNames, pool) as fc.Arbitrary<string>;
    return fc.dictionary(keys, valueFor(additionalProperties ?? {}, pool), { maxKeys: 2 });
  }
  const parts = Object.entries(properties).map(([name, inner]) => [name, valueFor(inner, pool)] as const);
  return fc.record(Object.fromEntries(parts), { requiredKeys: required });
};

const textFor = (schema: Json, pool: IdPool): fc.Arbitrary<string> => {
  const {
    format = '',
    description = '',
    pattern,
    minLength = 0,
    maxLength = 40,
  } = schema as {
    format?: string;
    description?: string;
    pattern?: string;
    minLength?: number;
    maxLength?: number;
  };
  const known = byFormat[format] ?? byDescription[description];
  if (known) return known;
  if (pattern) {
    const [, prefixes = ''] = /^\^(?:\(\?:)?([a-z|]+)\)?_/.exec(pattern) ?? [];
    const ids = prefixes.split('|').flatMap((prefix) => pool[prefix] ?? []);
    const matching = fc.stringMatching(new RegExp(pattern));
    return ids.length > 0
      ? fc.oneof({ arbitrary: fc.constantFrom(...ids), weight: 4 }, { arbitrary: matching, weight: 1 })
      : matching;
  }
  const most = Math.min(maxLength, 40);
  return fc.oneof(fc.string({ unit: 'grapheme', minLength, maxLength: most }), fc.constant('é'.repeat(maxLength)));
};

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every place within a value, the value itself first. */
const placesIn = (value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] => {
  const inner = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return [at, ...inner.flatMap(([key, part]) => placesIn(part, [...at, key]))];
};

type Spoil = { place: number; how: 'replace' | 'drop' | 'add'; what: unknown };

const spoilt = (value: unknown, { place, how, what }: Spoil): unknown => {
  const places = placesIn(value);
  const [key, ...deeper] = places[place % places.length] ?? [];
  const change = (part: unknown, first: string | number | undefined, rest: readonly (string | number)[]): unknown => {
    if (first === undefined)
      return how === 'add' && isObject(part) ? { ...part, unasked: what } : how === 'drop' ? undefined : what;
    if (Array.isArray(part))
      return part.map((inner, index) => (index === first ? change(inner, rest[0], rest.slice(1)) : (inner as unknown)));
    if (!isObject(part)) return part;
    return { ...part, [first]: change(part[first], rest[0], rest.slice(1)) };
  };
  return change(value, key, deeper);
};

const schemaOf = (schema: z.ZodType): Json => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;

const spoils = fc.record<Spoil>({
  place: fc.nat(50),
  how: fc.constantFrom('replace', 'replace', 'drop', 'add'),
  what: fc.constantFrom(...hostile),
});

const maybeSpoilt = (whole: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(whole, fc.option(spoils, { freq: 2 })).map(([value, spoil]) => (spoil ? spoilt(value, spoil) : value));

const asTexts = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {})
      .filter(([, part]) => part !== undefined)
      .map(([name, part]) => [name, (typeof part === 'string' ? part : JSON.stringify(part)).toWellFormed().slice(0, 2000)]),
  );

const ifMatches = fc.constantFrom('*', '*', '"1"', 'W/"2"', '1', '""', 'x'.repeat(500), '"1", "2"', undefined);

/** Requests to one route, about half of them as it wants them and the others spoilt in one place. */
export const fuzzedRequests = (route: Route, pool: IdPool): fc.Arbitrary<FuzzedRequest> =>
  fc.record({
    route: fc.constant(lineOf(route)),
    params: route.params ? maybeSpoilt(valueFor(schemaOf(route.params), pool)).map(asTexts) : fc.constant({}),
    query: route.query ? maybeSpoilt(valueFor(schemaOf(route.query), pool)).map(asTexts) : fc.constant({}),
    body: route.body ? maybeSpoilt(valueFor(schemaOf(route.body), pool)) : fc.constant(undefined),
    headers: fc.record({ 'if-match': /PATCH|DELETE|PUT/.test(route.method) ? ifMatches : fc.constant(undefined) }),
  });
