/** Bodies that must be turned away before anybody looks at what they say, by what is wrong with them. */
export const hostileBodies: Readonly<Record<string, string | Uint8Array>> = {
  'over a megabyte': JSON.stringify({ name: 'x'.repeat(1_100_000) }),
  'a thousand levels deep': `${'{"name":'.repeat(1000)}1${'}'.repeat(1000)}`,
  'a thousand lists deep': `${'['.repeat(1000)}${']'.repeat(1000)}`,
  'opened and never closed': '['.repeat(100_000),
  'a hundred thousand elements': JSON.stringify({ name: new Array<number>(100_000).fill(0) }),
  'a hundred thousand keys': `{${Array.from({ length: 100_000 }, (_, place) => `"k${place}":0`).join(',')}}`,
  'a key twice': '{"name":"One","name":"Two"}',
  'a key twice, written differently': '{"name":"One","\\u006eame":"Two"}',
  'a prototype': '{"__proto__":{"role":"admin","canExport":true}}',
  'a prototype further down': '{"name":{"__proto__":{"role":"admin"}}}',
  'a prototype, written differently': '{"__pro\\u0074o__":{"role":"admin"}}',
  'a constructor': '{"constructor":{"prototype":{"role":"admin"}}}',
  'a lone surrogate': '{"name":"\\ud800"}',
  'a lone surrogate as a key': '{"\\udc00":1}',
  'a number beyond all numbers': '{"name":1e309}',
  'a number below all numbers': '{"rate":{"amount":-1e999,"currency":"GBP"}}',
  NaN: '{"name":NaN}',
  'nothing but a text': '"name"',
  'nothing but null': 'null',
  'a list': '[{"name":"One"}]',
  'half of it': '{"name":"One"',
  'something behind it': '{"name":"One"} {"name":"Two"}',
  'a comma too many': '{"name":"One",}',
  'a comment': '{"name":"One"/* or two */}',
  'bytes that are no text': Uint8Array.of(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00),
  'half a character': Uint8Array.of(0x7b, 0x22, 0xc3, 0x22, 0x3a, 0x31, 0x7d),
};

/** Types of content that are not JSON, whatever the bytes look like. */
export const wrongTypes: readonly string[] = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json5',
  'application/xml',
  'application/octet-stream',
  'x'.repeat(200),
];

/** Names that a client would like to decide about and must not. */
export const coveted = ['status', 'tenantId', 'workspaceId', 'total', 'id', 'version', 'role', 'pk', 'unasked'] as const;

/** Every object within a value: where it stands, and the value once more with a name added there. */
export const placesForNames = (
  value: unknown,
  at: readonly string[] = [],
): { path: string; put: (name: string, what: unknown) => unknown }[] => {
  if (Array.isArray(value)) {
    return value.flatMap((inner, index) =>
      placesForNames(inner, [...at, String(index)]).map(({ path, put }) => ({
        path,
        put: (name: string, what: unknown) => value.with(index, put(name, what)) as unknown,
      })),
    );
  }
  if (typeof value !== 'object' || value === null) return [];
  return [
    { path: at.join('.'), put: (name, what) => ({ ...value, [name]: what }) },
    ...Object.entries(value).flatMap(([key, inner]) =>
      placesForNames(inner, [...at, key]).map(({ path, put }) => ({
        path,
        put: (name: string, what: unknown) => ({ ...value, [key]: put(name, what) }),
      })),
    ),
  ];
};
