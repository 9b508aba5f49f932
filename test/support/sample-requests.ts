import { routes } from '../../shared/api/routes.ts';
import type { Route } from '../../shared/api/route.ts';
import type { Things } from './filled-workspace.ts';
import { pngFile } from './pictures.ts';

/** A request that its route takes: every id and every nested object that a body can have stands in at least one sample. */
export interface Sample {
  readonly route: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** A file, sent as it is. */
  readonly rawBody?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How tests name a route. */
export const lineOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

/** The route that a line of the API names. */
export const routeOf = (line: string): Route => {
  const found = routes.find((route) => lineOf(route) === line);
  if (!found) throw new Error(`${line} is no line of the API`);
  return found;
};

/**
 * Requests of an admin to the routes that ask for a sign-in, in an order in which all of them succeed once in a workspace that is
 * connected to Xero and Stripe. Confirming the organisation has no sample here: it needs a browser that comes back from Xero.
 */
export const sampleRequests = (own: Things): readonly Sample[] => [
  ...timeSamples(own),
  ...workspaceSamples(own),
  ...peopleSamples(own),
  ...jobSamples(own),
  // Before time is billed by members and days: that takes all expenses along.
  ...billSamples(own),
  ...invoiceSamples(own),
  ...escrowSamples(own),
  ...scheduleSamples(own),
  ...quoteSamples(own),
  ...paymentSamples(own),
  ...xeroSamples(own),
  { route: 'GET /v1/dashboard', query: { from: own.day, to: own.day, interval: 'day' } },
  { route: 'GET /v1/notifications', query: { limit: '10' } },
  { route: 'POST /v1/notifications/{id}/resolve', params: { id: own.notification } },
  { route: 'POST /v1/reconciliation/run', body: { scope: 'all' } },
  { route: 'GET /v1/reconciliation' },
  { route: 'GET /v1/discrepancies', query: { state: 'open', limit: '10' } },
  { route: 'GET /v1/discrepancies/{id}', params: { id: own.discrepancy } },
  {
    route: 'POST /v1/discrepancies/{id}/resolve',
    params: { id: own.discrepancy },
    body: { way: 'ignore', reason: 'Agreed', outsideId: '3f2b8a90-0000-4000-8000-000000000000' },
  },
  // What comes behind it finds no connection any more.
  { route: 'DELETE /v1/xero/connection' },
];

const timeSamples = (own: Things): Sample[] => {
  const longAgo = { memberIds: [own.member], from: '2020-01-01', to: '2020-01-31' };
  const work = { jobId: own.job, description: 'Sketches', billable: true, serviceId: own.service };
  return [
    { route: 'POST /v1/timer/start', body: work },
    { route: 'GET /v1/timer' },
    { route: 'DELETE /v1/timer' },
    { route: 'POST /v1/timer/stop', body: { timerId: own.entry, description: 'Sketches' } },
    { route: 'POST /v1/time-entries', body: { ...work, memberId: own.member, date: own.day, durationSeconds: 1800 } },
    {
      route: 'POST /v1/time-entries',
      body: { ...work, memberId: own.member, startedAt: `${own.day}T09:00:00Z`, endedAt: `${own.day}T10:30:00+01:00` },
    },
    {
      route: 'GET /v1/time-entries',
      query: { from: own.day, to: own.day, jobId: own.job, memberId: own.self, status: 'unbilled', limit: '5' },
    },
    { route: 'GET /v1/time-entries/{id}', params: { id: own.entry } },
    {
      route: 'PATCH /v1/time-entries/{id}',
      params: { id: own.entry },
      body: { jobId: own.job, serviceId: own.service, description: 'More sketches' },
    },
    { route: 'DELETE /v1/time-entries/{id}', params: { id: own.entryToDelete } },
    { route: 'POST /v1/jobs/{id}/re-rate/preview', params: { id: own.job }, body: longAgo },
    // What the preview of no entries says.
    { route: 'POST /v1/jobs/{id}/re-rate', params: { id: own.job }, body: { ...longAgo, expect: 'T1PNoYwrqgwDVLtfmj7L5e' } },
  ];
};

const workspaceSamples = (own: Things): Sample[] => [
  { route: 'GET /v1/me' },
  { route: 'PATCH /v1/me', body: { emailNotices: true } },
  { route: 'POST /v1/session/workspace', body: { workspaceId: own.workspaceId } },
  { route: 'GET /v1/workspace' },
  { route: 'GET /v1/tax-rates' },
  { route: 'GET /v1/tax-rates/of-place', query: { country: 'US', region: 'TX', from: '2020-01-01' } },
  { route: 'POST /v1/tax-rates/preview', body: taxRate('HI') },
  { route: 'POST /v1/tax-rates', body: taxRate('HI') },
  { route: 'PATCH /v1/tax-rates/{id}', params: { id: own.taxRate }, body: { to: '2198-12-31' } },
  { route: 'DELETE /v1/tax-rates/{id}', params: { id: own.taxRate } },
  {
    route: 'PATCH /v1/workspace',
    body: {
      name: 'The same venture',
      timerLimitSeconds: 28_800,
      rate: { amount: 7000, currency: own.currency },
      taxRegistrations: [{ country: 'GB', number: 'GB123456782', from: '2020-01-01' }],
      numberSeries: { invoice: { prefix: 'CT-', next: 1000, digits: 5 } },
    },
  },
  { route: 'PUT /v1/workspace/logo', rawBody: pngFile(), headers: { 'content-type': 'image/png' } },
  { route: 'GET /v1/workspace/logo' },
  { route: 'DELETE /v1/workspace/logo' },
];

/** A rate of an American state, far ahead, so that nothing else in the workspace changes. */
export const taxRate = (region: string) => ({
  country: 'US',
  region,
  name: 'Sales tax',
  components: [{ name: 'State', rate: '0.0625', needs: 'region' }],
  from: '2190-01-01',
  to: '2190-12-31',
});

const peopleSamples = (own: Things): Sample[] => {
  const rate = { amount: 9500, currency: own.currency };
  const rounding = { mode: 'up', minutes: 6, minimumMinutes: 6 };
  return [
    {
      route: 'POST /v1/members',
      body: {
        email: `ida@${own.workspaceId.toLowerCase().replace('_', '')}.example`,
        name: 'Ida',
        role: 'expert',
        rate,
        costRate: rate,
      },
    },
    { route: 'GET /v1/members', query: { limit: '5' } },
    { route: 'GET /v1/members/{id}', params: { id: own.member } },
    { route: 'PATCH /v1/members/{id}', params: { id: own.member }, body: { name: 'Noa', rate, costRate: rate } },
    { route: 'DELETE /v1/members/{id}', params: { id: own.memberToRemove } },
    { route: 'POST /v1/clients', body: { name: 'A new client', country: 'GB', timeRounding: rounding } },
    { route: 'GET /v1/clients', query: { archived: 'false', limit: '5' } },
    { route: 'GET /v1/clients/{id}', params: { id: own.client } },
    { route: 'PATCH /v1/clients/{id}', params: { id: own.client }, body: { paymentTermsDays: 30, timeRounding: rounding } },
    { route: 'POST /v1/services', body: { name: 'Development', rate } },
    { route: 'GET /v1/services', query: { limit: '5' } },
    { route: 'GET /v1/services/{id}', params: { id: own.service } },
    { route: 'PATCH /v1/services/{id}', params: { id: own.service }, body: { rate } },
  ];
};

const jobSamples = (own: Things): Sample[] => {
  const rate = { amount: 12_000, currency: own.currency };
  const work = { memberIds: [own.self, own.member], serviceId: own.service, rate, budgetAmount: rate };
  return [
    { route: 'POST /v1/jobs', body: { clientId: own.client, name: 'Another job', ...work } },
    { route: 'GET /v1/jobs', query: { clientId: own.client, archived: 'false', limit: '5' } },
    { route: 'GET /v1/jobs/{id}', params: { id: own.job } },
    { route: 'PATCH /v1/jobs/{id}', params: { id: own.job }, body: { name: 'The job', ...work } },
    { route: 'GET /v1/jobs/{id}/rates', params: { id: own.job } },
    {
      route: 'PUT /v1/jobs/{id}/rates',
      params: { id: own.job },
      body: { rate, memberRates: [{ memberId: own.member, rate }] },
    },
  ];
};

const scheduleSamples = (own: Things): Sample[] => [
  { route: 'POST /v1/invoice-schedules', body: { jobId: own.job, every: 'week', day: 5, dueInDays: 14, groupBy: 'day' } },
  { route: 'POST /v1/invoice-schedules', body: { clientId: own.client, every: 'month', day: 'last', draft: true } },
  { route: 'GET /v1/invoice-schedules', query: { limit: '5' } },
  { route: 'GET /v1/invoice-schedules/{id}', params: { id: own.schedule } },
  { route: 'PATCH /v1/invoice-schedules/{id}', params: { id: own.schedule }, body: { dueInDays: 30, paused: true } },
  { route: 'DELETE /v1/invoice-schedules/{id}', params: { id: own.scheduleToEnd } },
];

const escrowSamples = (own: Things): Sample[] => {
  const amount = { amount: 12_000, currency: own.currency };
  return [
    { route: 'POST /v1/jobs/{id}/escrow-fundings', params: { id: own.fixedJob }, body: { fundingId: 'funding-2', amount } },
    { route: 'GET /v1/jobs/{id}/escrow', params: { id: own.fixedJob }, query: { limit: '5' } },
    {
      route: 'POST /v1/escrow-releases',
      body: { releaseId: 'release-1', jobId: own.fixedJob, memberId: own.self, amount },
    },
  ];
};

const invoiceSamples = (own: Things): Sample[] => {
  const unitPrice = { amount: 15_000, currency: own.currency };
  const lines = [{ description: 'Work', quantity: '1.5', unitPrice, serviceId: own.service }];
  const byMember = { jobId: own.job, memberIds: [own.self], from: own.day, to: own.day };
  return [
    {
      route: 'POST /v1/invoices/preview',
      body: { jobId: own.job, timeEntryIds: [own.entryToBill], expenseIds: [own.expense] },
    },
    { route: 'POST /v1/invoices/preview', body: byMember },
    { route: 'POST /v1/invoices', body: { clientId: own.client, jobId: own.job, lines } },
    { route: 'POST /v1/invoices', body: { jobId: own.job, timeEntryIds: [own.entryToBill], expenseIds: [own.expenseToBill] } },
    { route: 'POST /v1/invoices', body: { ...byMember, draft: true } },
    { route: 'GET /v1/invoices', query: { clientId: own.client, limit: '5' } },
    { route: 'GET /v1/invoices', query: { jobId: own.job, limit: '5' } },
    { route: 'GET /v1/invoices/{id}', params: { id: own.invoice } },
    { route: 'GET /v1/invoices/{id}/lines', params: { id: own.invoice }, query: { limit: '5' } },
    { route: 'PATCH /v1/invoices/{id}', params: { id: own.draft }, body: { lines, notes: 'Thank you' } },
    { route: 'DELETE /v1/invoices/{id}', params: { id: own.draftToDelete } },
    { route: 'POST /v1/invoices/{id}/issue', params: { id: own.draftToIssue } },
    { route: 'POST /v1/invoices/{id}/void', params: { id: own.invoiceToVoid } },
    { route: 'POST /v1/invoices/{id}/return-to-draft', params: { id: own.invoiceToReturn } },
    { route: 'POST /v1/invoices/{id}/sync', params: { id: own.invoice } },
    { route: 'GET /v1/invoices/{id}/pdf', params: { id: own.invoice } },
    { route: 'POST /v1/invoices/{id}/share', params: { id: own.invoice } },
    {
      route: 'POST /v1/invoices/{id}/send',
      params: { id: own.invoice },
      body: { to: 'accounts@client.example', message: 'With thanks' },
    },
    { route: 'DELETE /v1/invoices/{id}/share', params: { id: own.invoice } },
  ];
};

const billSamples = (own: Things): Sample[] => {
  const spent = { jobId: own.job, date: own.day, amount: { amount: 1500, currency: own.currency }, description: 'Train' };
  const [bill, expense] = [{ params: { id: own.bill } }, { params: { id: own.expense } }];
  return [
    { route: 'GET /v1/bills', query: { memberId: own.self, invoiceId: own.invoice, status: 'open', limit: '5' } },
    { route: 'GET /v1/bills/{id}', ...bill },
    { route: 'POST /v1/bills/{id}/write-off', ...bill, body: { seconds: 60, reason: 'Rework' } },
    {
      route: 'POST /v1/bills/{id}/write-off',
      params: { id: own.billToReduce },
      body: { timeEntryIds: [own.reducedEntry], reason: 'Rework' },
    },
    { route: 'POST /v1/bills/{id}/approve', ...bill },
    { route: 'POST /v1/expenses', body: { ...spent, memberId: own.self, billable: false, paidBy: 'workspace' } },
    { route: 'GET /v1/expenses', query: { jobId: own.job, memberId: own.self, limit: '5' } },
    { route: 'GET /v1/expenses/{id}', ...expense },
    { route: 'PATCH /v1/expenses/{id}', ...expense, body: { jobId: own.job, billable: true } },
    { route: 'DELETE /v1/expenses/{id}', params: { id: own.expenseToDelete } },
  ];
};

const quoteSamples = (own: Things): Sample[] => {
  const unitPrice = { amount: 15_000, currency: own.currency };
  const lines = [{ description: 'Work', quantity: '1.5', unitPrice, serviceId: own.service }];
  const open = { params: { id: own.quote } };
  return [
    { route: 'POST /v1/quotes', body: { clientId: own.client, jobId: own.job, lines, title: 'A new shop' } },
    { route: 'GET /v1/quotes', query: { clientId: own.client, status: 'sent', limit: '5' } },
    { route: 'GET /v1/quotes', query: { jobId: own.job, limit: '5' } },
    { route: 'GET /v1/quotes/{id}', ...open },
    { route: 'GET /v1/quotes/{id}/pdf', ...open },
    { route: 'PATCH /v1/quotes/{id}', params: { id: own.quoteDraft }, body: { lines, notes: 'By spring' } },
    { route: 'POST /v1/quotes/{id}/send', params: { id: own.quoteDraft }, body: { mail: { to: 'accounts@client.example' } } },
    { route: 'POST /v1/quotes/{id}/mail', ...open, body: { to: 'accounts@client.example', message: 'With thanks' } },
    { route: 'POST /v1/quotes/{id}/share', ...open },
    { route: 'DELETE /v1/quotes/{id}/share', ...open },
    { route: 'POST /v1/quotes/{id}/revise', ...open },
    { route: 'POST /v1/quotes/{id}/withdraw', params: { id: own.quoteToWithdraw } },
    { route: 'POST /v1/invoices', body: { quoteId: own.quoteToBill } },
  ];
};

const paymentSamples = (own: Things): Sample[] => [
  {
    route: 'POST /v1/invoices/{id}/payments',
    params: { id: own.invoiceToPay },
    body: { amount: { amount: 1000, currency: own.currency }, receivedOn: own.day, reference: 'Transfer' },
  },
  { route: 'POST /v1/stripe/connect', body: { returnUrl: 'http://localhost:5173/settings' } },
  { route: 'GET /v1/stripe/connection' },
  {
    route: 'POST /v1/invoices/{id}/checkout',
    params: { id: own.invoice },
    body: { returnUrl: 'http://localhost:5173/invoices' },
  },
  { route: 'GET /v1/payments', query: { invoiceId: own.invoiceToPay, limit: '5' } },
  { route: 'GET /v1/payments/{id}', params: { id: own.payment } },
  {
    route: 'POST /v1/payments/{id}/refunds',
    params: { id: own.payment },
    body: { amount: { amount: 100, currency: own.currency } },
  },
  { route: 'GET /v1/payouts', query: { limit: '5' } },
  { route: 'GET /v1/payouts/{id}', params: { id: own.payout } },
  { route: 'GET /v1/invoices/{id}/corrections', params: { id: own.invoiceToCredit } },
  {
    route: 'POST /v1/invoices/{id}/credit-notes',
    params: { id: own.invoiceToCredit },
    body: {
      kind: 'lines',
      lines: [{ lineId: own.lineToCredit, amount: { amount: 100, currency: own.currency } }],
      reason: 'Late',
    },
  },
  {
    route: 'POST /v1/invoices/{id}/credit-notes',
    params: { id: own.invoiceToCredit },
    body: { kind: 'amount', amount: { amount: 100, currency: own.currency }, settle: 'allocate' },
  },
  { route: 'GET /v1/credit-notes', query: { invoiceId: own.invoiceToCredit, clientId: own.client, from: own.day, limit: '5' } },
  { route: 'GET /v1/credit-notes/{id}', params: { id: own.creditNote } },
  { route: 'GET /v1/credit-notes/{id}/pdf', params: { id: own.creditNote } },
];

const xeroSamples = (own: Things): Sample[] => [
  { route: 'GET /v1/xero/connection' },
  { route: 'POST /v1/xero/connect', body: { returnUrl: 'http://localhost:5173/settings' } },
  { route: 'POST /v1/xero/test' },
  { route: 'GET /v1/xero/settings' },
  {
    route: 'PUT /v1/xero/settings',
    body: {
      contactPolicy: 'match-or-create',
      serviceAccounts: { [own.service]: '200' },
      sync: { contacts: true, invoices: true, payments: true },
      autoSync: { clients: false, renames: false, members: false, contacts: false },
      sendInvoices: { when: 'weekly', day: 5 },
    },
  },
  { route: 'PUT /v1/xero/settings', body: { sendInvoices: { when: 'on-save' } } },
  { route: 'GET /v1/xero/accounts' },
  { route: 'GET /v1/xero/tax-rates' },
  { route: 'GET /v1/xero/contacts', query: { search: 'a', limit: '5' } },
  { route: 'GET /v1/xero/sync-items', query: { state: 'pending', limit: '5' } },
  { route: 'POST /v1/xero/sync-items/{id}/retry', params: { id: own.invoice } },
  { route: 'POST /v1/xero/push', body: { ids: [own.invoice, own.client, own.payment] } },
  { route: 'POST /v1/xero/contacts/import', body: { contactIds: ['4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e99'] } },
  { route: 'POST /v1/xero/contacts/import', body: { all: true } },
  { route: 'POST /v1/xero/clients/export', body: { clientIds: [own.client] } },
  { route: 'POST /v1/xero/members/export', body: { memberIds: [own.member] } },
  { route: 'POST /v1/xero/backfill', body: { from: own.day, kinds: ['contact', 'invoice', 'payment'] } },
  { route: 'GET /v1/xero/backfill' },
];
