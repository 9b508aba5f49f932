import Stripe from 'stripe';
import type * as z from 'zod';
import { OutsideError } from '../domain/outside-error.ts';

/**
 * Makes one call and reads from the answer what we need. Every failure becomes an `OutsideError`: status 0 when no answer
 * could be read (codes `timeout`, `no-connection`, `unreadable-answer`; the call may still have taken effect), otherwise Stripe's status
 * and its code; `unexpected-answer` when a successful answer isn't what the schema says.
 */
export async function callStripe<T extends z.ZodType>(schema: T, call: () => Promise<unknown>): Promise<z.output<T>> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (error) {
    throw outsideError(error);
  }
  const parsed = schema.safeParse(answer);
  // The parser's words may quote the answer, so they go no further than here.
  if (!parsed.success) throw new OutsideError({ service: 'stripe', status: 200, code: 'unexpected-answer' });
  return parsed.data;
}

/** Stripe's errors hold headers, bodies and payers' data: only status, code and waiting time leave this file. */
function outsideError(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const retryAfter = error.headers?.['retry-after'];
  return new OutsideError({
    service: 'stripe',
    status: error.statusCode ?? 0,
    code: codeOf(error),
    retryAfterSeconds: retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined,
  });
}

function codeOf(error: InstanceType<typeof Stripe.errors.StripeError>): string {
  if (error.statusCode !== undefined) return error.code ?? error.rawType ?? 'unknown';
  if (!(error instanceof Stripe.errors.StripeConnectionError)) return 'unreadable-answer';
  const { detail } = error;
  return detail instanceof Error && 'code' in detail && detail.code === 'ETIMEDOUT' ? 'timeout' : 'no-connection';
}
