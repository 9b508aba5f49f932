/** Reading what callers send: unknown fields are ignored, numbers may come as text, names are Xero's. */
import { parseDecimal, toNumber } from './decimal.ts';
import { parseDay } from './dates.ts';
import type { Input } from './documents.ts';

/** An element is refused; carries every reason. */
export class Invalid extends Error {
  readonly messages: readonly string[];
  constructor(messages: readonly string[]) {
    super(messages[0] ?? 'invalid');
    this.messages = messages;
  }
}

/** Throws when there is anything to complain about. */
export const refuseIf = (problems: readonly string[]): void => {
  if (problems.length > 0) throw new Invalid(problems);
};

export const isInput = (value: unknown): value is Input => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of a field; undefined when absent or null. */
export const text = (input: Input, name: string): string | undefined => {
  const value = input[name];
  return value === undefined || value === null ? undefined : String(value);
};

/** As `text`, but blank counts as absent. */
export const filled = (input: Input, name: string): string | undefined => {
  const value = text(input, name)?.trim();
  return value ? value : undefined;
};

/** Number of a field; undefined when absent, refused when it isn't one. */
export const amount = (input: Input, name: string): number | undefined => {
  const value = input[name];
  if (value === undefined || value === null || value === '') return undefined;
  const parsed = parseDecimal(value);
  if (!parsed) throw new Invalid([`${name} must be a number`]);
  return toNumber(parsed);
};

export const flag = (input: Input, name: string): boolean | undefined => {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  return value === true || String(value).toLowerCase() === 'true';
};

/** Day of a field, `YYYY-MM-DD`; undefined when absent, refused when it isn't one. */
export const dayOf = (input: Input, name: string): string | undefined => {
  const value = filled(input, name);
  if (value === undefined) return undefined;
  const parsed = parseDay(value);
  if (!parsed) throw new Invalid([`${name} is not a valid date`]);
  return parsed;
};

export const nested = (input: Input, name: string): Input | undefined => {
  const value = input[name];
  return isInput(value) ? value : undefined;
};

export const listOf = (input: Input, name: string): Input[] | undefined => {
  const value = input[name];
  return Array.isArray(value) ? value.filter(isInput) : undefined;
};

/** Complains about texts that are too long. */
export const tooLong = (input: Input, limits: Record<string, number>): string[] =>
  Object.entries(limits)
    .filter(([name, most]) => (text(input, name)?.length ?? 0) > most)
    .map(([name, most]) => `The ${name} field must not be longer than ${most} characters.`);

/** Only what is defined: under exact optional properties an absent field must be absent. */
export const defined = <T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
