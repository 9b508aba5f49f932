import type { PaymentCall } from '../../shared/api/payments.ts';
import { Busy } from '../../shared/domain/conflict.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { describe, log } from '../../shared/runtime/log.ts';
import { throttled } from '../../shared/store/throttles.ts';
import { noSuchPage } from '../documents/no-such-page.ts';
import { linkCookie, returnPath } from '../documents/page-url.ts';
import { readShared } from '../documents/read-shared.ts';
import { openCheckout, type CheckoutNeeds } from './open-checkout.ts';

interface Needs extends CheckoutNeeds {
  /** The API's address, without a slash at its end. */
  readonly publicUrl: string;
}

/**
 * Leads a client who has the link of an invoice to a payment page over what is due at this moment. Whatever stands in the way, they
 * are led back to the page of the invoice, which says so.
 */
export const payOnPage =
  (needs: Needs) =>
  ({ params }: PaymentCall<'payOnPage'>): Promise<Reply> =>
    noSuchPage(async () => {
      const { table, now, publicUrl } = needs;
      const { workspaceId, head } = await readShared(needs)(params.token);
      // Each press may be a call to Stripe: far fewer than looks at the page.
      await table.commit([throttled(workspaceId, 'pay', head.id, now())]);
      try {
        const page = await openCheckout(needs)(workspaceId, head.id, {
          returnUrl: `${publicUrl}${returnPath(head.id)}`,
          who: null,
          along: () => [],
        });
        return led(page.url, { 'set-cookie': linkCookie(publicUrl, head.id, params.token) });
      } catch (error) {
        return led(`/i/${params.token}?said=${whyNot(error)}`);
      }
    });

const led = (location: string, more: Record<string, string> = {}): Reply => ({
  status: 303,
  headers: { location, 'referrer-policy': 'no-referrer', ...more },
});

/** A word for the page to say. Lost races go on to the door, which tries again. */
const whyNot = (error: unknown): string => {
  if (error instanceof Refusal) {
    if (error.code === 'already-settled' || error.code === 'invoice-void') return error.code;
    if (error.code === 'stripe-not-connected' || error.code === 'stripe-not-ready' || error.code === 'validation')
      return 'stripe-not-ready';
  }
  if (!(error instanceof OutsideError || error instanceof Busy)) throw error;
  log.warn('no payment page', describe(error));
  return 'try-again';
};
