import type { PrintedDocument } from '../../shared/domain/printed.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { html, type Html } from '../../shared/runtime/page.ts';
import { documentPage, told } from './document-page.ts';

/** What the page says besides the invoice itself. */
export interface PageState {
  readonly token: string;
  readonly isPayable: boolean;
  readonly linesLeft: number;
  /** What has just happened, as a word in the address. */
  readonly said: string | undefined;
  readonly formsTo: readonly string[];
}

const messages = new Map<string, Html>(
  Object.entries({
    'already-settled': told('good', 'Nothing is due', 'This invoice is paid, or a payment is on its way.'),
    'invoice-void': told('plain', 'Not payable', 'This invoice is void.'),
    'stripe-not-ready': told(
      'bad',
      'Paying by card is not possible right now',
      'Nothing was charged. Please ask the sender how to pay.',
    ),
    'try-again': told('bad', 'The payment page could not be opened', 'Nothing was charged. Please try again in a minute.'),
    returned: told(
      'plain',
      'Back from the payment page',
      'If you have just paid, it shows here within a minute. You need not pay twice.',
    ),
  }),
);
const thanks = told('good', 'Thank you', 'Your payment has arrived.');

/** The page of an invoice. Its one form leads to a payment page. */
export const invoicePage = (document: PrintedDocument, state: PageState): Reply =>
  documentPage(document, {
    message: messageOf(document, state),
    caption: 'What the invoice is for',
    linesLeft: state.linesLeft,
    actions: actions(document, state),
    footer: 'This page is private: whoever has its address can see the invoice.',
    formsTo: state.formsTo,
  });

/** Whether something can be paid is known here; a word in an address that says otherwise is old, or somebody else's. */
const settled = ['already-settled', 'invoice-void'];

const messageOf = ({ state }: PrintedDocument, { said = '', isPayable }: PageState): Html | undefined => {
  if (said === 'returned' && state?.text === 'Paid') return thanks;
  return isPayable && settled.includes(said) ? undefined : messages.get(said);
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
