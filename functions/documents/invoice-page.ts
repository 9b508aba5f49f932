import type { PrintedDocument } from '../../shared/domain/printed.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { clientPage, html, logoImage, type Html } from '../../shared/runtime/page.ts';

/** What the page says besides the invoice itself. */
export interface PageState {
  readonly token: string;
  readonly isPayable: boolean;
  readonly linesLeft: number;
  /** What has just happened, as a word in the address. */
  readonly said: string | undefined;
  readonly formsTo: readonly string[];
}

const told: Readonly<Record<string, { tone: 'good' | 'bad' | 'plain'; title: string; text: string }>> = {
  'already-settled': { tone: 'good', title: 'Nothing is due', text: 'This invoice is paid, or a payment is on its way.' },
  'invoice-void': { tone: 'plain', title: 'Not payable', text: 'This invoice is void.' },
  'stripe-not-ready': {
    tone: 'bad',
    title: 'Paying by card is not possible right now',
    text: 'Nothing was charged. Please ask the sender how to pay.',
  },
  'try-again': {
    tone: 'bad',
    title: 'The payment page could not be opened',
    text: 'Nothing was charged. Please try again in a minute.',
  },
  returned: {
    tone: 'plain',
    title: 'Back from the payment page',
    text: 'If you have just paid, it shows here within a minute. You need not pay twice.',
  },
};

/** The page of an invoice. Nothing on it changes anything but its one form, which leads to a payment page. */
export const invoicePage = (document: PrintedDocument, state: PageState): Reply =>
  clientPage({
    title: `${document.title} ${document.number} · ${document.supplier.name}`,
    lang: 'en',
    formsTo: state.formsTo,
    body: html`<main class="sheet">
${head(document)}
${notice(state.said, document)}
${facts(document)}
<section class="parties">
<div><h2>From</h2>${party(document.supplier)}</div>
<div><h2>${document.clientLabel}</h2>${party(document.client)}</div>
</section>
${table(document, state)}
<dl class="sums">${document.sums.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
${document.remarks.length + document.notes.length > 0 && html`<div class="notes" dir="auto">${[...document.remarks, document.notes].filter((text) => text !== '').join('\n')}</div>`}
${actions(document, state)}
</main>
<footer>This page is private: whoever has its address can see the invoice.</footer>`,
  });

const head = ({ title, number, supplier, logo, state }: PrintedDocument): Html => html`<header class="head">
<div>${logo && logoImage(logo)}<p class="from"><bdi>${supplier.name}</bdi></p><h1>${title} <bdi>${number}</bdi></h1></div>
${state && html`<p class="state ${state.tone}">${state.text}</p>`}
</header>`;

const notice = (said: string | undefined, { state }: PrintedDocument): Html | undefined => {
  const words = said === 'returned' && state?.text === 'Paid' ? thanks : told[said ?? ''];
  return words && html`<div class="told ${words.tone}" role="status"><strong>${words.title}</strong><p>${words.text}</p></div>`;
};
const thanks = { tone: 'good', title: 'Thank you', text: 'Your payment has arrived.' } as const;

const facts = ({ facts: known, sums }: PrintedDocument): Html =>
  html`<dl class="facts">${[...known, ...sums.slice(-1)].map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;

/** A party reads from the side on which its name begins. */
const party = ({ name, details }: PrintedDocument['supplier']): Html =>
  html`<div dir="auto"><p><strong>${name}</strong></p>${details.map((detail) => html`<p class="soft"><bdi>${detail}</bdi></p>`)}</div>`;

const table = ({ lines, currency }: PrintedDocument, { linesLeft }: PageState): Html => {
  const hasTax = lines.some(({ tax }) => tax !== '');
  return html`<table class="lines">
<caption>What the invoice is for</caption>
<thead><tr><th scope="col">Description</th><th scope="col" class="number">Quantity</th><th scope="col" class="number">Price</th>${hasTax && html`<th scope="col" class="number">Tax</th>`}<th scope="col" class="number">Amount (${currency})</th></tr></thead>
<tbody>${lines.map(
    (line) =>
      html`<tr><td class="said" dir="auto">${line.description}${line.detail !== '' && html`<small><bdi>${line.detail}</bdi></small>`}</td><td class="number" data-label="Quantity">${line.quantity}</td><td class="number" data-label="Price">${line.unitPrice}</td>${hasTax && html`<td class="number" data-label="Tax">${line.tax}</td>`}<td class="number" data-label="Amount (${currency})">${line.amount}</td></tr>
`,
  )}</tbody>
</table>
${linesLeft > 0 && html`<p class="soft">And ${linesLeft} more in the PDF.</p>`}`;
};

const actions = ({ sums }: PrintedDocument, { token, isPayable }: PageState): Html => {
  const pdf = html`<a class="button plain" href="/i/${token}/pdf">Download PDF</a>`;
  if (!isPayable) return html`<p class="screen-only">${pdf}</p>`;
  const due = sums.at(-1)?.value ?? '';
  return html`<form class="act" method="post" action="/i/${token}/pay">
<p class="soft">You pay by card on a page of Stripe; the money goes straight to the sender.</p>
<div class="row"><button class="button main" type="submit">Pay ${due}</button>${pdf}</div>
</form>`;
};
