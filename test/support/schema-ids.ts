import * as z from 'zod';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isIdPattern = (schema: unknown): boolean =>
  isObject(schema) && /^\^[a-z(?:|)]+_\[0-7\]/.test(String(schema['pattern'] ?? ''));

/** Where ids of this product may stand in what a schema takes: `lines.*.serviceId`, and `serviceAccounts.*` for keys that are ids. */
export const idPaths = (schema: z.ZodType | undefined): string[] => {
  if (!schema) return [];
  const found = new Set<string>();
  const visit = (part: unknown, path: readonly string[]): void => {
    if (!isObject(part)) return;
    if (isIdPattern(part)) found.add(path.join('.'));
    for (const one of [part['anyOf'] ?? [], part['oneOf'] ?? []].flat() as unknown[]) visit(one, path);
    for (const [name, inner] of Object.entries((part['properties'] ?? {}) as Json)) visit(inner, [...path, name]);
    visit(part['items'], [...path, '*']);
    if (isIdPattern(part['propertyNames'])) found.add([...path, '*'].join('.'));
  };
  visit(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), []);
  return [...found].toSorted();
};

const isId = (text: unknown): text is string => typeof text === 'string' && /^[a-z]{2,3}_[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);

/** Where ids do stand in a value, in the same words; each with the id that stands there. */
export const idsIn = (value: unknown, path: readonly string[] = []): { path: string; id: string }[] => {
  if (isId(value)) return [{ path: path.join('.'), id: value }];
  if (Array.isArray(value)) return value.flatMap((inner) => idsIn(inner, [...path, '*']));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    isId(name) ? [{ path: [...path, '*'].join('.'), id: name }] : idsIn(inner, [...path, name]),
  );
};

/** The same value with one id at one path in place of another, be it a value or a key. */
export const withId = <T>(value: T, path: string, before: string, after: string): T => {
  const visit = (part: unknown, at: readonly string[]): unknown => {
    if (part === before && at.join('.') === path) return after;
    if (Array.isArray(part)) return part.map((inner) => visit(inner, [...at, '*']));
    if (!isObject(part)) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, inner]) =>
        name === before && [...at, '*'].join('.') === path ? [after, inner] : [name, visit(inner, [...at, name])],
      ),
    );
  };
  return visit(value, []) as T;
};
