import { beforeEach, describe, expect, test } from '@jest/globals';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { chooseOrganisation } from '../../../functions/xero/choose-organisation.ts';
import { connectXero } from '../../../functions/xero/connect.ts';
import { disconnectXero } from '../../../functions/xero/disconnect.ts';
import { getConnection } from '../../../functions/xero/get-connection.ts';
import { keepFresh } from '../../../functions/xero/keep-fresh.ts';
import { receiveCallback } from '../../../functions/xero/receive-callback.ts';
import type { Caller } from '../../../shared/api/call.ts';
import type { Reply } from '../../../shared/domain/once.ts';
import { Refusal } from '../../../shared/domain/refusal.ts';
import { randomToken } from '../../../shared/runtime/random-token.ts';
import { readXeroConnection } from '../../../shared/store/xero-connections.ts';
import { readXeroSettings } from '../../../shared/store/xero-settings.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';
import { appUrls, callOf, otherTenantId, redirectUri, startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;

beforeEach(async () => {
  place = await stage.fresh();
});

const begin = async (caller: Caller, body: object = {}): Promise<URL> => {
  const reply = await connectXero(stage.world, { randomToken, appUrls, redirectUri })(callOf(caller, { body }));
  return new URL((reply.body as { authorizationUrl: string }).authorizationUrl);
};
const back = (query: Record<string, string>): Promise<Reply> =>
  receiveCallback(stage.world, { redirectUri })(callOf(undefined, { query }));
const choose = (caller: Caller, body: { tenantId: string; confirmDifferent?: boolean }): Promise<Reply> =>
  chooseOrganisation(stage.world)(callOf(caller, { body }));
const status = async (caller: Caller) => (await getConnection(stage.world)(callOf(caller))).body as Record<string, unknown>;
const allowed = async (caller: Caller, organisation = tenantId) => {
  const answer = await stage.consent((await begin(caller)).toString(), organisation);
  return Object.fromEntries(answer.searchParams) as { code: string; state: string };
};
const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'went through';
};
const sweep = () => keepFresh(stage.world, accessTokens(stage.world))({ remainingMs: () => 200_000 });
/** Other tests left consents behind; they are given up first. */
const sweepTheRest = async () => {
  await stage.clock.advance(640);
  await sweep();
  await stage.resetCalls();
};
const tokenCalls = async () => (await stage.calls({ all: true })).filter(({ path }) => path === '/connect/token').length;

describe('connecting', () => {
  test('asks for granular scopes with a state of at least 128 bits', async () => {
    const url = await begin(place.admin);
    expect(url.pathname).toBe('/identity/connect/authorize');
    expect(url.searchParams.get('redirect_uri')).toBe(redirectUri);
    expect(url.searchParams.get('scope')?.split(' ')).toEqual([
      'offline_access',
      'accounting.invoices',
      'accounting.payments',
      'accounting.banktransactions',
      'accounting.contacts',
      'accounting.settings.read',
    ]);
    expect(Buffer.from(url.searchParams.get('state') ?? '', 'base64url').byteLength).toBeGreaterThanOrEqual(16);
  });

  test('leaves a choice that becomes a connection when the member confirms it', async () => {
    const reply = await back(await allowed(place.admin));
    expect(reply).toMatchObject({ status: 303, headers: { location: 'http://localhost:4000/app?xero=choose' } });
    expect(await status(place.admin)).toMatchObject({
      state: 'choose-organisation',
      organisation: null,
      choices: [{ tenantId, name: 'Kestrel Studio Ltd' }],
    });
    const confirmed = await choose(place.admin, { tenantId });
    expect(confirmed).toMatchObject({
      status: 200,
      body: { state: 'connected', organisation: { tenantId, name: 'Kestrel Studio Ltd' } },
    });
    expect(await status(place.admin)).toMatchObject({ state: 'connected', choices: [] });
  });

  test('proposes settings with which documents can be sent at once', async () => {
    await stage.connect(place.admin);
    expect(await readXeroSettings(stage.engine.table)(place.workspace.id)).toMatchObject({
      revenueAccount: '200',
      paymentAccount: '090',
      stripeAccount: '091',
      escrowAccount: '092',
      feeAccount: '404',
      statusOnPush: 'AUTHORISED',
      contactPolicy: 'match-only',
      taxTypes: {
        'domestic:0.2': 'OUTPUT2',
        'domestic:0.05': 'RROUTPUT',
        'reverse-charge': 'ECZROUTPUTSERVICES',
        export: 'ZERORATEDOUTPUT',
        exempt: 'EXEMPTOUTPUT',
        'not-registered': 'NONE',
      },
    });
  });

  test('proposes them also where somebody has said something else before', async () => {
    await stage.choose(place.workspace.id, { statusOnPush: 'DRAFT' });
    await stage.connect(place.admin);
    expect(await readXeroSettings(stage.engine.table)(place.workspace.id)).toMatchObject({
      statusOnPush: 'DRAFT',
      revenueAccount: '200',
    });
  });

  test('keeps tokens in secrets alone', async () => {
    await stage.connect(place.admin);
    const stored = [...(stage.secrets.versions.get(place.workspace.id)?.values() ?? [])].join();
    const { refreshToken } = JSON.parse(stored) as { refreshToken: string };
    const items = await stage.engine.table.queryAll({ partition: `W#${place.workspace.id}` });
    expect(JSON.stringify(items)).not.toContain(refreshToken);
    expect([...stage.secrets.versions.keys()].filter((name) => name.startsWith(place.workspace.id))).toEqual([
      place.workspace.id,
    ]);
  });

  test('comes back denied when the person said no', async () => {
    const state = (await begin(place.admin)).searchParams.get('state') ?? '';
    const reply = await back({ error: 'access_denied', state });
    expect(reply.headers).toMatchObject({ location: 'http://localhost:4000/app?xero=denied' });
    expect(await tokenCalls()).toBe(0);
    expect(await codeOf(back({ code: 'x', state }))).toBe('xero-state-invalid');
  });
});

describe('F72: the way back is refused, and no code is exchanged,', () => {
  test.each([
    ['without a state', () => Promise.resolve({ code: 'abc' })],
    ['with a state that never began', () => Promise.resolve({ code: 'abc', state: 'forged' })],
  ])('%s', async (_case, query) => {
    expect(await codeOf(back((await query()) as Record<string, string>))).toBe('xero-state-invalid');
    expect(await tokenCalls()).toBe(0);
  });

  test('with a state that was used', async () => {
    const query = await allowed(place.admin);
    await back(query);
    expect(await tokenCalls()).toBe(1);
    expect(await codeOf(back(query))).toBe('xero-state-invalid');
    expect(await tokenCalls()).toBe(1);
  });

  test('with a state that comes ten times at once, but for one', async () => {
    const query = await allowed(place.admin);
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(back(query))));
    expect(codes.filter((code) => code === 'went through')).toHaveLength(1);
    expect(await tokenCalls()).toBe(1);
  });

  test('with a state older than ten minutes', async () => {
    const query = await allowed(place.admin);
    await stage.clock.advance(601);
    expect(await codeOf(back(query))).toBe('xero-state-invalid');
    expect(await tokenCalls()).toBe(0);
  });

  test('with a code that was used before', async () => {
    const first = await allowed(place.admin);
    await back(first);
    const state = (await begin(place.admin)).searchParams.get('state') ?? '';
    expect(await codeOf(back({ code: first.code, state }))).toBe('xero-state-invalid');
  });
});

describe('F72: the address to return to', () => {
  test.each([
    'https://evil.example/app',
    'http://localhost:4000.evil.example/app',
    'http://localhost:4000@evil.example/app',
    'http://user:pw@localhost:4000/app',
    'javascript:alert(1)',
  ])('%s is refused', async (returnUrl) => {
    expect(await codeOf(begin(place.admin, { returnUrl }))).toBe('validation');
  });

  test('within the product is kept', async () => {
    const url = await begin(place.admin, { returnUrl: 'http://localhost:4000/app/settings?tab=xero' });
    const answer = await stage.consent(url.toString(), tenantId);
    const reply = await back(Object.fromEntries(answer.searchParams));
    expect(reply.headers?.['location']).toBe('http://localhost:4000/app/settings?tab=xero&xero=choose');
  });
});

describe('confirming', () => {
  test('F72: is for the member who began', async () => {
    await back(await allowed(place.admin));
    const other: Caller = { ...place.admin, memberId: place.finance.memberId };
    expect(await codeOf(choose(other, { tenantId }))).toBe('xero-state-invalid');
    expect(await status(place.admin)).toMatchObject({ state: 'choose-organisation' });
  });

  test('needs something to confirm, of this workspace', async () => {
    expect(await codeOf(choose(place.admin, { tenantId }))).toBe('xero-state-invalid');
    await back(await allowed(place.admin));
    expect(await codeOf(choose(place.admin, { tenantId: otherTenantId }))).toBe('xero-state-invalid');
  });

  test('comes too late after ten minutes, and the tokens are revoked', async () => {
    await sweepTheRest();
    await back(await allowed(place.admin));
    await stage.clock.advance(640);
    expect(await codeOf(choose(place.admin, { tenantId }))).toBe('xero-state-invalid');
    await sweep();
    const revocations = (await stage.calls({ all: true })).filter(({ path }) => path === '/connect/revocation');
    expect(revocations).toHaveLength(1);
    expect([...stage.secrets.versions.keys()].filter((name) => name.startsWith(place.workspace.id))).toEqual([]);
  });

  test('too late ends nobody else’s connection of the same person', async () => {
    await sweepTheRest();
    const other = await seedWorkspace(stage.engine.table);
    await stage.connect(other.admin, otherTenantId);
    await back(await allowed(place.admin));
    await stage.clock.advance(640);
    await sweep();
    expect((await stage.calls({ all: true })).some(({ path }) => path === '/connect/revocation')).toBe(false);
    expect((await status(other.admin))['state']).toBe('connected');
  });

  test('F62: of an organisation that another workspace has is refused', async () => {
    const other = await seedWorkspace(stage.engine.table);
    await stage.connect(other.admin);
    await back(await allowed(place.admin));
    expect(await codeOf(choose(place.admin, { tenantId }))).toBe('xero-organisation-taken');
    expect(await status(place.admin)).toMatchObject({ state: 'choose-organisation' });
  });

  test('F62: of a different organisation than before needs to be said', async () => {
    await stage.connect(place.admin);
    await back(await allowed(place.admin, otherTenantId));
    expect(await codeOf(choose(place.admin, { tenantId: otherTenantId }))).toBe('xero-different-organisation');
    expect((await readXeroConnection(stage.engine.table)(place.workspace.id)).organisation?.tenantId).toBe(tenantId);
    await choose(place.admin, { tenantId: otherTenantId, confirmDifferent: true });
    expect(await status(place.admin)).toMatchObject({ organisation: { tenantId: otherTenantId } });
    // The first one is free again.
    const other = await seedWorkspace(stage.engine.table);
    await stage.connect(other.admin);
    expect(await status(other.admin)).toMatchObject({ organisation: { tenantId } });
  });
});

describe('disconnecting', () => {
  test('removes the connection at Xero, the tokens here, and leaves the records', async () => {
    await stage.connect(place.admin);
    await disconnectXero(stage.world, accessTokens(stage.world))(callOf(place.admin));
    const removed = (await stage.calls({ all: true })).filter(({ method }) => method === 'DELETE');
    expect(removed.map(({ status: answered }) => answered)).toEqual([204]);
    expect(await status(place.admin)).toMatchObject({ state: 'disconnected', organisation: null });
    expect(stage.secrets.versions.has(place.workspace.id)).toBe(false);
    expect((await stage.books()).contacts.length).toBeGreaterThan(0);
  });

  test('stops all calls', async () => {
    await stage.connect(place.admin);
    await disconnectXero(stage.world, accessTokens(stage.world))(callOf(place.admin));
    await stage.resetCalls();
    await stage.work(place.workspace.id);
    expect(await stage.calls({ all: true })).toEqual([]);
  });

  test('works without an answer from Xero, and says what is left to do', async () => {
    await stage.connect(place.admin);
    await stage.fault({ fault: 'server-error', match: { path: '/connections' } });
    await disconnectXero(stage.world, accessTokens(stage.world))(callOf(place.admin));
    expect(await status(place.admin)).toMatchObject({ state: 'disconnected', reason: expect.stringContaining('Connected apps') });
  });

  test('twice changes nothing the second time', async () => {
    const reply = await disconnectXero(stage.world, accessTokens(stage.world))(callOf(place.admin));
    expect(reply).toEqual({ status: 204 });
  });
});
