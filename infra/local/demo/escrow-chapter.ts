import type { ApiClient } from './api-client.ts';
import type { DemoContext } from './context.ts';
import { agree, say, shown, type Money } from './telling.ts';
import { until } from './until.ts';
import { inXero } from './xero-chapter.ts';

type Job = { id: string; escrow: { funded: Money; released: Money; invoiced: Money; paid: Money } };

const gbp = (amount: number): Money => ({ amount, currency: 'GBP' });

/** A job with a fixed price: money is paid in, a part of it is released, and the invoice is paid from it at once. */
export const fundAndRelease = async (
  context: DemoContext,
  finance: ApiClient,
  { clientId, memberId }: { clientId: string; memberId: string },
): Promise<void> => {
  const wanted = { clientId, name: 'Shop front', billing: 'fixed', currency: 'GBP' };
  const { id: jobId } = await finance.post<Job>('/v1/jobs', wanted);
  await finance.post(`/v1/jobs/${jobId}/escrow-fundings`, { fundingId: 'shop-front', amount: gbp(180_000) });
  say(context, `The client paid ${shown(gbp(180_000))} in for a job with a fixed price; it waits in escrow.`);
  const part = { releaseId: 'shop-front-sketches', jobId, memberId, amount: gbp(60_000) };
  const release = await finance.post<{ invoiceId: string; invoiceNumber: string }>('/v1/escrow-releases', part);
  const again = await finance.post<{ invoiceId: string }>('/v1/escrow-releases', part);
  agree(again.invoiceId === release.invoiceId, 'a release that is told twice is one invoice');
  const { escrow } = await finance.get<Job>(`/v1/jobs/${jobId}`);
  agree(escrow.paid.amount === 60_000 && escrow.released.amount === 60_000, 'what was released is invoiced and paid');
  say(context, `${shown(escrow.released)} were released: invoice ${release.invoiceNumber} was issued and paid by itself.`);
  const there = await until(
    'its invoice is paid in Xero',
    () => inXero(context, release.invoiceNumber),
    ({ status }) => status === 'PAID',
  );
  say(context, `In Xero ${release.invoiceNumber} is ${there.status}, from the account for escrow.`);
};
