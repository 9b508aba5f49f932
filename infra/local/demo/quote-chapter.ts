import type { ApiClient } from './api-client.ts';
import { postForm } from './api-client.ts';
import type { DemoContext } from './context.ts';
import { agree, say, shown, type Money } from './telling.ts';
import { until } from './until.ts';
import { inXero } from './xero-chapter.ts';

type Quote = { id: string; number: string; status: string; total: Money; invoiceId: string | null; sync: { state: string } };

/** The hidden fields of the page's form, as a browser would send them. */
const hiddenFields = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name ?? '',
      value ?? '',
    ]),
  );

/** Sends a quote and accepts it on its page, as the client does without an account. Answers the invoice that it became. */
export const offerAndAccept = async (
  context: DemoContext,
  finance: ApiClient,
  clientId: string,
): Promise<{ id: string; number: string }> => {
  const lines = [
    { description: 'Photographs of the bakery', quantity: '1', unitPrice: { amount: 48_000, currency: 'GBP' } },
    { description: 'Retouching, each', quantity: '12', unitPrice: { amount: 1_500, currency: 'GBP' } },
  ];
  const draft = await finance.post<Quote>('/v1/quotes', { clientId, lines, title: 'A day of photographs' });
  const sent = await finance.post<Quote & { link: { url: string } }>(`/v1/quotes/${draft.id}/send`);
  say(context, `Quote ${sent.number} over ${shown(sent.total)} was sent by a link that only its reader knows.`);
  const page = await (await fetch(sent.link.url)).text();
  await postForm(`${sent.link.url}/accept`, { ...hiddenFields(page), name: 'Harriet Baker' });
  const accepted = await finance.get<Quote>(`/v1/quotes/${draft.id}`);
  agree(accepted.status === 'invoiced' && accepted.invoiceId !== null, 'the accepted quote became an invoice');
  const invoice = await finance.get<{ id: string; number: string; total: Money }>(`/v1/invoices/${accepted.invoiceId}`);
  agree(shown(invoice.total) === shown(sent.total), 'the invoice is over what was accepted');
  say(context, `Harriet accepted it on its page, without an account: invoice ${invoice.number} was issued in the same moment.`);
  await until(
    'the quote is invoiced in Xero',
    () => finance.get<Quote>(`/v1/quotes/${draft.id}`),
    ({ sync }) => sync.state === 'synced',
  );
  const there = await until(
    'its invoice stands in Xero',
    () => inXero(context, invoice.number),
    ({ status }) => status === 'AUTHORISED',
  );
  say(context, `In Xero the quote is invoiced, and ${invoice.number} is ${there.status} over ${there.total}.`);
  return invoice;
};
