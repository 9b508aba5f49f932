const depthMax = 32;
const elementsMax = 20_000;

/** Why a body was not taken as JSON, and where in it. The words never quote the body. */
export class BadJson extends Error {
  /** Keys and places from the top, joined by dots; empty for the whole. */
  readonly path: string;

  constructor(message: string, path = '') {
    super(message);
    this.name = 'BadJson';
    this.path = path;
  }
}

/**
 * Parses JSON as strictly as money deserves: no key twice in an object, no `__proto__`, no nesting beyond 32 levels,
 * no more than 20,000 elements, no lone surrogate, no number too large to be one.
 */
export const parseStrictJson = (text: string): unknown => {
  scan(text);
  const value = parse(text);
  checkValue(value, []);
  return value;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadJson('is not valid JSON');
  }
};

/** A string, with the colon behind it if it is a key, or punctuation. A string that never ends is one token too: no place is read twice. */
const tokens = /"(?:[^"\\]|\\.)*("?)(\s*:)?|[{}[\],]/gs;

/** Walks the tokens once, without building anything: whatever is refused here costs no memory. */
const scan = (text: string): void => {
  const open: (Set<string> | undefined)[] = [];
  let elements = 0;
  for (const token of text.matchAll(tokens)) {
    const [found, end, colon] = token;
    if (end === '') throw new BadJson('is not valid JSON');
    if (found === '{' || found === '[') {
      open.push(found === '{' ? new Set() : undefined);
      if (open.length > depthMax) throw new BadJson(`is nested deeper than ${depthMax} levels`);
    } else if (found === '}' || found === ']') open.pop();
    else if (found === ',') elements += 1;
    else if (colon !== undefined) addKey(open.at(-1), found.slice(0, -colon.length));
    // The first element has no comma before it.
    if (elements >= elementsMax) throw new BadJson(`has more than ${elementsMax} elements`);
  }
};

const addKey = (keys: Set<string> | undefined, quoted: string): void => {
  const key = parse(quoted) as string;
  if (key === '__proto__') throw new BadJson('has a key that is not allowed');
  if (keys?.has(key)) throw new BadJson('has the same key twice in one object');
  keys?.add(key);
};

/** Recursion is safe here: the scan has bounded the depth. */
const checkValue = (value: unknown, path: readonly (string | number)[]): void => {
  const refuse = (message: string): never => {
    throw new BadJson(message, path.join('.'));
  };
  if (typeof value === 'number' && !Number.isFinite(value)) refuse('is out of range');
  if (typeof value === 'string' && !value.isWellFormed()) refuse('has a lone surrogate');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (!key.isWellFormed()) refuse('has a key with a lone surrogate');
    checkValue(inner, [...path, key]);
  }
};
