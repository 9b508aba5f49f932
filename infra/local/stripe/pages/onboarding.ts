import type Stripe from 'stripe';
import { html, page } from './layout.ts';

/** Where the owner of a connected account gives Stripe the details it asks for. */
export function onboardingPage(account: Stripe.Account): string {
  const due = account.requirements?.currently_due ?? [];
  return page(
    'Set up payments',
    html`<h1>Set up payments</h1>
      <p>Account <code>${account.id}</code>${account.email === null ? '' : ` (${account.email})`}, ${account.country}.</p>
      ${
        due.length === 0
          ? html`<p class="good">Nothing is missing.</p>`
          : html`<p class="soft">Still asked for:</p>
              <ul>
                ${due.map((item) => html`<li><code>${item}</code></li>`)}
              </ul>`
      }
      <form class="stack" method="post">
        <button class="main" name="outcome" value="complete">Give all details and finish</button>
        <button name="outcome" value="review">Submit, but let Stripe check a document first</button>
        <button name="outcome" value="later">Save for later</button>
      </form>`,
  );
}
