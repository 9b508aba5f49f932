import type { Call, Caller } from '../../shared/api/call.ts';
import { createClock, type SandboxClock } from '../../infra/local/clock.ts';
import { startXeroSandbox } from '../../infra/local/xero/server.ts';
import type { Settings } from '../../infra/local/xero/settings.ts';
import { accessTokens } from '../../functions/xero/access-token.ts';
import { chooseOrganisation } from '../../functions/xero/choose-organisation.ts';
import { connectXero } from '../../functions/xero/connect.ts';
import { openBooks } from '../../functions/xero/open-books.ts';
import { receiveCallback } from '../../functions/xero/receive-callback.ts';
import { workThrough } from '../../functions/xero/work-through.ts';
import type { XeroWorld } from '../../functions/xero/world.ts';
import { roomFlows } from '../../functions/xero/room-flows.ts';
import { readXeroConnection, replaceXeroConnection } from '../../shared/store/xero-connections.ts';
import { organisationFreed, workspaceOfOrganisation } from '../../shared/store/xero-organisations.ts';
import { readXeroSettings, replaceXeroSettings, type XeroSettings } from '../../shared/store/xero-settings.ts';
import { systemHttp } from '../../shared/runtime/http.ts';
import { randomToken } from '../../shared/runtime/random-token.ts';
import type { Part } from './description-check.ts';
import type { Engine } from './engine.ts';
import { startEngine } from './engine.ts';
import { memorySecrets, type MemorySecrets } from './memory-secrets.ts';
import { newId, seedWorkspace, type TestWorkspace } from './workspace.ts';
import { watchXero } from './xero-description.ts';

export const tenantId = '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e01';
export const otherTenantId = '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e02';
export const redirectUri = 'http://localhost:4000/v1/xero/callback';
export const appUrls = ['http://localhost:4000/app'];
export const webhookKey = 'webhook-key-of-the-tests';

/** One call that the sandbox got. */
export interface SeenCall {
  method: string;
  path: string;
  query: Record<string, string>;
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** An organisation as the sandbox holds it, in Xero's own names. */
export interface Books {
  tenantId: string;
  name: string;
  contacts: Record<string, unknown>[];
  invoices: Record<string, unknown>[];
  payments: Record<string, unknown>[];
}

export interface XeroStage {
  readonly engine: Engine;
  readonly url: string;
  readonly clock: SandboxClock;
  readonly secrets: MemorySecrets;
  readonly world: XeroWorld;
  readonly rung: string[];
  /** Messages to the worker of Stripe's events. */
  readonly toStripe: object[];
  control(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Calls since the last reset; accounting calls only unless `all`. */
  calls(options?: { all?: boolean }): Promise<SeenCall[]>;
  resetCalls(): Promise<void>;
  fault(fault: Record<string, unknown>): Promise<void>;
  books(tenantId?: string): Promise<Books>;
  /** What an accountant does in the books by hand. */
  act(action: string, fields?: Record<string, unknown>): Promise<void>;
  /** Lets a person allow access to an organisation; the place they are sent back to. */
  consent(authorizationUrl: string, tenantId: string): Promise<URL>;
  /** Connects a workspace from beginning to end. */
  connect(caller: Caller, tenantId?: string, options?: { confirmDifferent?: boolean }): Promise<void>;
  /** One run of the worker, in a fresh function unless one is given. */
  work(workspaceId: string, options?: { world?: XeroWorld; remainingMs?: () => number }): Promise<void>;
  /** Empty books in an organisation that nobody is connected to, a new workspace, a new minute, no faults. */
  fresh(): Promise<TestWorkspace>;
  /** Such a workspace, connected, with what was chosen in its settings. */
  connected(chosen?: Partial<XeroSettings>): Promise<TestWorkspace>;
  /** Chooses settings for a workspace. */
  choose(workspaceId: string, chosen: Partial<XeroSettings>): Promise<void>;
  close(): Promise<void>;
}

/** A call as the door hands it over. */
export const callOf = <R>(caller: Caller | undefined, parts: Record<string, unknown> = {}): Call<R> =>
  ({
    caller,
    params: undefined,
    query: undefined,
    body: undefined,
    ifMatch: undefined,
    once: undefined,
    requestId: 'r',
    ...parts,
  }) as never;

/**
 * Starts a sandbox with these settings. `watched`: where the books are broken by hand, what they answer is not held against Xero's
 * description.
 */
export const startXeroStage = async ({
  watched,
  ...settings
}: Partial<Settings> & { watched?: readonly Part[] } = {}): Promise<XeroStage> => {
  const clock = createClock();
  const engine = await startEngine();
  const watch = watchXero(watched);
  const sandbox = await startXeroSandbox({
    clock,
    observe: watch.observe,
    clientId: 'client-of-the-tests',
    clientSecret: 'secret-of-the-tests',
    redirectUris: [redirectUri],
  });
  const { url } = sandbox;
  const secrets = memorySecrets();
  const rung: string[] = [];
  const toStripe: object[] = [];
  const world: XeroWorld = {
    table: engine.table,
    secrets,
    app: async () => ({ clientId: 'client-of-the-tests', clientSecret: 'secret-of-the-tests' }),
    http: systemHttp,
    addresses: { api: url, identity: url, login: url },
    clock: () => clock.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    newId,
    ring: async (ids) => void rung.push(...ids),
    count: () => undefined,
  };
  const control = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${url}/_sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  const consent = async (authorizationUrl: string, organisation: string): Promise<URL> => {
    const answer = await fetch(authorizationUrl, {
      method: 'POST',
      body: new URLSearchParams({ organisation }),
      redirect: 'manual',
    });
    return new URL(answer.headers.get('location') ?? '');
  };
  const stage: XeroStage = {
    engine,
    url,
    clock,
    secrets,
    world,
    rung,
    toStripe,
    control,
    consent,
    calls: async ({ all = false } = {}) => {
      const { items } = (await control('GET', 'requests')) as { items: SeenCall[] };
      return all ? items : items.filter(({ path }) => path.startsWith('/api.xro/'));
    },
    resetCalls: async () => void (await control('DELETE', 'requests')),
    fault: async (fault) => void (await control('POST', 'faults', fault)),
    books: async (id = tenantId) => {
      const { organisations } = (await control('GET', `state?tenantId=${id}`)) as { organisations: Books[] };
      return organisations[0] as Books;
    },
    act: async (action, fields = {}) => {
      const answer = await fetch(`${url}/org/${tenantId}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ action, ...fields }),
      });
      if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
    },
    connect: async (caller, id = tenantId, options = {}) => {
      const begun = await connectXero(world, { randomToken, appUrls, redirectUri })(callOf(caller, { body: {} }));
      const back = await consent((begun.body as { authorizationUrl: string }).authorizationUrl, id);
      await receiveCallback(world, { redirectUri })(callOf(undefined, { query: Object.fromEntries(back.searchParams) }));
      await chooseOrganisation(world)(callOf(caller, { body: { tenantId: id, ...options } }));
    },
    work: async (ws, { world: own = { ...world }, remainingMs = () => 60_000 } = {}) => {
      const needs = { table: own.table, now: () => new Date(own.clock()).toISOString(), newId };
      const flows = roomFlows({ ...needs, stripeEvents: { send: async (message) => void toStripe.push(message) } });
      await workThrough({ world: own, flows, open: openBooks(own, accessTokens(own)) })(ws, { remainingMs });
    },
    fresh: async () => {
      watch.assertKnown();
      await control('DELETE', 'faults');
      await clock.advance(61);
      await control('POST', 'organisations', { tenantId, name: 'Kestrel Studio Ltd', country: 'GB', currency: 'GBP' });
      for (const id of [tenantId, otherTenantId]) {
        const owner = await workspaceOfOrganisation(engine.table)(id);
        if (owner === undefined) continue;
        const connection = await readXeroConnection(engine.table)(owner);
        await engine.table.commit([
          organisationFreed(owner, id),
          replaceXeroConnection(owner, connection, { state: 'disconnected', tokenVersionId: null }),
        ]);
      }
      rung.length = 0;
      toStripe.length = 0;
      await control('DELETE', 'requests');
      return seedWorkspace(engine.table);
    },
    connected: async (chosen) => {
      const place = await stage.fresh();
      await stage.connect(place.admin);
      await stage.work(place.workspace.id);
      if (chosen) await stage.choose(place.workspace.id, chosen);
      return place;
    },
    choose: async (ws, chosen) => {
      const before = await readXeroSettings(engine.table)(ws);
      await engine.table.commit([replaceXeroSettings(ws, before, chosen)]);
    },
    close: async () => {
      await sandbox.close();
      await engine.close();
      watch.assertKnown();
    },
  };
  await control('POST', 'settings', settings);
  return stage;
};
