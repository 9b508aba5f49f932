import * as z from 'zod';

/** Shapes that several kinds of items share. Items are parsed on every read: what doesn't fit is a bug, not a value. */
export const money = z.object({ amount: z.int(), currency: z.string() });
export const maybe = <T extends z.ZodType>(shape: T) => shape.nullable().default(null);
export const address = z.array(z.string()).default([]);
export const timeRounding = z.object({
  mode: z.enum(['none', 'up', 'nearest']),
  minutes: z.union([z.literal(6), z.literal(15), z.literal(30)]).optional(),
  minimumMinutes: z.number().optional(),
});
export const role = z.enum(['admin', 'finance', 'expert']);
/** Grows by one with each change; the ETag of the thing. */
export const version = z.int();
