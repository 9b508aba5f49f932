import type Stripe from 'stripe';
import type { World } from '../world.ts';
import { formatAmount, html, page, type Html } from './layout.ts';

/** The hosted Checkout page: what is paid and to whom; or, for a session that ended, how it ended. */
export function checkoutPage(world: World, account: string, session: Stripe.Checkout.Session, wasDeclined = false): string {
  const merchant = merchantName(world, account);
  const amount = formatAmount(session.amount_total ?? 0, session.currency ?? 'usd');
  if (session.status !== 'open') return page(`Payment to ${merchant}`, ended(merchant, amount, session));
  const items = world.state.checkoutDetails.find(account, session.id)?.items ?? [];
  return page(
    `Pay ${merchant}`,
    html`<h1>Pay ${merchant}</h1>
      <p class="amount">${amount}</p>
      ${items.map((item) => html`<p class="soft">${item.description}${item.quantity === 1 ? '' : ` × ${item.quantity}`}</p>`)}
      ${wasDeclined ? html`<p class="bad" role="alert">The card was declined. Nothing was paid.</p>` : ''}
      <form class="stack" method="post">
        <button class="main" name="outcome" value="paid">Pay ${amount} by card</button>
        <button name="outcome" value="processing">Pay by bank debit (takes days)</button>
        <button name="outcome" value="declined">Try a card that is declined</button>
      </form>
      ${session.cancel_url === null ? '' : html`<p><a href="${session.cancel_url}">Back to ${merchant}</a></p>`}`,
  );
}

function ended(merchant: string, amount: string, session: Stripe.Checkout.Session): Html {
  if (session.status === 'expired') {
    return html`<h1>This page has expired</h1>
      <p>Nothing was paid. Ask ${merchant} for a new link.</p>`;
  }
  const isPaid = session.payment_status === 'paid';
  return html`<h1>${isPaid ? 'Paid' : 'Your payment is on its way'}</h1>
    <p class="amount">${amount}</p>
    <p class="${isPaid ? 'good' : 'soft'}">
      ${isPaid ? `${merchant} has received your payment.` : `Your bank was asked to pay ${merchant}. This takes a few days.`}
    </p>`;
}

/** The name people know an account by. */
export function merchantName(world: World, account: string): string {
  const found = world.state.accounts.locate(account)?.object;
  return found?.business_profile?.name ?? found?.email ?? 'the sandbox platform';
}
