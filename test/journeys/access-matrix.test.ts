import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../shared/api/routes.ts';
import type { Route } from '../../shared/api/route.ts';
import { powerlessTokens, worthlessTokens } from '../support/forged-tokens.ts';
import { startRunningSystem, type RunningSystem } from '../support/running-system.ts';
import { lineOf, routeOf } from '../support/sample-requests.ts';

const callers = ['expert', 'finance', 'finance without export', 'admin', 'admin elsewhere'] as const;
type Caller = (typeof callers)[number];

const everybody: readonly Caller[] = callers;
const office: readonly Caller[] = ['finance', 'finance without export', 'admin', 'admin elsewhere'];
const exporters: readonly Caller[] = ['finance', 'admin', 'admin elsewhere'];
const admins: readonly Caller[] = ['admin', 'admin elsewhere'];
/** Nobody signs in: what comes is signed by who sends it. */
const signed = 'signed';
/** Nobody signs in, and nobody needs to. */
const open = 'open';

/**
 * Who may call what, written down a second time: a route whose access is changed by mistake, or that nobody has thought about, fails
 * here. Everybody acts in their own workspace.
 */
const whoMay: Readonly<Record<string, readonly Caller[] | typeof signed | typeof open>> = {
  startTimer: everybody,
  getTimer: everybody,
  stopTimer: everybody,
  discardTimer: everybody,
  createTimeEntry: everybody,
  listTimeEntries: everybody,
  getTimeEntry: everybody,
  updateTimeEntry: everybody,
  deleteTimeEntry: everybody,
  previewReRating: office,
  reRateEntries: office,

  listBills: everybody,
  getBill: everybody,
  writeOffBill: office,
  approveBill: office,
  createExpense: everybody,
  listExpenses: everybody,
  getExpense: everybody,
  updateExpense: everybody,
  deleteExpense: everybody,

  getMe: everybody,
  updateMe: everybody,
  switchWorkspace: everybody,
  getWorkspace: everybody,
  updateWorkspace: admins,
  getLogo: everybody,
  putLogo: admins,
  deleteLogo: admins,
  createMember: admins,
  listMembers: office,
  getMember: office,
  updateMember: admins,
  removeMember: admins,
  createClient: office,
  listClients: office,
  getClient: office,
  updateClient: office,
  createService: office,
  listServices: everybody,
  getService: everybody,
  updateService: office,
  createJob: office,
  listJobs: everybody,
  getJob: everybody,
  updateJob: office,
  getJobRates: office,
  setJobRates: office,
  showTax: office,
  listTaxRates: office,
  previewTaxRate: admins,
  createTaxRate: admins,
  endTaxRate: admins,
  deleteTaxRate: admins,

  previewInvoice: office,
  createInvoice: office,
  listInvoices: office,
  getInvoice: office,
  listInvoiceLines: office,
  updateInvoice: office,
  deleteInvoice: office,
  issueInvoice: office,
  voidInvoice: office,
  returnToDraft: office,
  syncInvoice: exporters,
  recordEscrowFunding: office,
  listEscrow: office,
  recordEscrowRelease: office,
  createInvoiceSchedule: office,
  listInvoiceSchedules: office,
  getInvoiceSchedule: office,
  updateInvoiceSchedule: office,
  deleteInvoiceSchedule: office,

  createQuote: office,
  listQuotes: office,
  getQuote: office,
  updateQuote: office,
  sendQuote: office,
  mailQuote: office,
  reviseQuote: office,
  withdrawQuote: office,
  shareQuote: office,
  revokeQuoteLink: office,
  getPublicQuote: open,
  acceptPublicQuote: open,
  declinePublicQuote: open,
  showQuotePage: open,
  acceptOnPage: open,
  declineOnPage: open,

  createCheckout: office,
  recordPayment: office,
  getInvoicePdf: office,
  getQuotePdf: office,
  getCreditNotePdf: office,
  shareInvoice: office,
  revokeInvoiceLinks: office,
  sendInvoice: office,
  getPublicInvoice: open,
  showInvoicePage: open,
  getPublicInvoicePdf: open,
  getPublicQuotePdf: open,
  showAfterPayment: open,
  payOnPage: open,

  listPayments: office,
  getPayment: office,
  refundPayment: office,
  createCreditNote: office,
  listCreditNotes: office,
  getCreditNote: office,
  listPayouts: office,
  getPayout: office,
  getCorrections: office,
  connectStripe: admins,
  getStripeConnection: office,
  receiveStripeEvent: signed,

  getXeroConnection: office,
  connectXero: admins,
  xeroCallback: open,
  chooseXeroOrganisation: admins,
  testXeroConnection: office,
  disconnectXero: admins,
  getXeroSettings: office,
  setXeroSettings: office,
  listXeroAccounts: office,
  listXeroTaxRates: office,
  listXeroContacts: office,
  listSyncItems: office,
  retrySyncItem: exporters,
  pushToXero: exporters,
  importXeroContacts: office,
  exportClientsToXero: exporters,
  exportMembersToXero: exporters,
  startXeroBackfill: exporters,
  getXeroBackfill: office,
  receiveXeroEvents: signed,

  getDashboard: office,
  listNotifications: everybody,
  resolveNotification: office,
  runReconciliation: office,
  getReconciliation: office,
  listDiscrepancies: office,
  getDiscrepancy: office,
  resolveDiscrepancy: office,
  getOpenApi: open,
  getReference: open,
};

/** Where a removal counts at once: people, settings of the workspace, and what money and books are connected to. */
const readAgain = [
  'updateWorkspace',
  'putLogo',
  'deleteLogo',
  'createTaxRate',
  'endTaxRate',
  'deleteTaxRate',
  'createMember',
  'updateMember',
  'removeMember',
  'refundPayment',
  'connectStripe',
  'connectXero',
  'chooseXeroOrganisation',
  'disconnectXero',
];

const absent = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';
/** An id that fits the route and names nothing. */
const paramsOf = ({ params }: Route): Record<string, string> | undefined => {
  const ids = ['te', 'mem', 'cli', 'svc', 'job', 'inv', 'quo', 'pay', 'cn', 'sch', 'ntf', 'dis', 'tax'].map(
    (prefix) => `${prefix}_${absent}`,
  );
  return params && { id: ids.find((id) => params.safeParse({ id }).success) ?? 'no id fits' };
};

let running: RunningSystem;
let tokens: Record<Caller, string>;
let worthless: Record<string, string>;
let powerless: Record<string, string>;

/** Signs a new person of the first workspace in; answers their token and member id. */
const welcome = async (name: string, role: string, more: object = {}): Promise<{ token: string; memberId: string }> => {
  const email = `${name}@kestrel.example`;
  const made = await running.send({
    route: 'POST /v1/members',
    token: running.tokens.admin,
    body: { email, name, role, ...more },
  });
  expect(made.status).toBe(201);
  return { token: await running.system.tokenFor(email), memberId: made.body.id };
};

beforeAll(async () => {
  running = await startRunningSystem();
  const { admin, finance, expert, stranger } = running.tokens;
  const quiet = await welcome('quinn', 'finance', { exportToAccounting: false });
  tokens = { expert, finance, 'finance without export': quiet.token, admin, 'admin elsewhere': stranger };
  worthless = await worthlessTokens(running);
  powerless = await powerlessTokens(running);
});

afterAll(() => running?.close());

/** What the gate says: 401, 403, or `in` for whatever the room behind it answers. */
const knock = async (route: Route, token?: string): Promise<401 | 403 | 'in'> => {
  const { status, text } = await running.send({ route: lineOf(route), token, params: paramsOf(route) });
  if (status >= 500) throw new Error(`${lineOf(route)} answered ${status}: ${text}`);
  return status === 401 || status === 403 ? status : 'in';
};

const knockAs = async (route: Route, keys: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    await Promise.all(Object.entries(keys).map(async ([who, token]) => [who, await knock(route, token)] as const)),
  );

const allOf = <T>(names: readonly string[], value: (name: string) => T): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, value(name)]));

test('the table names every route and no other', () => {
  expect(Object.keys(whoMay).toSorted()).toEqual(routes.map(({ id }) => id).toSorted());
});

describe('who may call a route', () => {
  const signedIn = routes.filter(({ id }) => Array.isArray(whoMay[id]));

  test.each(signedIn.map((route) => [lineOf(route), route] as const))('%s', async (_line, route) => {
    const may = whoMay[route.id] as readonly string[];
    expect(await knock(route)).toBe(401);
    expect(await knockAs(route, worthless)).toEqual(allOf(Object.keys(worthless), () => 401));
    expect(await knockAs(route, powerless)).toEqual(allOf(Object.keys(powerless), () => 403));
    expect(await knockAs(route, tokens)).toEqual(allOf(callers, (who) => (may.includes(who) ? 'in' : 403)));
  });

  const withoutSignIn = routes.filter(({ id }) => whoMay[id] === open);
  test.each(withoutSignIn.map((route) => [lineOf(route), route] as const))('%s: anybody', async (_line, route) => {
    expect(await knock(route)).toBe('in');
    expect(await knockAs(route, worthless)).toEqual(allOf(Object.keys(worthless), () => 'in'));
  });

  test('a refusal is a problem, and says nothing of what lies behind it', async () => {
    const refused = await running.send({ route: 'GET /v1/invoices', token: tokens.expert });
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(refused.body).toEqual({
      type: 'urn:problem:forbidden',
      title: 'Not allowed',
      status: 403,
      code: 'forbidden',
      detail: 'This role may not do that',
    });
  });
});

describe('a signed route takes only what its sender signed', () => {
  const sign = {
    receiveXeroEvents: (body: string): Record<string, string> => {
      const [key] = running.system.credentials.xero.webhookKeys;
      return { 'X-Xero-Signature': createHmac('sha256', String(key)).update(body).digest('base64') };
    },
    receiveStripeEvent: (body: string): Record<string, string> => {
      const [, secret] = running.system.credentials.stripe.webhookSecrets;
      const at = Math.floor(running.system.clock.now() / 1000);
      const digest = createHmac('sha256', String(secret)).update(`${at}.${body}`).digest('hex');
      return { 'STRIPE-Signature': `t=${at},v1=${digest}` };
    },
  };
  const bodies = {
    receiveXeroEvents: '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"ÄÖ"}',
    receiveStripeEvent:
      '{"id":"evt_1","object":"event","type":"product.created","account":"acct_1","livemode":false,"created":1,"data":{"object":{"object":"product","id":"ÄÖ"}}}',
  };
  const signedRoutes = routes.filter(({ id }) => whoMay[id] === signed);

  test('all of them are tried here', () => {
    expect(signedRoutes.map(({ id }) => id).toSorted()).toEqual(Object.keys(sign).toSorted());
  });

  test.each(signedRoutes.map((route) => [lineOf(route), route] as const))('%s', async (route, { id }) => {
    const body = bodies[id as keyof typeof bodies];
    const headers = sign[id as keyof typeof sign](body);
    const send = (more: object) => running.send({ route, rawBody: body, headers, ...more });
    const refused = id === 'receiveXeroEvents' ? 401 : 400;

    expect(await send({})).toMatchObject({ status: 200, text: '' });
    // The gateway hands a body that it takes for no text on in Base64.
    expect((await send({ headers: { ...headers, 'content-type': 'application/octet-stream' } })).status).toBe(200);
    const altered = Buffer.from(body);
    altered[altered.length - 3] = (altered.at(-3) ?? 0) ^ 1;
    const unwanted = [
      await send({ headers: {} }),
      await send({ headers: {}, token: tokens.admin }),
      await send({ rawBody: altered }),
      await send({ rawBody: `${body} ` }),
      await send({ headers: allOf(Object.keys(headers), (name) => String(headers[name]).slice(0, -2)) }),
      await send({
        headers: allOf(Object.keys(headers), (name) => String(headers[name]).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))),
      }),
    ];
    expect(unwanted.map(({ status, text }) => ({ status, text }))).toEqual(unwanted.map(() => ({ status: refused, text: '' })));
  });

  test('Stripe: not from the past, not from the future', async () => {
    const body = bodies.receiveStripeEvent;
    const [, secret] = running.system.credentials.stripe.webhookSecrets;
    const sentAt = async (seconds: number): Promise<number> => {
      const at = Math.floor(running.system.clock.now() / 1000) + seconds;
      const digest = createHmac('sha256', String(secret)).update(`${at}.${body}`).digest('hex');
      const headers = { 'stripe-signature': `t=${at},v1=${digest}` };
      return (await running.send({ route: 'POST /v1/webhooks/stripe', rawBody: body, headers })).status;
    };
    expect([await sentAt(-290), await sentAt(-310), await sentAt(3600)]).toEqual([200, 400, 400]);
  });
});

describe('a member who is no member any more', () => {
  const only = (ids: readonly string[]): Route[] => routes.filter(({ id }) => ids.includes(id));
  const knockEverywhere = async (wanted: readonly Route[], token: string) =>
    Object.fromEntries(await Promise.all(wanted.map(async (route) => [route.id, await knock(route, token)] as const)));
  const change = async (route: string, memberId: string, body?: object): Promise<void> => {
    const { status } = await running.send({ route, token: tokens.admin, params: { id: memberId }, body });
    expect([200, 204]).toContain(status);
  };

  test('is kept out at once wherever a removal has to count at once', async () => {
    const { token, memberId } = await welcome('rowan', 'admin');
    expect(await knockEverywhere(only(readAgain), token)).toEqual(allOf(readAgain, () => 'in'));
    await change('DELETE /v1/members/{id}', memberId);
    expect(await knockEverywhere(only(readAgain), token)).toEqual(allOf(readAgain, () => 403));
  });

  test('is kept out everywhere by the next token, which comes within ten minutes', async () => {
    const email = 'robin@kestrel.example';
    const { memberId } = await welcome('robin', 'finance');
    await change('DELETE /v1/members/{id}', memberId);
    const asking = routes.filter(({ access }) => access !== 'public');
    expect(await knockEverywhere(asking, await running.system.tokenFor(email))).toEqual(
      allOf(
        asking.map(({ id }) => id),
        () => 403,
      ),
    );
    expect(running.system.host.identity?.pool.clients.map(({ accessSeconds }) => accessSeconds)).toEqual([600]);
  });

  test('or no admin any more, is no admin at once', async () => {
    const { token, memberId } = await welcome('remy', 'admin');
    await change('PATCH /v1/members/{id}', memberId, { role: 'expert' });
    expect(await knockEverywhere(only(readAgain), token)).toEqual(allOf(readAgain, () => 403));
    expect(await knock(routeOf('GET /v1/timer'), token)).toBe('in');
  });

  test('the routes that ask again are those of the list', () => {
    expect(
      routes
        .filter(({ membershipAtOnce }) => membershipAtOnce)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(readAgain.toSorted());
  });
});
