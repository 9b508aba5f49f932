import * as z from 'zod';

/** A link to another object: its id, or the object itself where it was expanded. */
export const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

/** Seconds since 1970 as an instant. */
export const instant = z
  .int()
  .min(0)
  .max(8_640_000_000_000)
  .transform((seconds) => new Date(seconds * 1_000).toISOString());

/** What we write onto sessions and payment intents, and find there again; whatever else stands there is left alone. */
export const metadata = z.object({
  workspaceId: z.string().optional(),
  invoiceId: z.string().optional(),
  checkoutId: z.string().optional(),
});

export type StripeMetadata = z.output<typeof metadata>;
