const depthMax = 32;
const elementsMax = 20_000;

/** Why a body was not taken as JSON. The words never quote the body. */
export class BadJson extends Error {}

/**
 * Parses JSON as strictly as money deserves: no key twice in an object, no `__proto__`, no nesting beyond 32 levels,
 * no more than 20,000 elements, no lone surrogate, no number too large to be one.
 */
export const parseStrictJson = (text: string): unknown => {
  scan(text);
  try {
    return JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) throw new BadJson('a number is out of range');
      if (typeof value === 'string' && !value.isWellFormed()) throw new BadJson('text has a lone surrogate');
      return value;
    });
  } catch (error) {
    if (error instanceof BadJson) throw error;
    throw new BadJson('is not valid JSON');
  }
};

/** Walks the tokens once, without building anything: whatever is refused here costs no memory. */
const scan = (text: string): void => {
  const open: (Set<string> | undefined)[] = [];
  let elements = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\],]/g)) {
    const [found, colon] = token;
    if (found === '{' || found === '[') {
      open.push(found === '{' ? new Set() : undefined);
      if (open.length > depthMax) throw new BadJson(`is nested deeper than ${depthMax} levels`);
    } else if (found === '}' || found === ']') open.pop();
    else if (found === ',') elements += 1;
    else if (colon !== undefined) addKey(open.at(-1), found.slice(0, -colon.length));
    if (elements > elementsMax) throw new BadJson(`has more than ${elementsMax} elements`);
  }
};

const addKey = (keys: Set<string> | undefined, quoted: string): void => {
  let key: string;
  try {
    key = JSON.parse(quoted) as string;
  } catch {
    throw new BadJson('is not valid JSON');
  }
  if (key === '__proto__') throw new BadJson('has a key that is not allowed');
  if (keys?.has(key)) throw new BadJson('has the same key twice in one object');
  keys?.add(key);
};
