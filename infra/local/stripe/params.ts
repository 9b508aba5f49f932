import * as z from 'zod';
import { StripeFailure } from './errors.ts';
import type { FormNode, FormParts } from './form.ts';

/** Building blocks for the parameters of a call. An issue's message is Stripe's error code where it looks like one. */
export const text = (lengthMax = 5_000): z.ZodString =>
  z.string().min(1, 'parameter_invalid_empty').max(lengthMax, 'parameter_invalid_string_too_long');

export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'parameter_invalid_integer')
  .transform(Number);

export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

export const url = text().refine((value) => URL.canParse(value) && /^https?:\/\//.test(value), 'url_invalid');

/** A list sent as `name[0]=…&name[1]=…` or `name[]=…`. */
export const list = <Item extends z.ZodType>(item: Item, max = 100) =>
  z.preprocess((value) => {
    if (typeof value !== 'object' || value === null) return value;
    const parts = Object.entries(value);
    return parts.every(([name], index) => name === String(index)) ? parts.map(([, part]) => part as FormNode) : value;
  }, z.array(item).max(max));

/** At most 50 keys of at most 40 characters, values of at most 500. */
export const metadata = z
  .record(z.string().max(40, 'metadata_key_too_long'), z.string().max(500, 'metadata_value_too_long'))
  .refine((value) => Object.keys(value).length <= 50, 'metadata_too_many_keys');

export const expand = { expand: list(text(200), 20).optional() };

export const created = {
  created: z.union([integer, z.strictObject({ gt: integer, gte: integer, lt: integer, lte: integer }).partial()]).optional(),
};

export const page = {
  limit: integer.refine((value) => value >= 1 && value <= 100, 'parameter_invalid_integer').optional(),
  starting_after: text(255).optional(),
  ending_before: text(255).optional(),
  ...expand,
};

/** Parses a call's parameters; what the sandbox doesn't know is refused with Stripe's `parameter_unknown`, as Stripe does. */
export function parseParams<Schema extends z.ZodType>(schema: Schema, sent: FormParts): z.output<Schema> {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap((issue) =>
    issue.code === 'invalid_union' ? [issue, ...issue.errors.flat()] : [issue],
  );
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown !== undefined && unknown.code === 'unrecognized_keys') {
    const param = nameOf([...unknown.path, unknown.keys[0] ?? '']);
    throw refused('parameter_unknown', param, `Received unknown parameter: ${param}`);
  }
  const [issue] = issues;
  const path = issue?.path ?? [];
  const param = nameOf(path);
  if (at(sent, path) === undefined) throw refused('parameter_missing', param, `Missing required param: ${param}.`);
  const known = /^[a-z]+(_[a-z]+)+$/.test(issue?.message ?? '');
  throw refused(known ? issue?.message : undefined, param, `Invalid value for ${param}: ${issue?.message ?? 'not understood'}`);
}

const nameOf = (path: readonly PropertyKey[]): string =>
  path.map((part, level) => (level === 0 ? String(part) : `[${String(part)}]`)).join('');

const at = (sent: FormNode, path: readonly PropertyKey[]): FormNode | undefined =>
  path.reduce<FormNode | undefined>((node, part) => (typeof node === 'object' ? node[String(part)] : undefined), sent);

const refused = (code: string | undefined, param: string, message: string): StripeFailure =>
  new StripeFailure({ ...(code === undefined ? {} : { code }), param, message, beforeExecution: true });
