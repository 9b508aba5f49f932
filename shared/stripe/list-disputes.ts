import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { fromStripeAmount } from './minor-units.ts';

const input = z.strictObject({ accountId: z.string().startsWith('acct_'), paymentIntentId: z.string().startsWith('pi_') });

const dispute = z
  .object({ id: z.string(), amount: z.int(), currency: z.string(), status: z.string() })
  .transform(({ id, amount, currency, status }) => ({
    disputeId: id,
    amount: fromStripeAmount(amount, currency),
    outcome: outcomeOf(status),
  }));

const answer = z.object({ data: z.array(dispute) });

export type StripeDispute = z.output<typeof dispute>;

/** What became of the money: a bank that only inquires, or a dispute that was headed off, has taken none. */
function outcomeOf(status: string): 'none-taken' | 'open' | 'won' | 'lost' {
  if (status.startsWith('warning_') || status === 'prevented') return 'none-taken';
  return status === 'won' || status === 'lost' ? status : 'open';
}

/** The disputes about a payment. A card payment has a handful at most, so one page holds them all. */
export async function listDisputes(stripe: StripeClient, request: z.input<typeof input>): Promise<StripeDispute[]> {
  const { accountId, paymentIntentId } = input.parse(request);
  const page = await callStripe(answer, () =>
    stripe.disputes.list({ payment_intent: paymentIntentId, limit: 100 }, { stripeAccount: accountId }),
  );
  return page.data;
}
