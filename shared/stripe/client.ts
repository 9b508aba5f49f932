import Stripe from 'stripe';
import * as z from 'zod';

/** The version our schemas and the types of the SDK are written for. Webhook endpoints are to be made with the same one. */
export const stripeApiVersion = '2026-10-28.endive';

const settings = z.strictObject({
  secretKey: z.string().min(1),
  apiUrl: z.url({ protocol: /^https?$/ }).default('https://api.stripe.com'),
  timeoutMs: z.int().min(1).default(15_000),
  maxNetworkRetries: z.int().min(0).default(1),
});

export type StripeSettings = z.input<typeof settings>;

/** What the calls in this folder are made with. */
export type StripeClient = Stripe;

/**
 * The one Stripe client. `timeoutMs` bounds each attempt (the SDK's own 80 s outlive a Lambda function), `maxNetworkRetries`
 * repeats on lost connections, 409 and 5xx with the same idempotency key. Nothing about the machine is reported to Stripe.
 */
export function createStripeClient(input: StripeSettings): StripeClient {
  const { secretKey, apiUrl, timeoutMs, maxNetworkRetries } = settings.parse(input);
  const url = new URL(apiUrl);
  const isEncrypted = url.protocol === 'https:';
  return new Stripe(secretKey, {
    apiVersion: stripeApiVersion,
    protocol: isEncrypted ? 'https' : 'http',
    host: url.hostname,
    port: url.port === '' ? (isEncrypted ? 443 : 80) : Number(url.port),
    timeout: timeoutMs,
    maxNetworkRetries,
    telemetry: false,
  });
}
