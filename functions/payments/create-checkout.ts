import type { PaymentCall } from '../../shared/api/payments.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { returnUrl } from '../../shared/domain/return-url.ts';
import { answered, claim } from '../../shared/store/idempotency.ts';
import { openCheckout, type CheckoutNeeds, type OpenPage } from './open-checkout.ts';

interface Needs extends CheckoutNeeds {
  /** The addresses that a browser may be sent back to. */
  readonly appUrls: readonly string[];
}

/**
 * Gives finance a Checkout page on which a client pays what is due on an invoice at this moment, straight to the workspace's own
 * Stripe account.
 */
export const createCheckout =
  (needs: Needs) =>
  async ({ caller, params, body, once }: PaymentCall<'createCheckout'>): Promise<Reply> => {
    const back = returnUrl(needs.appUrls, body.returnUrl);
    await claim(needs.table)(once);
    const replyFor = ({ url, expiresAt }: OpenPage): Reply => ({ status: 201, body: { url, expiresAt } });
    const page = await openCheckout(needs)(caller.workspaceId, params.id, {
      returnUrl: back,
      who: caller.memberId,
      along: (made) => [answered(once, replyFor(made))],
    });
    return replyFor(page);
  };
