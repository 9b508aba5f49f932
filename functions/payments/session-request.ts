import type { Checkout } from '../../shared/store/checkouts.ts';
import type { createCheckoutSession } from '../../shared/stripe/create-checkout-session.ts';

/**
 * The call that makes a page, from nothing but what was written before the first try: repeated at any time it is the same call
 * under the same key, so that Stripe answers with the page it has made already.
 */
export const sessionRequest = (
  workspaceId: string,
  { id, invoiceId, accountId, amount, title, returnUrl, endsAt }: Checkout,
): Parameters<typeof createCheckoutSession>[1] => ({
  accountId,
  amount,
  productName: title,
  workspaceId,
  invoiceId,
  checkoutId: id,
  successUrl: returnUrl,
  cancelUrl: returnUrl,
  expiresAt: endsAt,
  idempotencyKey: id,
});
