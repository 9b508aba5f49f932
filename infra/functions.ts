/**
 * Every function of the product, listed once: the build bundles from this list, the stacks deploy from it,
 * the tests walk it. A function's name is its folder in `dist/` and its service name in logs and metrics.
 */

/** What a function may reach besides the table. Each need brings its environment variables and its rights. */
export type Need =
  /** Ring a workspace's worker: DOORBELL_QUEUE_URL. */
  | 'doorbell'
  /** Pass a verified Stripe event on, or have a payment page closed: STRIPE_EVENTS_QUEUE_URL. */
  | 'stripe-events'
  /** Pass a verified Xero event on: XERO_EVENTS_QUEUE_URL. */
  | 'xero-events'
  /** The Xero app's own credentials: XERO_APP_SECRET_ID. */
  | 'xero-app'
  /** The Stripe app's own credentials: STRIPE_APP_SECRET_ID. */
  | 'stripe-app'
  /** The workspaces' Xero tokens, one secret each: XERO_CONNECTION_SECRET_PREFIX, XERO_CONNECTION_SECRET_KEY_ID. */
  | 'xero-connections'
  /** Make, look up, lock and sign out people: USER_POOL_ID, USER_POOL_CLIENT_ID. */
  | 'members'
  /** Make and look up people, nothing else: USER_POOL_ID. */
  | 'first-member'
  /** Send mail: MAIL_FROM, where the stage sends mail at all. */
  | 'mail'
  /** Know whether the stage sends mail: MAIL_FROM, and no right to send. */
  | 'mail-from'
  /** Set documents: the faces lie in `fonts/` beside the bundle. */
  | 'fonts'
  /** The API's own address: PUBLIC_URL. */
  | 'public-url'
  /** The addresses a browser may be sent back to: APP_URLS. */
  | 'app-urls';

/** One function: where its code starts, what sets it off, how long it may run and what it may reach. */
export interface FunctionSpec {
  readonly name: string;
  /** Path of the entry file from the project's root; exports `handler`. */
  readonly entry: string;
  /** `command` is invoked by an engineer's command and by nothing else. */
  readonly trigger: 'api' | 'queue' | 'schedule' | 'sign-in' | 'command';
  readonly timeoutSeconds: number;
  readonly table: 'read' | 'write';
  readonly needs: readonly Need[];
}

// API Gateway hangs up after 30 s: a function that stops earlier can still answer.
const apiTimeoutSeconds = 28;

export const functions = [
  {
    name: 'time',
    entry: 'functions/time/handler.ts',
    trigger: 'api',
    timeoutSeconds: apiTimeoutSeconds,
    table: 'write',
    needs: [],
  },
  {
    name: 'workspace',
    entry: 'functions/workspace/handler.ts',
    trigger: 'api',
    timeoutSeconds: apiTimeoutSeconds,
    table: 'write',
    needs: ['doorbell', 'members'],
  },
  {
    name: 'invoices',
    entry: 'functions/invoices/handler.ts',
    trigger: 'api',
    timeoutSeconds: apiTimeoutSeconds,
    table: 'write',
    needs: ['doorbell', 'stripe-events', 'public-url'],
  },
  {
    name: 'quotes',
    entry: 'functions/quotes/handler.ts',
    trigger: 'api',
    timeoutSeconds: apiTimeoutSeconds,
    table: 'write',
    needs: ['doorbell', 'public-url', 'mail-from'],
  },
  {
    name: 'payments',
    entry: 'functions/payments/handler.ts',
    trigger: 'api',
    timeoutSeconds: apiTimeoutSeconds,
    table: 'write',
    needs: ['doorbell', 'stripe-events', 'stripe-app', 'public-url', 'app-urls'],
  },
  {
    name: 'xero',
    entry: 'functions/xero/handler.ts',
    trigger: 'api',
    timeoutSeconds: apiTimeoutSeconds,
    table: 'write',
    needs: ['doorbell', 'xero-events', 'xero-app', 'xero-connections', 'public-url', 'app-urls'],
  },
  {
    name: 'bills',
    entry: 'functions/bills/handler.ts',
    trigger: 'api',
    timeoutSeconds: apiTimeoutSeconds,
    table: 'write',
    needs: ['doorbell'],
  },
  {
    name: 'overview',
    entry: 'functions/overview/handler.ts',
    trigger: 'api',
    timeoutSeconds: apiTimeoutSeconds,
    table: 'write',
    needs: ['doorbell', 'stripe-events', 'public-url'],
  },
  {
    name: 'documents',
    entry: 'functions/documents/handler.ts',
    trigger: 'api',
    timeoutSeconds: apiTimeoutSeconds,
    table: 'write',
    needs: ['doorbell', 'public-url', 'mail-from', 'fonts'],
  },
  {
    name: 'xero-sync-workspace',
    entry: 'functions/xero/sync-workspace.ts',
    trigger: 'queue',
    timeoutSeconds: 60,
    table: 'write',
    needs: ['doorbell', 'stripe-events', 'xero-app', 'xero-connections'],
  },
  {
    name: 'xero-note-changes',
    entry: 'functions/xero/note-changes.ts',
    trigger: 'queue',
    timeoutSeconds: 30,
    table: 'write',
    needs: ['doorbell'],
  },
  {
    name: 'payments-record-stripe-event',
    entry: 'functions/payments/record-stripe-event.ts',
    trigger: 'queue',
    timeoutSeconds: 60,
    table: 'write',
    needs: ['doorbell', 'stripe-app'],
  },
  {
    name: 'invoices-record-escrow',
    entry: 'functions/invoices/record-escrow.ts',
    trigger: 'queue',
    timeoutSeconds: 60,
    table: 'write',
    needs: ['doorbell'],
  },
  {
    name: 'xero-refresh-tokens',
    entry: 'functions/xero/refresh-tokens.ts',
    trigger: 'schedule',
    timeoutSeconds: 240,
    table: 'write',
    needs: ['xero-app', 'xero-connections'],
  },
  {
    name: 'xero-ring-doorbells',
    entry: 'functions/xero/ring-doorbells.ts',
    trigger: 'schedule',
    timeoutSeconds: 50,
    table: 'write',
    needs: ['doorbell'],
  },
  {
    name: 'xero-poll-changes',
    entry: 'functions/xero/poll-changes.ts',
    trigger: 'schedule',
    timeoutSeconds: 240,
    table: 'write',
    needs: ['doorbell'],
  },
  {
    name: 'xero-compare-books',
    entry: 'functions/xero/compare-books.ts',
    trigger: 'schedule',
    timeoutSeconds: 240,
    table: 'write',
    needs: [],
  },
  {
    name: 'payments-fetch-missed-events',
    entry: 'functions/payments/fetch-missed-events.ts',
    trigger: 'schedule',
    // An account that sells much else besides has hundreds of pages of events to turn after an outage.
    timeoutSeconds: 600,
    table: 'write',
    needs: ['doorbell', 'stripe-app'],
  },
  {
    name: 'payments-compare-payments',
    entry: 'functions/payments/compare-payments.ts',
    trigger: 'schedule',
    // An account that sells much else besides has hundreds of pages of events to turn after an outage.
    timeoutSeconds: 600,
    table: 'write',
    needs: ['doorbell', 'stripe-app'],
  },
  {
    name: 'invoices-sweep-holds',
    entry: 'functions/invoices/sweep-holds.ts',
    trigger: 'schedule',
    timeoutSeconds: 240,
    table: 'write',
    needs: ['doorbell'],
  },
  {
    name: 'invoices-run-schedules',
    entry: 'functions/invoices/run-schedules.ts',
    trigger: 'schedule',
    timeoutSeconds: 240,
    table: 'write',
    needs: ['doorbell'],
  },
  {
    name: 'time-find-forgotten',
    entry: 'functions/time/find-forgotten.ts',
    trigger: 'schedule',
    timeoutSeconds: 240,
    table: 'write',
    needs: [],
  },
  {
    name: 'notices-send-mail',
    entry: 'functions/notices/send-notices.ts',
    trigger: 'schedule',
    timeoutSeconds: 50,
    table: 'write',
    needs: ['mail', 'app-urls'],
  },
  {
    name: 'documents-mail-letters',
    entry: 'functions/documents/mail-letters.ts',
    trigger: 'schedule',
    timeoutSeconds: 58,
    table: 'write',
    needs: ['mail', 'public-url', 'fonts'],
  },
  {
    name: 'workspace-add-claims',
    entry: 'functions/workspace/add-claims.ts',
    trigger: 'sign-in',
    // Cognito gives a trigger five seconds.
    timeoutSeconds: 5,
    table: 'read',
    needs: [],
  },
  {
    name: 'workspace-create',
    entry: 'functions/workspace/create-workspace.ts',
    trigger: 'command',
    timeoutSeconds: 30,
    table: 'write',
    needs: ['first-member'],
  },
] as const satisfies readonly FunctionSpec[];

/** Name of a function. */
export type FunctionName = (typeof functions)[number]['name'];

/**
 * The entry of one function.
 * @param name a name of the list
 */
export const functionSpec = (name: FunctionName): FunctionSpec => {
  const found = functions.find((spec) => spec.name === name);
  if (found === undefined) throw new Error(`There is no function named ${name}`);
  return found;
};
