import type { ApiClient } from './api-client.ts';
import type { DemoContext } from './context.ts';
import { agree, say, shown, type Money } from './telling.ts';
import { until } from './until.ts';

type CreditNote = { id: string; number: string; total: Money; sync: { state: string } };
type Payment = { id: string; refunded: Money; sync: { state: string } };

const gbp = (amount: number): Money => ({ amount, currency: 'GBP' });

const synced = (finance: ApiClient, what: string, path: string): Promise<{ sync: { state: string } }> =>
  until(
    `${what} stands in Xero`,
    () => finance.get<{ sync: { state: string } }>(path),
    ({ sync }) => sync.state === 'synced',
  );

/** An invoice that was paid is credited in part, and the money goes back to the client's card; one that is open is credited, too. */
export const creditAndRefund = async (
  context: DemoContext,
  finance: ApiClient,
  { paid, open }: { paid: { id: string; number: string }; open: { id: string; number: string } },
): Promise<void> => {
  const back = { kind: 'amount', amount: gbp(6000), reason: 'A page less than agreed', settle: 'refund' };
  const note = await finance.post<CreditNote>(`/v1/invoices/${paid.id}/credit-notes`, back);
  const { items } = await finance.get<{ items: Payment[] }>(`/v1/payments?invoiceId=${paid.id}`);
  const payment = items[0];
  agree(payment !== undefined, 'the invoice was paid');
  const refunded = await until(
    'Stripe has given the money back',
    () => finance.get<Payment>(`/v1/payments/${payment?.id}`),
    ({ refunded: sum }) => sum.amount === 6000,
  );
  say(
    context,
    `Invoice ${paid.number} was credited by ${shown(note.total)} (${note.number}), and ${shown(refunded.refunded)} went back to the card.`,
  );
  const less = { kind: 'amount', amount: gbp(4800), reason: 'Two photographs less', settle: 'allocate' };
  const other = await finance.post<CreditNote>(`/v1/invoices/${open.id}/credit-notes`, less);
  const { due } = await finance.get<{ due: Money }>(`/v1/invoices/${open.id}`);
  say(context, `Invoice ${open.number} was credited by ${shown(other.total)} (${other.number}); ${shown(due)} are due on it.`);
  for (const { id, number } of [note, other]) await synced(finance, number, `/v1/credit-notes/${id}`);
  await synced(finance, 'the payment', `/v1/payments/${payment?.id}`);
  say(context, 'Both credit notes and the refund are in Xero.');
};

/** Compares the books, and says what was found. */
export const compareBooks = async (context: DemoContext, finance: ApiClient): Promise<void> => {
  await finance.post('/v1/reconciliation/run', { scope: 'all' });
  const compared = await until(
    'the books are compared',
    () => finance.get<{ state: string; open: number; compared: Record<string, number> }>('/v1/reconciliation'),
    ({ state }) => state === 'done',
  );
  const { items } = await finance.get<{ items: unknown[] }>('/v1/discrepancies');
  agree(compared.open === 0 && items.length === 0, `both books say the same: ${JSON.stringify(items)}`);
  say(context, `Both books were compared, document by document: they say the same.`);
};
