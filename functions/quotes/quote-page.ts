import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { pricesIncludeTax, type Line } from '../../shared/domain/invoice-lines.ts';
import { sumMoney, type Money } from '../../shared/domain/money.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { quoteStatusAt, type QuoteStatusShown } from '../../shared/domain/quote.ts';
import { clientPage, html, type Html } from '../../shared/runtime/page.ts';
import type { QuoteHead, WholeQuote } from '../../shared/store/quotes.ts';
import { amountText, countryText, dayText, momentText, numberText, rateText } from './page-words.ts';

export const sayings = ['name', 'again', 'slowly'] as const;
/** What the form has to say on the page that it leads back to. */
export type Said = (typeof sayings)[number];

interface Shown {
  readonly token: string;
  readonly now: Instant;
  readonly nonce: string;
  readonly said: Said | undefined;
}

/** The page of a quote for its client: what is offered, how it stands, and, while it is open, the form that answers it. */
export const quotePage = ({ head, lines, words }: WholeQuote, shown: Shown): Reply => {
  const status = quoteStatusAt(head, shown.now);
  const supplier = textOf(words.supplier, 'name');
  return clientPage({
    title: `Quote ${head.number} from ${supplier}`,
    lang: 'en',
    body: html`<main class="sheet">
<header class="head">
<div>
<p class="from"><bdi>${supplier}</bdi></p>
<h1>Quote <bdi>${head.number}</bdi></h1>
${words.title !== '' && html`<p class="title"><bdi>${words.title}</bdi></p>`}
</div>
${stateBadge(status)}
</header>
${message(head, status, supplier)}
${facts(head, status)}
<section class="parties">
${party('From', words.supplier)}
${party('For', words.client)}
</section>
${table(lines)}
${sums(head, lines)}
${words.notes !== '' && html`<section><h2>Notes</h2><div class="notes" dir="auto">${words.notes}</div></section>`}
${status === 'sent' && form(head, supplier, shown)}
</main>
<footer><p>Fingerprint of these terms: ${head.termsHash}</p></footer>`,
  });
};

const textOf = (party: Readonly<Record<string, unknown>>, name: string): string => {
  const value = party[name];
  return typeof value === 'string' ? value : '';
};

const badges: Readonly<Record<QuoteStatusShown, readonly [words: string, look: 'good' | 'bad' | 'plain']>> = {
  draft: ['Draft', 'plain'],
  sent: ['Open', 'plain'],
  accepted: ['Accepted', 'good'],
  invoiced: ['Accepted', 'good'],
  declined: ['Declined', 'bad'],
  expired: ['Expired', 'bad'],
  withdrawn: ['Withdrawn', 'bad'],
  superseded: ['Replaced', 'bad'],
};

const stateBadge = (status: QuoteStatusShown): Html => {
  const [words, look] = badges[status];
  return html`<p class="state ${look}">${words}</p>`;
};

/** How the quote stands, in a sentence; the receipt where it was answered. */
const message = (head: QuoteHead, status: QuoteStatusShown, supplier: string): Html | false => {
  const { answer, zone } = head;
  if (answer && (status === 'invoiced' || status === 'accepted' || status === 'declined')) {
    const yes = answer.kind === 'accepted';
    const next = yes && html` <bdi>${supplier}</bdi> sends you the invoice.`;
    const terms = answer.termsHash !== null && html`<p class="soft">Fingerprint of the terms: ${answer.termsHash}</p>`;
    return html`<div class="told ${yes ? 'good' : 'bad'}" role="status"><strong>${yes ? 'Accepted' : 'Declined'} by <bdi>${answer.name}</bdi></strong>
<p>On ${momentText(answer.at, answer.zone)}.${next}</p>${terms}</div>`;
  }
  if (status === 'expired')
    return told(
      'bad',
      'This quote has expired',
      html`It could be accepted until the end of ${dayText(head.validUntil ?? '')} (${zone}). Ask <bdi>${supplier}</bdi> for a new one.`,
    );
  if (status === 'withdrawn')
    return told(
      'bad',
      'This quote was withdrawn',
      html`It can no longer be accepted. Ask <bdi>${supplier}</bdi> if you have questions.`,
    );
  if (status === 'superseded')
    return told(
      'bad',
      'A newer version has replaced this quote',
      html`It can no longer be accepted. <bdi>${supplier}</bdi> has a new link for you.`,
    );
  return false;
};

const told = (look: 'bad' | 'plain', words: string, more: Html): Html =>
  html`<div class="told ${look}" role="status"><strong>${words}</strong><p>${more}</p></div>`;

const facts = (head: QuoteHead, status: QuoteStatusShown): Html => {
  const fact = (name: string, value: string): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">
${head.sentAt !== null && fact('Date', dayText(dateIn(head.zone ?? 'UTC', head.sentAt)))}
${head.validUntil !== null && fact(status === 'expired' ? 'Was valid until' : 'Valid until', dayText(head.validUntil))}
${head.edition > 1 && fact('Version', String(head.edition))}
${fact('Total', amountText(head.total))}
</dl>`;
};

const party = (title: string, details: Readonly<Record<string, unknown>>): Html => {
  const address = Array.isArray(details['address'])
    ? details['address'].filter((line): line is string => typeof line === 'string')
    : [];
  const numbers = Array.isArray(details['taxNumbers']) ? (details['taxNumbers'] as { number?: unknown }[]) : [];
  const taxNumbers = [textOf(details, 'taxNumber'), ...numbers.map(({ number }) => (typeof number === 'string' ? number : ''))];
  const country = textOf(details, 'country');
  return html`<div><h2>${title}</h2>
<p><strong><bdi>${textOf(details, 'name')}</bdi></strong></p>
${address.map((line) => html`<p><bdi>${line}</bdi></p>`)}
${country !== '' && html`<p>${countryText(country)}</p>`}
${taxNumbers.filter((number) => number !== '').map((number) => html`<p class="soft">Tax number <bdi>${number}</bdi></p>`)}
</div>`;
};

const table = (lines: readonly Line[]): Html => {
  const [price, amount] = pricesIncludeTax(lines) ? ['Price with tax', 'Amount with tax'] : ['Price', 'Amount'];
  return html`<table class="lines">
<caption>What is offered</caption>
<thead><tr><th scope="col">Description</th><th scope="col" class="number">Quantity</th><th scope="col" class="number">${price}</th><th scope="col" class="number">Tax</th><th scope="col" class="number">${amount}</th></tr></thead>
<tbody>
${lines.map(
  (
    line,
  ) => html`<tr><td class="said" dir="auto">${line.description}</td><td class="number" data-label="Quantity">${numberText(line.quantity)}</td><td class="number" data-label="${price}">${amountText(line.unitPrice)}</td><td class="number" data-label="Tax">${rateText(line.tax.rate)}</td><td class="number" data-label="${amount}">${amountText(line.amount)}</td></tr>
`,
)}</tbody>
</table>`;
};

const sums = ({ subtotal, total }: QuoteHead, lines: readonly Line[]): Html => {
  const row = (name: string, amount: Money): Html => html`<div><dt>${name}</dt><dd>${amountText(amount)}</dd></div>`;
  const taxes = Map.groupBy(lines, ({ tax }) => (tax.rate === '0' ? tax.name : `${tax.name} ${rateText(tax.rate)}`));
  return html`<dl class="sums">
${row('Subtotal', subtotal)}
${[...taxes].map(([name, taxed]) =>
  row(
    name,
    sumMoney(
      total.currency,
      taxed.map(({ tax }) => tax.amount),
    ),
  ),
)}
${row('Total', total)}
</dl>`;
};

const problems: Readonly<Record<Said, string>> = {
  name: 'Please type your name, so that it is clear who answers.',
  again: 'This page was open for a long time, or the quote has changed since. Please look at it again, then answer.',
  slowly: 'There were too many answers at once. Please wait a minute, then try again.',
};

const form = (head: QuoteHead, supplier: string, { token, nonce, said }: Shown): Html => {
  const action = `/q/${token}`;
  return html`<form class="act" method="post" action="${action}/accept" aria-labelledby="answer">
<h2 id="answer">Your answer</h2>
${said !== undefined && html`<p class="problem" role="alert">${problems[said]}</p>`}
<input type="hidden" name="termsHash" value="${head.termsHash}">
<input type="hidden" name="nonce" value="${nonce}">
<div><label for="name">Your full name</label>
<input id="name" type="text" name="name" required maxlength="200" autocomplete="name" dir="auto"></div>
<div class="row"><button class="button main" type="submit">Accept for ${amountText(head.total)}</button>
<button class="button plain" type="submit" formaction="${action}/decline">Decline</button></div>
<p class="soft">By accepting you agree to this quote as it stands on this page. <bdi>${supplier}</bdi> keeps your name and the time with it, and sends you the invoice.</p>
</form>`;
};
