import { createHash } from 'node:crypto';
import { addDays, dateIn, type DateText, type Instant } from '../../shared/domain/days.ts';
import { dueDateFrom } from '../../shared/domain/invoice.ts';
import { lineTotals, type Line } from '../../shared/domain/invoice-lines.ts';
import { stepFor, zero, type AmountStep, type Money } from '../../shared/domain/money.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { taxRuleFor, type TaxRule } from '../../shared/domain/tax.ts';
import { tableWith } from '../../shared/domain/tax-rates.ts';
import type { TaxTableRow } from '../../shared/domain/tax-row.ts';
import { taxTable } from '../../shared/domain/tax-table.ts';
import type { Once } from '../../shared/domain/once.ts';
import { keepsBooksInXero, lockDateOf } from '../../shared/store/books.ts';
import { clientKey, parseClient, type Client } from '../../shared/store/clients.ts';
import { onceKey, unfinishedBy } from '../../shared/store/idempotency.ts';
import type { InvoiceHead, Parties } from '../../shared/store/invoices.ts';
import { jobKey, parseJob, type Job } from '../../shared/store/jobs.ts';
import { keys } from '../../shared/store/keys.ts';
import { seriesKey, seriesOr, type StoredSeries } from '../../shared/store/number-series.ts';
import { serviceKey } from '../../shared/store/services.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { parseTaxRates, taxRatesKey } from '../../shared/store/tax-rates.ts';
import { parseWorkspace, workspaceKey, type Workspace } from '../../shared/store/workspaces.ts';

/** Everything that decides what an invoice says, besides its lines. */
export interface InvoiceTerms {
  readonly workspace: Workspace;
  readonly client: Client;
  readonly job: Job | undefined;
  readonly series: StoredSeries;
  readonly toXero: boolean;
  readonly currency: string;
  readonly issueDate: DateText;
  readonly dueDate: DateText;
  readonly taxRule: TaxRule;
  /** The invoice that an earlier try of the same request left unfinished. */
  readonly unfinished: string | undefined;
  /** The smallest step of an amount, in minor units. */
  readonly step: AmountStep;
  /** Whether prices are meant with tax. */
  readonly pricesIncludeTax: boolean;
}

export interface TermsAsked {
  readonly jobId?: string | null | undefined;
  readonly clientId?: string | undefined;
  readonly issueDate?: DateText | null | undefined;
  readonly dueDate?: DateText | null | undefined;
  readonly pricesIncludeTax?: boolean | undefined;
  /** The kinds of work that lines name. */
  readonly serviceIds?: readonly string[] | undefined;
  /** The request's own record is read along: what an earlier try left unfinished has to be given up first. */
  readonly once?: Once | undefined;
}

const missing = 'There is no such thing here';

/** Reads the workspace, the job and the client, and finds the tax rule that holds on the issue date. Two round trips, one without a job. */
export const readTerms =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async (ws: string, asked: TermsAsked): Promise<InvoiceTerms> => {
    const wanted = [workspaceKey(ws), seriesKey(ws, 'invoice'), keys.xeroConnection(ws), taxRatesKey(ws)];
    const jobAt = asked.jobId ? jobKey(ws, asked.jobId) : undefined;
    const clientAt = asked.clientId ? clientKey(ws, asked.clientId) : undefined;
    const onceAt = asked.once && onceKey(asked.once);
    const servicesAt = [...new Set(asked.serviceIds)].map((id) => serviceKey(ws, id));
    const found = await table.batchGet([
      ...wanted,
      ...servicesAt,
      ...[jobAt, clientAt, onceAt].filter((key) => key !== undefined),
    ]);
    const unfinished = asked.once && unfinishedBy(asked.once, found.get(keyText(onceKey(asked.once))));
    const jobItem = jobAt && found.get(keyText(jobAt));
    if (jobAt && !jobItem) return refuse('not-found', missing);
    const job = jobItem && parseJob(jobItem);
    const clientItem = clientAt ? found.get(keyText(clientAt)) : job && (await table.get(clientKey(ws, job.clientId)));
    const workspaceItem = found.get(keyText(workspaceKey(ws)));
    if (!clientItem || !workspaceItem) return refuse('not-found', missing);
    if (!servicesAt.every((key) => found.has(keyText(key)))) return refuse('not-found', missing);
    const workspace = parseWorkspace(workspaceItem);
    const client = parseClient(clientItem);
    if (job && job.clientId !== client.id) return refuse('not-found', missing);
    const books = found.get(keyText(keys.xeroConnection(ws)));
    const toXero = keepsBooksInXero(books);
    const ownRates = parseTaxRates(found.get(keyText(taxRatesKey(ws)))).rates;
    const dates = datesAndTax(workspace, client, asked, { now: now(), table: tableWith(ownRates, taxTable()) });
    requireOpenPeriod(dates.issueDate, lockDateOf(books));
    return {
      workspace,
      client,
      job,
      series: seriesOr(found.get(keyText(seriesKey(ws, 'invoice'))), 'invoice'),
      toXero,
      unfinished,
      pricesIncludeTax: asked.pricesIncludeTax ?? false,
      ...dates,
      ...amounts(job?.currency ?? client.currency, toXero),
    };
  };

/** What is dated in a period that the books are closed for could never get there. */
const requireOpenPeriod = (issueDate: DateText, lockDate: DateText | undefined): void => {
  if (lockDate === undefined || issueDate > lockDate) return;
  const firstOpenDate = addDays(lockDate, 1);
  refuse('locked-period', `The books are closed up to ${lockDate}: the invoice can be dated from ${firstOpenDate} on`, {
    firstOpenDate,
  });
};

const amounts = (currency: string, toXero: boolean) => ({ currency, step: stepFor(currency, { connectedToXero: toXero }) });

const datesAndTax = (
  workspace: Workspace,
  client: Client,
  asked: TermsAsked,
  { now, table }: { now: Instant; table: readonly TaxTableRow[] },
) => {
  const issueDate = asked.issueDate ?? dateIn(workspace.zone, now);
  const dueDate = asked.dueDate ?? dueDateFrom(issueDate, client.paymentTermsDays ?? workspace.paymentTermsDays);
  const taxRule = taxRuleFor({
    registrations: workspace.taxRegistrations,
    client,
    date: issueDate,
    table,
    home: workspace.country,
  });
  return { issueDate, dueDate, taxRule };
};

/** The job that time is billed on. */
export const jobOf = ({ job }: InvoiceTerms): Job => job ?? refuse('not-found', missing);

/** What a person saw in a preview, as a short text: lines without their ids, sums and dates. */
export const fingerprint = (terms: InvoiceTerms, lines: readonly Line[]): string => {
  const seen = lines.map(({ timeEntryIds, description, quantity, unitPrice, amount, tax }) => ({
    timeEntryIds,
    description,
    quantity,
    unitPrice,
    amount,
    tax,
  }));
  return createHash('sha256')
    .update(JSON.stringify([terms.currency, terms.issueDate, terms.dueDate, seen]))
    .digest('base64url')
    .slice(0, 22);
};

/** Copies of both parties' details for the document; later changes of either don't reach it. */
export const partiesOf = ({
  workspace,
  client,
  issueDate,
}: Pick<InvoiceTerms, 'workspace' | 'client' | 'issueDate'>): Parties => ({
  supplier: {
    name: workspace.name,
    address: workspace.address,
    country: workspace.country,
    taxNumbers: workspace.taxRegistrations
      .filter(({ from, to }) => from <= issueDate && (to === undefined || issueDate <= to))
      .map(({ country, number }) => ({ country, number })),
  },
  client: {
    name: client.name,
    email: client.email,
    address: client.address,
    country: client.country,
    region: client.region,
    taxNumber: client.taxNumber,
  },
});

/** A head that was never stored yet, with the sums of its lines. */
export const newHead = (
  terms: InvoiceTerms,
  {
    id,
    lines,
    source,
    notes,
    now,
  }: { id: string; lines: readonly Line[]; source: 'time' | 'lines'; notes: string; now: Instant },
): InvoiceHead => {
  const sums: { subtotal: Money; tax: Money; total: Money } = lineTotals(terms.currency, lines);
  return {
    id,
    version: 1,
    status: 'collecting',
    epoch: 1,
    linesEpoch: 1,
    lineCount: lines.length,
    clientId: terms.client.id,
    jobId: terms.job?.id ?? null,
    currency: terms.currency,
    source,
    number: null,
    issueDate: terms.issueDate,
    dueDate: terms.dueDate,
    notes,
    ...sums,
    paid: zero(terms.currency),
    sentAt: null,
    toXero: terms.toXero,
    freeing: false,
    createdAt: now,
  };
};
