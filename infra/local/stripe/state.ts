import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Stripe from 'stripe';

/** An event as it is stored, with how far it got; `pending_webhooks` is counted when it is shown. */
export interface StoredEvent {
  deliveries: Delivery[];
  id: string;
  object: 'event';
  account?: string;
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: object };
  livemode: boolean;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}

/** One event on its way to one webhook endpoint. Times are milliseconds of the sandbox's clock. */
export interface Delivery {
  url: string;
  state: 'pending' | 'delivered' | 'failed' | 'lost';
  attempts: { at: number; status: number }[];
  nextAttemptAt: number | null;
}

export interface OnboardingLink {
  id: string;
  account: string;
  returnUrl: string;
  refreshUrl: string;
  expiresAt: number;
  used: boolean;
}

/** What a session holds beside what it shows; its id is the session's. */
export interface CheckoutDetails {
  id: string;
  items: Stripe.LineItem[];
  intent: { description: string | null; metadata: Record<string, string>; receiptEmail: string | null };
}

export interface SavedAnswer {
  id: string;
  fingerprint: string;
  status: number;
  body: object;
  requestId: string;
  at: number;
}

type Row<T> = { account: string; object: T };

/** Objects of one kind, in the order they were made; each belongs to one account. */
export class Collection<T extends { id: string }> {
  readonly #rows = new Map<string, Row<T>>();

  constructor(rows: readonly Row<T>[] = []) {
    for (const row of rows) this.#rows.set(row.object.id, row);
  }
  add(account: string, object: T): T {
    this.#rows.set(object.id, { account, object });
    return object;
  }
  /** The object, if this account owns it. */
  find(account: string, id: string): T | undefined {
    const row = this.#rows.get(id);
    return row?.account === account ? row.object : undefined;
  }
  /** Object and owner, whoever it is: for the pages and control calls, which know no account. */
  locate(id: string): Row<T> | undefined {
    return this.#rows.get(id);
  }
  delete(id: string): void {
    this.#rows.delete(id);
  }
  /** Newest first, as Stripe lists. */
  of(account: string): T[] {
    return this.rows()
      .filter((row) => row.account === account)
      .map((row) => row.object)
      .reverse();
  }
  rows(): Row<T>[] {
    return [...this.#rows.values()];
  }
}

const kinds = [
  'accounts',
  'accountLinks',
  'sessions',
  'checkoutDetails',
  'paymentIntents',
  'charges',
  'refunds',
  'disputes',
  'payouts',
  'balanceTransactions',
  'payoutEntries',
  'events',
  'answers',
] as const;

/** Everything the sandbox remembers, and its file. */
export class State {
  readonly accounts = new Collection<Stripe.Account>();
  readonly accountLinks = new Collection<OnboardingLink>();
  readonly sessions = new Collection<Stripe.Checkout.Session>();
  readonly checkoutDetails = new Collection<CheckoutDetails>();
  readonly paymentIntents = new Collection<Stripe.PaymentIntent>();
  readonly charges = new Collection<Stripe.Charge>();
  readonly refunds = new Collection<Stripe.Refund>();
  readonly disputes = new Collection<Stripe.Dispute>();
  readonly payouts = new Collection<Stripe.Payout>();
  readonly balanceTransactions = new Collection<Stripe.BalanceTransaction>();
  /** Which payout a balance transaction went out with; its id is the balance transaction's. */
  readonly payoutEntries = new Collection<{ id: string; payout: string }>();
  readonly events = new Collection<StoredEvent>();
  readonly answers = new Collection<SavedAnswer>();

  readonly #file: string | undefined;
  #writing: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  /** `dataDir` absent: nothing outlives the process. */
  constructor(dataDir: string | undefined) {
    if (dataDir === undefined) return;
    mkdirSync(dataDir, { recursive: true });
    this.#file = join(dataDir, 'stripe-sandbox.json');
    const stored = readStored(this.#file);
    for (const kind of kinds) for (const row of stored[kind] ?? []) this[kind].add(row.account, row.object as never);
  }

  /** Resolves when everything that stands now is in the file. Writes that come together share one. */
  async save(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    this.#queued ??= (async () => {
      await this.#writing?.catch(() => undefined);
      this.#queued = undefined;
      this.#writing = this.#write(file);
      await this.#writing;
    })();
    await this.#queued;
  }

  async #write(file: string): Promise<void> {
    const everything = Object.fromEntries(kinds.map((kind) => [kind, this[kind].rows()]));
    await writeFile(`${file}.new`, JSON.stringify(everything));
    await rename(`${file}.new`, file);
  }
}

type Stored = Partial<Record<(typeof kinds)[number], { account: string; object: unknown }[]>>;

const readStored = (file: string): Stored => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Stored) : {});
