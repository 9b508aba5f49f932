import * as z from 'zod';
import { createStripeClient, type StripeClient } from '../../shared/stripe/client.ts';

/** The Stripe app's own credentials. Both endpoints' secrets, of the platform and of connected accounts, old and new. */
export const stripeAppSecret = z.object({ secretKey: z.string().min(1), webhookSecrets: z.array(z.string().min(1)) });
export type StripeAppSecret = z.infer<typeof stripeAppSecret>;

/** The platform at Stripe, as this function may act for it. */
export interface StripeApp {
  readonly client: StripeClient;
  /** Whether real money moves. */
  readonly live: boolean;
  readonly webhookSecrets: readonly string[];
}

/** One repeat included, a call ends before API Gateway hangs up. */
const timeoutMs = 10_000;

export type OpenStripe = () => Promise<StripeApp>;

/** Opens Stripe with the credentials as they are now; the client is kept while its key is the same. */
export const stripeApp = (readSecret: () => Promise<StripeAppSecret>, apiUrl: string): OpenStripe => {
  let kept: { secretKey: string; client: StripeClient } | undefined;
  return async () => {
    const { secretKey, webhookSecrets } = await readSecret();
    if (kept?.secretKey !== secretKey) kept = { secretKey, client: createStripeClient({ secretKey, apiUrl, timeoutMs }) };
    return { client: kept.client, live: /^[sr]k_live_/.test(secretKey), webhookSecrets };
  };
};
