import type { Line } from '../../shared/domain/invoice-lines.ts';
import { dateIn, type DateText, type Instant } from '../../shared/domain/days.ts';
import { stepFor, type AmountStep } from '../../shared/domain/money.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { taxRuleFor, type TaxRule } from '../../shared/domain/tax.ts';
import { tableWith } from '../../shared/domain/tax-rates.ts';
import { taxTable } from '../../shared/domain/tax-table.ts';
import { keepsBooksInXero } from '../../shared/store/books.ts';
import { clientKey, parseClient, type Client } from '../../shared/store/clients.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { jobKey, parseJob, type Job } from '../../shared/store/jobs.ts';
import { keys } from '../../shared/store/keys.ts';
import { seriesKey, seriesOr, type StoredSeries } from '../../shared/store/number-series.ts';
import type { QuoteHead, QuoteWords } from '../../shared/store/quotes.ts';
import { serviceKey } from '../../shared/store/services.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { parseTaxRates, taxRatesKey } from '../../shared/store/tax-rates.ts';
import { parseWorkspace, workspaceKey, type Workspace } from '../../shared/store/workspaces.ts';
import { partiesOf } from '../invoices/plan-invoice.ts';

/** Everything that decides what a quote says, besides its lines. */
export interface QuotePlan {
  readonly workspace: Workspace;
  readonly client: Client;
  readonly job: Job | undefined;
  readonly series: StoredSeries;
  readonly toXero: boolean;
  readonly currency: string;
  /** Today in the workspace's zone: the day whose tax holds. */
  readonly issueDate: DateText;
  readonly taxRule: TaxRule;
  readonly step: AmountStep;
}

interface Asked {
  readonly clientId?: string | undefined;
  readonly jobId?: string | null | undefined;
  readonly serviceIds?: readonly string[];
}

const missing = 'There is no such thing here';

/** Reads the workspace, the client and the job, and finds the tax rule that holds today. Two round trips when only a job is named. */
export const readPlan =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async (ws: string, { clientId, jobId, serviceIds = [] }: Asked): Promise<QuotePlan> => {
    const servicesAt = [...new Set(serviceIds)].map((id) => serviceKey(ws, id));
    const found = await table.batchGet([
      workspaceKey(ws),
      seriesKey(ws, 'quote'),
      keys.xeroConnection(ws),
      taxRatesKey(ws),
      ...servicesAt,
      ...(clientId === undefined ? [] : [clientKey(ws, clientId)]),
      ...(jobId == null ? [] : [jobKey(ws, jobId)]),
    ]);
    const job = jobId == null ? undefined : mustBeAt(found, jobKey(ws, jobId), parseJob);
    const at = clientKey(ws, clientId ?? job?.clientId ?? '');
    const item = found.get(keyText(at)) ?? (clientId === undefined ? await table.get(at) : undefined);
    if (!item || !servicesAt.every((key) => found.has(keyText(key)))) return refuse('not-found', missing);
    const client = parseClient(item);
    if (job && job.clientId !== client.id) return refuse('not-found', missing);
    if (job && job.escrowFunded > 0)
      return refuse('job-funded', 'This job is funded already; its invoices come from the funding', { jobId: job.id });
    const workspace = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    const issueDate = dateIn(workspace.zone, now());
    const toXero = keepsBooksInXero(found.get(keyText(keys.xeroConnection(ws))));
    const currency = job?.currency ?? client.currency;
    const taxRule = taxRuleFor({
      registrations: workspace.taxRegistrations,
      client,
      date: issueDate,
      table: tableWith(parseTaxRates(found.get(keyText(taxRatesKey(ws)))).rates, taxTable()),
      home: workspace.country,
    });
    return {
      workspace,
      client,
      job,
      series: foundAt(found, seriesKey(ws, 'quote'), (stored) => seriesOr(stored, 'quote')) ?? seriesOr(undefined, 'quote'),
      toXero,
      currency,
      issueDate,
      taxRule,
      step: stepFor(currency, { connectedToXero: toXero }),
    };
  };

/** What the quote says besides its lines, with copies of both parties' details as they are now. */
export const wordsOf = (plan: QuotePlan, { title, notes }: { title: string; notes: string }): QuoteWords => ({
  title,
  notes,
  ...partiesOf(plan),
});

/** A draft that was never stored yet. */
export const newDraft = (
  plan: QuotePlan,
  draft: Pick<QuoteHead, 'id' | 'validUntil' | 'createdAt' | 'subtotal' | 'tax' | 'total'> & { lines: readonly Line[] },
): QuoteHead => {
  const { lines, ...known } = draft;
  return {
    ...known,
    version: 1,
    status: 'draft',
    edition: 1,
    number: null,
    clientId: plan.client.id,
    jobId: plan.job?.id ?? null,
    currency: plan.currency,
    linesEpoch: 1,
    lineCount: lines.length,
    sentAt: null,
    endsAt: null,
    zone: null,
    termsDays: null,
    termsHash: null,
    linkHash: null,
    answer: null,
    invoiceId: null,
    supersedes: null,
    supersededBy: null,
    toXero: plan.toXero,
  };
};
