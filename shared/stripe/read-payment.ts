import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { listDisputes, type StripeDispute } from './list-disputes.ts';
import { listRefunds, type StripeRefund } from './list-refunds.ts';
import { fromStripeAmount } from './minor-units.ts';
import { instant, metadata } from './shapes.ts';

const input = z.strictObject({ accountId: z.string().startsWith('acct_'), paymentIntentId: z.string().startsWith('pi_') });

const charge = z.object({
  id: z.string(),
  amount_refunded: z.int(),
  disputed: z.boolean(),
  balance_transaction: z.object({ fee: z.int(), currency: z.string(), created: instant }).nullable(),
});

const answer = z
  .object({
    id: z.string(),
    status: z.string(),
    amount: z.int(),
    amount_received: z.int(),
    currency: z.string(),
    created: instant,
    livemode: z.boolean(),
    metadata,
    latest_charge: charge.nullable(),
  })
  .transform(({ latest_charge: latest, ...intent }) => ({
    paymentIntentId: intent.id,
    status: intent.status,
    amountAsked: fromStripeAmount(intent.amount, intent.currency),
    amountReceived: fromStripeAmount(intent.amount_received, intent.currency),
    created: intent.created,
    livemode: intent.livemode,
    metadata: intent.metadata,
    chargeId: latest?.id ?? null,
    /** What was given back; a refund that failed later isn't among it. */
    refunded: fromStripeAmount(latest?.amount_refunded ?? 0, intent.currency),
    disputed: latest?.disputed ?? false,
    /** When the money was booked on the account's balance; null while none is. */
    arrivedAt: latest?.balance_transaction?.created ?? null,
    /** Stripe's fee, in the currency of the account's balance; null while nothing is booked. */
    fee: latest?.balance_transaction
      ? fromStripeAmount(latest.balance_transaction.fee, latest.balance_transaction.currency)
      : null,
  }));

export type StripePayment = z.output<typeof answer> & { disputes: StripeDispute[]; refunds: StripeRefund[] };

/** A payment as it is now, whatever events said and in whichever order. `OutsideError` 404 `resource_missing` if the account has none such. */
export async function readPayment(stripe: StripeClient, request: z.input<typeof input>): Promise<StripePayment> {
  const { accountId, paymentIntentId } = input.parse(request);
  const payment = await callStripe(answer, () =>
    stripe.paymentIntents.retrieve(
      paymentIntentId,
      { expand: ['latest_charge.balance_transaction'] },
      { stripeAccount: accountId },
    ),
  );
  // A charge stays marked as disputed when the dispute was won: only the disputes themselves tell.
  const disputes = payment.disputed ? await listDisputes(stripe, { accountId, paymentIntentId }) : [];
  const refunds = payment.refunded.amount > 0 ? await listRefunds(stripe, { accountId, paymentIntentId }) : [];
  return { ...payment, disputes, refunds };
}
