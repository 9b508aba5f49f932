/** The `where` language of list calls, as far as it is documented: comparisons, AND/OR/NOT, DateTime, Guid, Contains, StartsWith, EndsWith. */
import { fold } from './books.ts';

/** A `where` or `order` that can't be read. */
export class QueryParseError extends Error {}

/** What a field or literal comes to: dates are milliseconds. */
export type Value = string | number | boolean | null;
/** Gives the value of a path such as `Contact.Name`, or undefined when records have no such field. */
export type FieldReader<T> = (record: T, path: string) => Value | undefined;

type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';
type Operand = { kind: 'literal'; value: Value } | { kind: 'field'; path: string };
export type Expression =
  | { kind: 'and' | 'or'; parts: Expression[] }
  | { kind: 'not'; part: Expression }
  | { kind: 'compare'; operator: Operator; left: Operand; right: Operand }
  | { kind: 'call'; method: 'contains' | 'startswith' | 'endswith'; path: string; argument: string };

const tokenPattern =
  /\s*(?:("(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?m?)|([A-Za-z_][A-Za-z0-9_]*)|(&&|\|\||==|!=|<>|<=|>=|[=<>!().,-]))/y;

const tokenise = (text: string): string[] => {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  const end = text.trimEnd().length;
  while (tokenPattern.lastIndex < end) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match) throw new QueryParseError(`Syntax error (at index ${at})`);
    tokens.push(match[0].trim());
  }
  return tokens;
};

const dateParts = (numbers: readonly number[]): number => {
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = numbers;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

const operators: Record<string, Operator> = {
  '==': '==',
  '=': '==',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const methods = new Set(['contains', 'startswith', 'endswith']);

/** Reads tokens from the left; one method per precedence level. */
const parser = (tokens: readonly string[]) => {
  let at = 0;
  const peek = (offset = 0): string => tokens[at + offset] ?? '';
  const take = (): string => tokens[at++] ?? '';
  const expect = (token: string): void => {
    if (take() !== token) throw new QueryParseError(`'${token}' expected`);
  };
  const isWord = (token: string, ...words: string[]): boolean => words.includes(token.toLowerCase());

  const numbersUntilClose = (): number[] => {
    const numbers: number[] = [];
    while (peek() !== ')') {
      numbers.push(Number(take()));
      if (peek() === ',') take();
    }
    expect(')');
    if (numbers.some(Number.isNaN)) throw new QueryParseError('Expression expected');
    return numbers;
  };
  const stringIn = (): string => {
    const token = take();
    if (!token.startsWith('"')) throw new QueryParseError('String expected');
    return token.slice(1, -1).replace(/\\(.)/g, '$1');
  };
  const path = (): string => {
    const parts = [take()];
    while (peek() === '.' && !methods.has(peek(1).toLowerCase()) && !isWord(peek(1), 'tolower', 'toupper', 'value')) {
      take();
      parts.push(take());
    }
    while (peek() === '.' && isWord(peek(1), 'tolower', 'toupper', 'value')) {
      take();
      if (take().toLowerCase() === 'value') continue;
      expect('(');
      expect(')');
    }
    return parts.join('.');
  };
  const literalCall = (): Operand | undefined => {
    if (isWord(peek(), 'datetime') && peek(1) === '(') {
      at += 2;
      return { kind: 'literal', value: dateParts(numbersUntilClose()) };
    }
    if (isWord(peek(), 'datetime') && isWord(peek(2), 'parse')) {
      at += 4;
      const value = Date.parse(`${stringIn().replace(/Z$/, '')}Z`.replace(/^(\d{4}-\d{2}-\d{2})Z$/, '$1'));
      expect(')');
      return { kind: 'literal', value };
    }
    if (isWord(peek(), 'guid') && peek(1) === '(') {
      at += 2;
      const value = stringIn();
      expect(')');
      return { kind: 'literal', value };
    }
    return undefined;
  };
  const operand = (): Operand => {
    const token = peek();
    const call = literalCall();
    if (call) return call;
    if (token.startsWith('"')) return { kind: 'literal', value: stringIn() };
    if (token === '-') {
      take();
      return { kind: 'literal', value: -Number.parseFloat(take()) };
    }
    if (/^\d/.test(token)) return { kind: 'literal', value: Number.parseFloat(take()) };
    if (isWord(token, 'true', 'false')) return { kind: 'literal', value: take().toLowerCase() === 'true' };
    if (isWord(token, 'null')) {
      take();
      return { kind: 'literal', value: null };
    }
    if (/^[A-Za-z_]/.test(token)) return { kind: 'field', path: path() };
    throw new QueryParseError('Expression expected');
  };
  const comparison = (): Expression => {
    if (peek() === '(') {
      take();
      const inner = either();
      expect(')');
      return inner;
    }
    if (peek() === '!' || isWord(peek(), 'not')) {
      take();
      return { kind: 'not', part: comparison() };
    }
    const left = operand();
    if (left.kind === 'field' && peek() === '.') {
      take();
      const method = take().toLowerCase() as 'contains' | 'startswith' | 'endswith';
      expect('(');
      const argument = stringIn();
      expect(')');
      return { kind: 'call', method, path: left.path, argument };
    }
    const operator = operators[peek()];
    if (operator) {
      take();
      return { kind: 'compare', operator, left, right: operand() };
    }
    if (left.kind === 'field') return { kind: 'compare', operator: '==', left, right: { kind: 'literal', value: true } };
    throw new QueryParseError('Operator expected');
  };
  const both = (): Expression => {
    const parts = [comparison()];
    while (peek() === '&&' || isWord(peek(), 'and')) parts.push((take(), comparison()));
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
  };
  const either = (): Expression => {
    const parts = [both()];
    while (peek() === '||' || isWord(peek(), 'or')) parts.push((take(), both()));
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts };
  };
  return () => {
    const expression = either();
    if (at < tokens.length) throw new QueryParseError(`Syntax error near '${peek()}'`);
    return expression;
  };
};

/** Parses a filter. Throws QueryParseError. */
export const parseWhere = (text: string): Expression => parser(tokenise(text))();

const known = <T>(read: FieldReader<T>, record: T, path: string): Value => {
  const value = read(record, path);
  if (value === undefined) throw new QueryParseError(`No property or field '${path}' exists`);
  return value;
};

const matches = (left: Value, operator: Operator, right: Value): boolean => {
  const a = typeof left === 'string' ? fold(left) : left;
  const b = typeof right === 'string' ? fold(right) : right;
  if (operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  if (a === null || b === null) return false;
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
};

/** Whether a record passes. Texts are compared without regard to case and accents; unknown fields throw QueryParseError. */
export const evaluate = <T>(expression: Expression, record: T, read: FieldReader<T>): boolean => {
  switch (expression.kind) {
    case 'and':
      return expression.parts.every((part) => evaluate(part, record, read));
    case 'or':
      return expression.parts.some((part) => evaluate(part, record, read));
    case 'not':
      return !evaluate(expression.part, record, read);
    case 'call': {
      const value = known(read, record, expression.path);
      if (typeof value !== 'string') return false;
      const [text, part] = [fold(value), fold(expression.argument)];
      if (expression.method === 'contains') return text.includes(part);
      return expression.method === 'startswith' ? text.startsWith(part) : text.endsWith(part);
    }
    case 'compare': {
      const side = (operand: Operand): Value => (operand.kind === 'literal' ? operand.value : known(read, record, operand.path));
      return matches(side(expression.left), expression.operator, side(expression.right));
    }
  }
};

/** Text that `path` must equal for a record to pass, when the filter says so at its top: lets a list start from an index. */
export const requiredText = (expression: Expression, path: string): string | undefined => {
  if (expression.kind === 'and')
    return expression.parts.map((part) => requiredText(part, path)).find((text) => text !== undefined);
  if (expression.kind !== 'compare' || expression.operator !== '==') return undefined;
  const { left, right } = expression;
  const sides = left.kind === 'field' ? ([left, right] as const) : ([right, left] as const);
  return sides[0].kind === 'field' &&
    sides[0].path.toLowerCase() === path.toLowerCase() &&
    sides[1].kind === 'literal' &&
    typeof sides[1].value === 'string'
    ? sides[1].value
    : undefined;
};
