import type { Delivery, StoredEvent } from '../state.ts';
import { platformAccount, type World } from '../world.ts';
import { merchantName } from './checkout.ts';
import { formatAmount, html, page, type Html } from './layout.ts';

const eventsShown = 100;

/** What the sandbox holds, newest first, with the buttons for what a payer, a bank or Stripe would do. */
export function homePage(world: World): string {
  return page(
    'Stripe sandbox',
    html`<h1>Stripe sandbox</h1>
      <p class="soft">
        It is ${new Date(world.clock.now()).toISOString()} here. Control calls and what is simulated: README of the sandbox.
      </p>
      ${accounts(world)} ${sessions(world)} ${payments(world)} ${refunds(world)} ${disputes(world)} ${payouts(world)}
      ${events(world)}`,
    true,
  );
}

const table = (title: string, columns: readonly string[], rows: readonly Html[]): Html =>
  html`<h2>${title}</h2>
    ${
      rows.length === 0
        ? html`<p class="soft">None yet.</p>`
        : html`<table>
            <thead>
              <tr>
                ${columns.map((column) => html`<th scope="col">${column}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>`
    }`;

const button = (action: string, label: string, fields: Readonly<Record<string, string>> = {}): Html =>
  html`<form class="inline" method="post" action="/_sandbox/${action}">
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}<button>
      ${label}
    </button>
  </form>`;

const time = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 19).replace('T', ' ');
const yes = (value: boolean): Html => (value ? html`<span class="good">yes</span>` : html`<span class="bad">no</span>`);
const newest = <T>(rows: readonly T[]): T[] => [...rows].reverse();

function accounts(world: World): Html {
  const rows = newest(world.state.accounts.rows()).map(
    ({ object: account }) =>
      html`<tr>
        <td>${merchantName(world, account.id)}<br /><code>${account.id}</code></td>
        <td>${yes(account.details_submitted)}</td>
        <td>${yes(account.charges_enabled)}</td>
        <td>${yes(account.payouts_enabled)}</td>
        <td>
          ${button(`accounts/${account.id}`, 'Complete', { outcome: 'complete' })}${button(`accounts/${account.id}`, 'Put under review', { outcome: 'review' })}${button('payouts', 'Pay out', { account: account.id, currency: account.default_currency ?? 'usd' })}
        </td>
      </tr>`,
  );
  return table('Connected accounts', ['Account', 'Submitted', 'Charges', 'Payouts', ''], rows);
}

function sessions(world: World): Html {
  const rows = newest(world.state.sessions.rows()).map(
    ({ account, object: session }) =>
      html`<tr>
        <td>${time(session.created)}</td>
        <td>${world.state.checkoutDetails.locate(session.id)?.object.items[0]?.description}<br /><code>${session.id}</code></td>
        <td>${merchantName(world, account)}</td>
        <td class="number">${formatAmount(session.amount_total ?? 0, session.currency ?? 'usd')}</td>
        <td>${session.status}, ${session.payment_status}</td>
        <td><a href="/c/pay/${session.id}">Open</a></td>
      </tr>`,
  );
  return table('Checkout sessions', ['Made', 'For', 'To', 'Amount', 'State', ''], rows);
}

function payments(world: World): Html {
  const rows = newest(world.state.paymentIntents.rows()).map(({ account, object: intent }) => {
    const charge = world.state.charges.locate(String(intent.latest_charge))?.object;
    const canRefund = intent.status === 'succeeded' && charge?.refunded === false && !charge.disputed;
    return html`<tr>
      <td>${time(intent.created)}</td>
      <td><code>${intent.id}</code></td>
      <td>${merchantName(world, account)}</td>
      <td class="number">${formatAmount(intent.amount, intent.currency)}</td>
      <td>${intent.status}${charge?.disputed === true ? ', disputed' : ''}</td>
      <td class="number">${formatAmount(charge?.amount_refunded ?? 0, intent.currency)}</td>
      <td>
        ${intent.status === 'processing' ? [button(`payments/${intent.id}`, 'Succeed', { outcome: 'succeeded' }), button(`payments/${intent.id}`, 'Fail', { outcome: 'failed' })] : ''}
        ${canRefund ? [refundForm(intent.id), button('disputes', 'Dispute', { paymentIntent: intent.id })] : ''}
      </td>
    </tr>`;
  });
  return table('Payments', ['Made', 'Payment intent', 'To', 'Amount', 'State', 'Refunded', ''], rows);
}

const refundForm = (intentId: string): Html =>
  html`<form class="inline" method="post" action="/_sandbox/refunds">
    <input type="hidden" name="paymentIntent" value="${intentId}" /><input
      name="amount"
      inputmode="numeric"
      aria-label="Minor units to refund; empty for all"
      placeholder="all"
    /><button>Refund</button>
  </form>`;

function refunds(world: World): Html {
  const rows = newest(world.state.refunds.rows()).map(
    ({ object: refund }) =>
      html`<tr>
        <td>${time(refund.created)}</td>
        <td><code>${refund.id}</code></td>
        <td><code>${refund.payment_intent}</code></td>
        <td class="number">${formatAmount(refund.amount, refund.currency)}</td>
        <td>${refund.status}</td>
        <td>
          ${refund.status === 'pending' ? button(`refunds/${refund.id}`, 'Succeed', { status: 'succeeded' }) : ''}${refund.status === 'failed' ? '' : button(`refunds/${refund.id}`, 'Fail', { status: 'failed' })}
        </td>
      </tr>`,
  );
  return table('Refunds', ['Made', 'Refund', 'Of', 'Amount', 'State', ''], rows);
}

function disputes(world: World): Html {
  const rows = newest(world.state.disputes.rows()).map(
    ({ object: dispute }) =>
      html`<tr>
        <td>${time(dispute.created)}</td>
        <td><code>${dispute.id}</code></td>
        <td><code>${dispute.payment_intent}</code></td>
        <td class="number">${formatAmount(dispute.amount, dispute.currency)}</td>
        <td>${dispute.status}</td>
        <td>
          ${dispute.status === 'needs_response' ? [button(`disputes/${dispute.id}`, 'Won', { status: 'won' }), button(`disputes/${dispute.id}`, 'Lost', { status: 'lost' })] : ''}
        </td>
      </tr>`,
  );
  return table('Disputes', ['Made', 'Dispute', 'Of', 'Amount', 'State', ''], rows);
}

function payouts(world: World): Html {
  const rows = newest(world.state.payouts.rows()).map(
    ({ account, object: payout }) =>
      html`<tr>
        <td>${time(payout.created)}</td>
        <td><code>${payout.id}</code></td>
        <td>${merchantName(world, account)}</td>
        <td class="number">${formatAmount(payout.amount, payout.currency)}</td>
        <td>${payout.status}</td>
      </tr>`,
  );
  return table('Payouts', ['Made', 'Payout', 'To', 'Amount', 'State'], rows);
}

function events(world: World): Html {
  const rows = newest(world.state.events.rows())
    .slice(0, eventsShown)
    .map(
      ({ account, object: event }) =>
        html`<tr>
          <td>${time(event.created)}</td>
          <td>${event.type}<br /><code>${event.id}</code></td>
          <td>${account === platformAccount ? 'platform' : merchantName(world, account)}</td>
          <td><code>${aboutOf(event)}</code></td>
          <td>
            ${event.deliveries.length === 0 ? 'no endpoint' : event.deliveries.map((delivery) => html`<div>${deliveryText(delivery)}</div>`)}
          </td>
          <td>${button(`events/${event.id}/resend`, 'Send again')}</td>
        </tr>`,
    );
  return table('Events', ['Made', 'Event', 'Account', 'About', 'Delivery', ''], rows);
}

const aboutOf = (event: StoredEvent): string => ('id' in event.data.object ? String(event.data.object.id) : '');

function deliveryText({ state, attempts, nextAttemptAt }: Delivery): string {
  const tried =
    attempts.length === 0
      ? ''
      : ` after ${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}, last answer ${attempts.at(-1)?.status || 'none'}`;
  const next = nextAttemptAt === null ? '' : `, next at ${time(Math.floor(nextAttemptAt / 1_000))}`;
  return `${state}${tried}${next}`;
}
