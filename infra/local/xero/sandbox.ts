/** What the parts of a running sandbox share. */
import type { SandboxClock } from '../clock.ts';
import type { Books } from './books.ts';
import type { Organisation } from './documents.ts';
import type { Faults } from './faults.ts';
import type { Idempotency } from './idempotency.ts';
import type { Identity } from './identity.ts';
import type { Limiter } from './limiter.ts';
import type { Rendered } from './http.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import type { Settings } from './settings.ts';
import type { Collection, Store } from './store.ts';
import type { AccessClaims, Tokens } from './tokens.ts';
import type { Webhooks } from './webhooks.ts';

/** A call from outside as the log has it, and what went out for it; no answer when the connection was cut. */
export interface Observed extends LoggedRequest {
  readonly answer: Rendered | undefined;
}

export interface XeroSandboxOptions {
  clock: SandboxClock;
  clientId: string;
  clientSecret: string;
  /** Addresses a consent may send the browser back to; exact match. */
  redirectUris: string[];
  webhook?: { url: string; key: string };
  /** Calls an organisation takes a day. */
  tier?: 1000 | 5000;
  /** 0 or absent: any free port. */
  port?: number;
  /** Where to keep everything; absent: in memory. */
  dataDir?: string;
  /** Sees every call from outside with its answer. */
  observe?: (seen: Observed) => void;
}

export interface Sandbox {
  readonly options: XeroSandboxOptions;
  readonly clock: SandboxClock;
  readonly settings: Settings;
  readonly store: Store;
  readonly organisations: Collection<Organisation>;
  readonly tokens: Tokens;
  readonly identity: Identity;
  readonly limiter: Limiter;
  readonly idempotency: Idempotency;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly webhooks: Webhooks;
  books(tenantId: string): Books | undefined;
  /** Claims of the bearer token, or why it isn't accepted. */
  readBearer(headers: Readonly<Record<string, string>>): AccessClaims | { refusal: string };
  url(): string;
}
