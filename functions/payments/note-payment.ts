import { OutsideError } from '../../shared/domain/outside-error.ts';
import { log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { workspaceOfAccount } from '../../shared/store/stripe-connections.ts';
import { findPaymentIntent } from '../../shared/stripe/find-payment-intent.ts';
import { recordCardPayment } from './record-card-payment.ts';

/** What an event names of a payment, and in which mode it was. */
export interface PaymentNamed {
  readonly accountId: string;
  readonly livemode: boolean;
  readonly paymentIntentId: string | null;
  readonly chargeId: string | null;
  readonly sessionId: string | null;
}

/** Brings the payment that an event is about into the books, as it stands now. Tells whether that changed anything. */
export const notePayment =
  (needs: Parameters<typeof recordCardPayment>[0]) =>
  async ({ accountId, livemode, ...ids }: PaymentNamed): Promise<boolean> => {
    try {
      const { chargeId, sessionId } = ids;
      const paymentIntentId =
        ids.paymentIntentId ?? (await findPaymentIntent((await needs.stripe()).client, { accountId, chargeId, sessionId }));
      // Null: a page that ended without anybody having tried to pay.
      return paymentIntentId !== null && (await recordCardPayment(needs)({ accountId, paymentIntentId, livemode }));
    } catch (error) {
      const isForbidden = error instanceof OutsideError && error.service === 'stripe' && error.status === 403;
      // An account that we may not look into matters only if a workspace is paid into it.
      if (!isForbidden || (await workspaceOfAccount(needs.table)(accountId)) !== undefined) throw error;
      dropUnknown(accountId);
      return false;
    }
  };

/** An account that no workspace has: what it tells is nobody's. */
export const dropUnknown = (accountId: string): void => {
  count('StripeAccountUnknown');
  log.warn('an event of an account that no workspace has was dropped', { accountId });
};
