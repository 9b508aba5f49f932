/** Puts the parts of a sandbox together. */
import { readBearer } from './api.ts';
import type { Books } from './books.ts';
import { openBooks } from './books.ts';
import { openDisk } from './disk.ts';
import type { Organisation } from './documents.ts';
import { createFaults } from './faults.ts';
import { createIdempotency } from './idempotency.ts';
import { createIdentity } from './identity.ts';
import { createLimiter } from './limiter.ts';
import { seedIfFresh } from './organisations.ts';
import { createRequestLog } from './request-log.ts';
import type { Sandbox, XeroSandboxOptions } from './sandbox.ts';
import { defaultSettings } from './settings.ts';
import { createStore } from './store.ts';
import { createTokens } from './tokens.ts';
import { createWebhooks } from './webhooks.ts';

/** Opens the stored state, or a fresh one with its seed. */
export const openSandbox = (options: XeroSandboxOptions, url: () => string): Sandbox => {
  const { clock } = options;
  const settings = { ...defaultSettings, ...(options.tier && { tier: options.tier }) };
  const store = createStore(options.dataDir === undefined ? undefined : openDisk(options.dataDir));
  const organisations = store.collection<Organisation>({
    scope: '',
    kind: 'organisation',
    idOf: ({ OrganisationID }) => OrganisationID,
  });
  const tokens = createTokens(store, url);
  const identity = createIdentity(store, { clock, settings, tokens, clientId: options.clientId });
  const faults = createFaults();
  const opened = new Map<string, Books>();
  const sandbox: Sandbox = {
    options,
    clock,
    settings,
    store,
    organisations,
    tokens,
    identity,
    limiter: createLimiter(store, { clock, settings }),
    idempotency: createIdempotency(store, { clock, settings }),
    faults,
    requests: createRequestLog(),
    webhooks: createWebhooks(store, {
      clock,
      settings,
      faults,
      apiUrl: url,
      isConnected: (tenantId) => identity.connections.find('tenant', tenantId).some(({ active }) => active),
    }),
    books: (tenantId) => {
      if (!organisations.get(tenantId)) return undefined;
      const books = opened.get(tenantId) ?? openBooks(tenantId, { store, clock, settings, organisations });
      opened.set(tenantId, books);
      return books;
    },
    readBearer: readBearer({ tokens, clock }),
    url,
  };
  seedIfFresh(sandbox);
  sandbox.webhooks.setTarget(options.webhook);
  return sandbox;
};
