import { StripeFailure } from './errors.ts';

/** What bracket notation spells out: text, or named parts. Lists are parts named 0, 1, 2 until a schema asks for a list. */
export type FormNode = string | FormParts;
export interface FormParts {
  [name: string]: FormNode;
}

const depthMax = 8;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads `a[b][0][c]=v&d[]=e` strictly. Refuses broken percent escapes, unbalanced brackets, the same scalar twice and a name
 * that is both a scalar and a parent (400 invalid_request_error).
 */
export function parseForm(encoded: string): FormParts {
  const root: FormParts = {};
  if (encoded === '') return root;
  for (const pair of encoded.split('&')) {
    const cut = pair.indexOf('=');
    if (pair === '' || cut === 0) throw malformed('an empty parameter name');
    const name = decode(cut === -1 ? pair : pair.slice(0, cut));
    put(root, pathOf(name), cut === -1 ? '' : decode(pair.slice(cut + 1)), name);
  }
  return root;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed('a broken percent escape');
  }
}

function pathOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (match === null) throw malformed(`unbalanced brackets in ${name.slice(0, 80)}`);
  const path = [match[1] ?? '', ...(match[2] === '' ? [] : (match[2] ?? '').slice(1, -1).split(']['))];
  if (path.length > depthMax || path.some((part) => forbidden.has(part))) throw malformed(`a name that isn't allowed`);
  return path;
}

function put(root: FormParts, path: readonly string[], value: string, name: string): void {
  let node = root;
  path.forEach((part, level) => {
    const key = part === '' ? String(Object.keys(node).length) : part;
    const there = Object.hasOwn(node, key) ? node[key] : undefined;
    if (level === path.length - 1) {
      if (there !== undefined) throw malformed(`${name} twice`);
      node[key] = value;
      return;
    }
    if (typeof there === 'string') throw malformed(`${name} below a plain value`);
    node = there ?? (node[key] = {});
  });
}

const malformed = (what: string): StripeFailure =>
  new StripeFailure({ message: `The request can't be read: ${what}`, beforeExecution: true });
