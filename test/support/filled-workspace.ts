import { followOnce, postForm } from '../../infra/local/demo/api-client.ts';
import { keepPayout } from '../../shared/store/payouts.ts';
import { noteDifference } from '../../shared/store/discrepancies.ts';
import type { Answer, Body, RunningSystem } from './running-system.ts';

/** What a workspace holds: ids by what they are good for. What a request uses up stands there for that request alone. */
export interface Things {
  readonly workspaceId: string;
  /** The admin who made it all. */
  readonly self: string;
  readonly currency: string;
  /** Yesterday, as a date. */
  readonly day: string;
  readonly client: string;
  readonly service: string;
  readonly job: string;
  /** With a fixed price, and money in escrow. */
  readonly fixedJob: string;
  readonly member: string;
  readonly memberToRemove: string;
  readonly entry: string;
  readonly entryToDelete: string;
  readonly entryToBill: string;
  readonly billedEntry: string;
  /** Issued, from time. */
  readonly invoice: string;
  readonly invoiceNumber: string;
  readonly invoiceToPay: string;
  readonly invoiceToVoid: string;
  readonly invoiceToReturn: string;
  readonly invoiceToCredit: string;
  readonly lineToCredit: string;
  readonly creditNote: string;
  readonly draft: string;
  readonly draftToIssue: string;
  readonly draftToDelete: string;
  /** Sent, and so are the two below. */
  readonly quote: string;
  readonly quoteToWithdraw: string;
  readonly quoteToBill: string;
  readonly quoteDraft: string;
  readonly payment: string;
  readonly payout: string;
  /** An open bill, and one whose entry can be written off. */
  readonly bill: string;
  readonly billToReduce: string;
  readonly reducedEntry: string;
  readonly expense: string;
  readonly expenseToBill: string;
  readonly expenseToDelete: string;
  readonly schedule: string;
  readonly scheduleToEnd: string;
  /** Said for days far ahead. */
  readonly taxRate: string;
  /** Something that is told: where books are connected, that documents cannot go on; else an id that nothing has. */
  readonly notification: string;
  /** A difference between the books here and those in Xero. */
  readonly discrepancy: string;
}

/** The last part of an id that nothing has. */
export const absentUlid = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';

/** Sends a request as somebody and answers the thing that was made. */
const makerFor =
  ({ send }: RunningSystem, token: string) =>
  async (route: string, body: object, params?: Record<string, string>): Promise<Body> => {
    const answer = await send({ route, token, body, params });
    if (answer.status !== 201) throw new Error(`${route} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  };

/** Differences come from comparing the books; this one is put where a comparison would have put it. */
const difference = async ({ table, system }: RunningSystem, ws: string, invoice: Body): Promise<string> => {
  const id = `dis_${String(invoice.id).slice(4)}`;
  const seen = { system: 'xero', subject: 'invoice', documentId: invoice.id, outsideId: null, number: invoice.number } as const;
  const said = { kind: 'tax', ours: 'GBP 0.00', theirs: 'GBP 1.00', amount: null, cause: 'Its tax was changed in Xero' } as const;
  const at = new Date(system.clock.now()).toISOString();
  await noteDifference(table)(ws, { difference: { ...seen, ...said }, at, newId: () => id });
  return id;
};

/** Made straight in the table: at Stripe one takes days, and a connected account. */
const payoutOf = async ({ table }: RunningSystem, ws: string, payment: string, mark: string): Promise<string> => {
  const id = `pot_${payment.slice(4)}`;
  const amount = { amount: 9_000, currency: 'GBP' };
  const said = { arrivalDate: '2026-01-05', status: 'paid', automatic: true, fees: null, parts: null, toXero: false } as const;
  const from = { accountId: `acct_${mark}`, stripeId: `po_${mark}`, createdAt: '2026-01-02T00:00:00.000Z' };
  await table.commit([keepPayout(ws, { id, version: 1, amount, ...said, ...from }, undefined)]);
  return id;
};

/** Puts one of each kind into the workspace of an admin, through the API. Everything that has a name carries `mark` in it. */
export const fillWorkspace = async (running: RunningSystem, token: string, mark: string): Promise<Things> => {
  const make = makerFor(running, token);
  const me = (await running.send({ route: 'GET /v1/me', token })).body;
  const { currency } = me.workspace as { currency: string };
  const money = (amount: number) => ({ amount, currency });
  const day = new Date(running.system.clock.now() - 86_400_000).toISOString().slice(0, 10);

  const invite = async (name: string): Promise<Body> =>
    make('POST /v1/members', { email: `${name}@${mark}.example`, name: `${mark} ${name}`, role: 'expert', rate: money(9000) });
  const [member, memberToRemove] = [await invite('noa'), await invite('lee')];
  const costs = { costRate: money(4000) };
  const self = { id: me.member.id as string };
  await running.send({ route: 'PATCH /v1/members/{id}', token, params: self, body: costs, headers: { 'if-match': '*' } });
  const service = await make('POST /v1/services', { name: `${mark} design`, rate: money(8000) });
  const client = await make('POST /v1/clients', { name: `${mark} client`, email: `books@${mark}.example`, country: 'GB' });
  const job = await make('POST /v1/jobs', {
    clientId: client.id,
    name: `${mark} job`,
    serviceId: service.id,
    rate: money(10_000),
  });
  const fixedJob = await make('POST /v1/jobs', { clientId: client.id, name: `${mark} fixed job`, billing: 'fixed' });
  const paidIn = { fundingId: `${mark}-funding`, amount: money(900_000) };
  await make('POST /v1/jobs/{id}/escrow-fundings', paidIn, { id: fixedJob.id });
  const track = async (what: string): Promise<string> => {
    const work = { jobId: job.id, date: day, durationSeconds: 3600, description: `${mark} ${what}` };
    return (await make('POST /v1/time-entries', work)).id;
  };
  const [entry, entryToDelete, entryToBill, billedEntry, reducedEntry] = [
    await track('free'),
    await track('slip'),
    await track('next'),
    await track('billed'),
    await track('reduced'),
  ];
  const invoice = await make('POST /v1/invoices', { jobId: job.id, timeEntryIds: [billedEntry] });
  const reduced = await make('POST /v1/invoices', { jobId: job.id, timeEntryIds: [reducedEntry] });
  const billOf = async ({ id }: Body): Promise<string> => {
    const { body } = await running.send({ route: 'GET /v1/bills', token, query: { invoiceId: id } });
    return (body as { items: { id: string }[] }).items[0]?.id ?? '';
  };
  const spend = async (what: string): Promise<string> => {
    const spent = { jobId: job.id, date: day, amount: money(2500), description: `${mark} ${what}` };
    return (await make('POST /v1/expenses', spent)).id;
  };
  const owed = {
    bill: await billOf(invoice),
    billToReduce: await billOf(reduced),
    reducedEntry,
    expense: await spend('train'),
    expenseToBill: await spend('hotel'),
    expenseToDelete: await spend('slip'),
  };
  const free = async (draft: boolean): Promise<string> => {
    const lines = [{ description: `${mark} work`, unitPrice: money(20_000), serviceId: service.id }];
    return (await make('POST /v1/invoices', { clientId: client.id, jobId: job.id, lines, draft })).id;
  };
  const [invoiceToPay, invoiceToVoid, invoiceToReturn, invoiceToCredit] = [
    await free(false),
    await free(false),
    await free(false),
    await free(false),
  ];
  const credited = await make(
    'POST /v1/invoices/{id}/credit-notes',
    { kind: 'amount', amount: money(500), reason: `${mark} credit` },
    { id: invoiceToCredit },
  );
  const [draft, draftToIssue, draftToDelete] = [await free(true), await free(true), await free(true)];
  const quote = async (sent: boolean): Promise<string> => {
    const lines = [{ description: `${mark} offer`, unitPrice: money(30_000), serviceId: service.id }];
    const { id } = await make('POST /v1/quotes', { clientId: client.id, jobId: job.id, lines, notes: `${mark} terms` });
    if (sent) await running.send({ route: 'POST /v1/quotes/{id}/send', token, params: { id } });
    return id;
  };
  const quotes = {
    quote: await quote(true),
    quoteToWithdraw: await quote(true),
    quoteToBill: await quote(true),
    quoteDraft: await quote(false),
  };
  const monthly = async (): Promise<string> =>
    (await make('POST /v1/invoice-schedules', { jobId: job.id, every: 'month', day: 'last' })).id;
  const schedules = { schedule: await monthly(), scheduleToEnd: await monthly() };
  const taxRate = await make('POST /v1/tax-rates', {
    country: 'US',
    region: 'TX',
    name: `${mark} tax`,
    components: [{ name: 'State', rate: '0.0625' }],
    from: '2190-01-01',
  });
  const arrived = { amount: money(5000), receivedOn: day, reference: `${mark} transfer` };
  const payment = await make('POST /v1/invoices/{id}/payments', arrived, { id: invoiceToPay });
  await running.system.host.settle();
  const told = (await running.send({ route: 'GET /v1/notifications', token })).body as { items: { id: string }[] };
  return {
    workspaceId: me.workspace.id,
    self: me.member.id,
    currency,
    day,
    client: client.id,
    service: service.id,
    job: job.id,
    fixedJob: fixedJob.id,
    member: member.id,
    memberToRemove: memberToRemove.id,
    entry,
    entryToDelete,
    entryToBill,
    billedEntry,
    invoice: invoice.id,
    invoiceNumber: invoice.number,
    invoiceToPay,
    invoiceToVoid,
    invoiceToReturn,
    invoiceToCredit,
    lineToCredit: credited.lines[0].lineId,
    creditNote: credited.id,
    draft,
    draftToIssue,
    draftToDelete,
    ...quotes,
    ...owed,
    ...schedules,
    payment: payment.id,
    payout: await payoutOf(running, me.workspace.id, payment.id, mark),
    taxRate: taxRate.id,
    notification: told.items[0]?.id ?? `ntf_${absentUlid}`,
    discrepancy: await difference(running, me.workspace.id, invoice),
  };
};

/** Connects a workspace to an organisation of the sandbox, as its admin does. Answers what confirming answered. */
export const connectBooks = async ({ send }: RunningSystem, token: string, tenantId: string): Promise<Answer> => {
  const begun = await send({ route: 'POST /v1/xero/connect', token });
  await followOnce(await postForm(begun.body.authorizationUrl, { organisation: tenantId }));
  return send({ route: 'POST /v1/xero/connection/organisation', token, body: { tenantId } });
};

/** Connects a workspace's own Stripe account, as its admin does, so that it takes charges. */
export const connectTill = async ({ send, system }: RunningSystem, token: string): Promise<void> => {
  const begun = await send({ route: 'POST /v1/stripe/connect', token });
  await postForm(begun.body.url, { outcome: 'complete' });
  await system.host.settle();
};

/** The organisations that a fresh sandbox has. */
export const organisations = {
  first: '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e01',
  second: '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e02',
} as const;
