import type { DocumentCall } from '../../shared/api/documents.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { readShareToken } from '../../shared/domain/share-token.ts';
import { clientPage, html } from '../../shared/runtime/page.ts';
import { linkOfCookie } from './page-url.ts';

/** Leads a client who comes back from a payment page on to the page of the invoice, if this is the browser that left from there. */
export const showAfterPayment =
  () =>
  async ({ params, raw }: DocumentCall<'showAfterPayment'>): Promise<Reply> => {
    const token = linkOfCookie(raw.headers['cookie']);
    if (token !== undefined && readShareToken(token, 'inv')?.documentId === params.id)
      return { status: 303, headers: { location: `/i/${token}?said=returned`, 'referrer-policy': 'no-referrer' } };
    return clientPage({
      title: 'Thank you',
      lang: 'en',
      body: html`<main class="sheet"><header class="head"><h1>Thank you</h1></header><p>If you have paid, your payment is on its way. You can close this page.</p></main>`,
    });
  };
