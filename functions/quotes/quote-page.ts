import { dateIn, type Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { printQuote } from '../../shared/domain/print-quote.ts';
import { dayText, momentText, type Picture, type PrintedDocument } from '../../shared/domain/printed.ts';
import { quoteStatusAt, type QuoteStatusShown } from '../../shared/domain/quote.ts';
import { html, type Html } from '../../shared/runtime/page.ts';
import type { QuoteHead, WholeQuote } from '../../shared/store/quotes.ts';
import { documentPage, told } from '../documents/document-page.ts';
import type { LinkedInvoice } from './invoice-by-link.ts';

export const sayings = ['name', 'again', 'slowly'] as const;
/** What the form has to say on the page that it leads back to. */
export type Said = (typeof sayings)[number];

interface Shown {
  readonly token: string;
  readonly now: Instant;
  readonly nonce: string;
  readonly said: Said | undefined;
  readonly logo: Picture | undefined;
  /** The invoice that it became, where it may be seen by the same link. */
  readonly invoice: LinkedInvoice | undefined;
}

/** The page of a quote for its client: what is offered, how it stands, and, while it is open, the form that answers it. */
export const quotePage = ({ head, lines, words }: WholeQuote, shown: Shown): Reply => {
  const status = quoteStatusAt(head, shown.now);
  const date = dateIn(head.zone ?? 'UTC', head.sentAt ?? head.createdAt);
  // The receipt stands in the message.
  const printed = printQuote({ ...head, ...words, answer: null }, lines, { status, date, logo: shown.logo });
  const document = { ...printed, state: printed.state ?? ({ text: 'Open', tone: 'plain' } as const) };
  const pdf = html`<a class="button plain" href="/q/${shown.token}/pdf">Download PDF</a>`;
  return documentPage(document, {
    message: message(head, status, document.supplier.name, shown.invoice),
    caption: 'What is offered',
    actions: status === 'sent' ? form(head, document, shown, pdf) : html`<p class="screen-only">${pdf}</p>`,
    footer: `Fingerprint of these terms: ${head.termsHash}`,
  });
};

/** How the quote stands, in a sentence; the receipt where it was answered, and where to go on. */
const message = (
  head: QuoteHead,
  status: QuoteStatusShown,
  supplier: string,
  invoice: LinkedInvoice | undefined,
): Html | undefined => {
  const { answer, zone } = head;
  const from = html`<bdi>${supplier}</bdi>`;
  if (answer && (status === 'invoiced' || status === 'accepted' || status === 'declined')) {
    const yes = answer.kind === 'accepted';
    const next = yes && !invoice && html` ${from} sends you the invoice.`;
    const terms = answer.termsHash !== null && html`<span class="soft">Fingerprint of the terms: ${answer.termsHash}</span>`;
    return told(
      yes ? 'good' : 'bad',
      html`${yes ? 'Accepted' : 'Declined'} by <bdi>${answer.name}</bdi>`,
      html`On ${momentText(answer.at, answer.zone)}.${next}`,
      ...(terms ? [terms] : []),
      ...(invoice ? [toInvoice(invoice)] : []),
    );
  }
  if (status === 'expired')
    return told(
      'bad',
      'This quote has expired',
      html`It could be accepted until the end of ${dayText(head.validUntil ?? '')} (${zone}). Ask ${from} for a new one.`,
    );
  if (status === 'withdrawn')
    return told('bad', 'This quote was withdrawn', html`It can no longer be accepted. Ask ${from} if you have questions.`);
  if (status === 'superseded')
    return told(
      'bad',
      'A newer version has replaced this quote',
      html`It can no longer be accepted. ${from} has a new link for you.`,
    );
  return undefined;
};

const toInvoice = ({ path, number, isDue }: LinkedInvoice): Html =>
  html`<a class="button main screen-only" href="${path}">${isDue ? 'See and pay' : 'See'} invoice ${number}</a>`;

const problems: Readonly<Record<Said, string>> = {
  name: 'Please type your name, so that it is clear who answers.',
  again: 'This page was open for a long time, or the quote has changed since. Please look at it again, then answer.',
  slowly: 'There were too many answers at once. Please wait a minute, then try again.',
};

const form = (head: QuoteHead, { supplier, sums }: PrintedDocument, { token, nonce, said }: Shown, pdf: Html): Html => {
  const action = `/q/${token}`;
  return html`<form class="act" method="post" action="${action}/accept" aria-labelledby="answer">
<h2 id="answer">Your answer</h2>
${said !== undefined && html`<p class="problem" role="alert">${problems[said]}</p>`}
<input type="hidden" name="termsHash" value="${head.termsHash}">
<input type="hidden" name="nonce" value="${nonce}">
<div><label for="name">Your full name</label>
<input id="name" type="text" name="name" required maxlength="200" autocomplete="name" dir="auto"></div>
<div class="row"><button class="button main" type="submit">Accept for ${sums.at(-1)?.value ?? ''}</button>
<button class="button plain" type="submit" formaction="${action}/decline">Decline</button>${pdf}</div>
<p class="soft">By accepting you agree to this quote as it stands on this page. <bdi>${supplier.name}</bdi> keeps your name and the time with it, and the invoice is made at once.</p>
</form>`;
};
