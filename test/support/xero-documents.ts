import type { Line } from '../../shared/domain/invoice-lines.ts';
import type { Money } from '../../shared/domain/money.ts';
import { dueChanged } from '../../shared/store/aggregates.ts';
import { addClient, type Client } from '../../shared/store/clients.ts';
import { addInvoice, lineItems, type InvoiceHead } from '../../shared/store/invoices.ts';
import { addPayment, type Payment } from '../../shared/store/payments.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import { waits, type Lane } from '../../shared/store/waiting-work.ts';
import { newId, type TestWorkspace } from './workspace.ts';
import type { XeroStage } from './xero-stage.ts';

/** A client of the workspace. */
export const aClient = async (
  stage: XeroStage,
  { workspace, client }: TestWorkspace,
  changes: Partial<Client> = {},
): Promise<Client> => {
  const made: Client = { ...client, id: newId('cli'), ...changes };
  await stage.engine.table.commit([addClient(workspace.id, made)]);
  return made;
};

/** A client whom the books know by that name. */
export const aBakery = (stage: XeroStage, place: TestWorkspace): Promise<Client> =>
  aClient(stage, place, { name: 'Harbour Bakery Ltd', email: 'accounts@harbourbakery.example' });

let numbers = 0;

/** One line: hours at a price, with 20 % VAT unless said otherwise. Amounts are given, not reckoned. */
export const aLine = (quantity: string, unitPrice: number, amount: number, tax: number, currency = 'GBP', rate = '0.2'): Line => {
  const money = (minor: number): Money => ({ amount: minor, currency });
  const rule = rate === '0' ? ('not-registered' as const) : ('domestic' as const);
  return {
    id: newId('lin'),
    timeEntryId: null,
    timeEntryIds: [],
    memberId: null,
    serviceId: null,
    date: '2026-11-02',
    description: 'Design work',
    quantity,
    unit: 'hour',
    unitPrice: money(unitPrice),
    amount: money(amount),
    tax: { name: 'VAT', rate, amount: money(tax), rule, effectiveFrom: '2020-01-01', components: [] },
    explanation: {
      kind: 'item',
      quantity,
      rate: money(unitPrice),
      rateSource: null,
      taxRule: rule,
      taxName: 'VAT',
      taxRate: rate,
      taxFrom: '2020-01-01',
      taxComponents: [],
      taxIncluded: false,
      amountRounding: { mode: 'half-up', step: 1 },
    },
  };
};

/** An issued invoice that waits to be sent; 1.25 hours at GBP 100.00 and 20 % VAT unless said otherwise. */
export const anInvoice = async (
  stage: XeroStage,
  { workspace }: TestWorkspace,
  client: Client,
  {
    lines = [aLine('1.2500', 10_000, 12_500, 2_500)],
    lane = 'urgent',
    ...changes
  }: Partial<InvoiceHead> & { lines?: Line[]; lane?: Lane } = {},
): Promise<InvoiceHead> => {
  const currency = lines[0]?.amount.currency ?? 'GBP';
  const sum = (amounts: number[]): Money => ({ amount: amounts.reduce((total, one) => total + one, 0), currency });
  const subtotal = sum(lines.map(({ amount }) => amount.amount));
  const tax = sum(lines.map((line) => line.tax.amount.amount));
  const at = new Date(stage.clock.now()).toISOString();
  numbers += 1;
  const head: InvoiceHead = {
    id: newId('inv'),
    version: 1,
    status: 'issued',
    epoch: 1,
    linesEpoch: 1,
    lineCount: lines.length,
    clientId: client.id,
    jobId: null,
    currency,
    source: 'lines',
    number: `INV-${String(numbers).padStart(4, '0')}`,
    issueDate: '2026-11-20',
    dueDate: '2026-12-04',
    notes: '',
    subtotal,
    tax,
    total: sum([subtotal.amount, tax.amount]),
    paid: { amount: 0, currency },
    sentAt: null,
    toXero: true,
    createdAt: at,
    ...changes,
  } as InvoiceHead;
  await stage.engine.table.putMany(lineItems(workspace.id, head.id, 1, lines, { supplier: {}, client: {} }));
  await stage.engine.table.commit([
    addInvoice(workspace.id, head),
    ...(head.dueDate === null ? [] : [dueChanged(workspace.id, head.dueDate, head.total)]),
    waits(workspace.id, { lane, kind: 'invoice', documentId: head.id, version: stage.clock.now(), dueAt: at, since: at }),
  ]);
  return head;
};

/** A payment recorded by hand that waits to be sent. */
export const aPayment = async (
  stage: XeroStage,
  { workspace }: TestWorkspace,
  invoice: InvoiceHead,
  changes: Partial<Payment> = {},
): Promise<Payment> => {
  const at = new Date(stage.clock.now()).toISOString();
  const payment = {
    id: newId('pay'),
    version: 1,
    invoiceId: invoice.id,
    amount: invoice.total,
    counts: invoice.total,
    refunded: { amount: 0, currency: invoice.currency },
    overpaid: { amount: 0, currency: invoice.currency },
    method: 'manual',
    origin: 'platform',
    receivedOn: '2026-11-21',
    reference: 'BACS 12',
    status: 'succeeded',
    faults: [],
    paymentIntentId: null,
    createdAt: at,
    ...changes,
  } as unknown as Payment;
  await stage.engine.table.commit([
    addPayment(workspace.id, payment),
    waits(workspace.id, {
      lane: 'payments',
      kind: 'payment',
      documentId: payment.id,
      version: stage.clock.now(),
      dueAt: at,
      since: at,
    }),
  ]);
  return payment;
};

/** The sync item of a document, parsed. */
export const syncOf = async (stage: XeroStage, { workspace }: TestWorkspace, id: string) => {
  const item = await stage.engine.table.get(syncItemKey(workspace.id, id));
  return item && parseSyncItem(item);
};
