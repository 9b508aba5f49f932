import { beforeEach, describe, expect, test } from '@jest/globals';
import { accessTokens, AccessLost } from '../../../functions/xero/access-token.ts';
import { keepFresh } from '../../../functions/xero/keep-fresh.ts';
import { Conflict } from '../../../shared/domain/conflict.ts';
import { listNotices } from '../../../shared/store/notifications.ts';
import { leaseTaken, readXeroConnection, replaceXeroConnection, tokenPointed } from '../../../shared/store/xero-connections.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aBakery, anInvoice, syncOf } from '../../support/xero-documents.ts';
import { seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';
import { otherTenantId, startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;

beforeEach(async () => {
  place = await stage.connected();
  await stage.resetCalls();
});

const connection = () => readXeroConnection(stage.engine.table)(place.workspace.id);
const tokenCalls = async () => (await stage.calls({ all: true })).filter(({ path }) => path === '/connect/token');
const sweep = () => keepFresh(stage.world, accessTokens(stage.world))({ remainingMs: () => 200_000 });
const halfAnHour = 30 * 60;

describe('a token', () => {
  test('costs nothing warm, one read cold, four round trips when it is refreshed', async () => {
    const tokens = accessTokens(stage.world);
    const trips = async (get: () => Promise<string>): Promise<number> => {
      stage.engine.reset();
      const before = stage.secrets.counted.reads + stage.secrets.counted.writes;
      await get();
      return stage.engine.counted.trips + stage.secrets.counted.reads + stage.secrets.counted.writes - before;
    };
    const cold = await connection();
    expect(await trips(() => tokens.get(place.workspace.id, cold))).toBe(1);
    expect(await trips(() => tokens.get(place.workspace.id, cold))).toBe(0);
    await stage.clock.advance(halfAnHour);
    const old = await connection();
    expect(await trips(() => tokens.get(place.workspace.id, old))).toBe(4);
    expect(await tokenCalls()).toHaveLength(1);
  });

  test('that could not be refreshed for a lost race keeps no other from being looked at', async () => {
    const [one, other] = [await stage.fresh(), await seedWorkspace(stage.engine.table)];
    await stage.connect(one.admin);
    await stage.connect(other.admin, otherTenantId);
    await stage.clock.advance(halfAnHour);
    const looked: string[] = [];
    const racing = {
      get: async (workspaceId: string): Promise<string> => {
        looked.push(workspaceId);
        throw new Conflict('token lease');
      },
      lose: async (): Promise<void> => undefined,
    };
    await keepFresh(stage.world, racing)({ remainingMs: () => 200_000 });
    expect(looked).toEqual(expect.arrayContaining([one.workspace.id, other.workspace.id]));
  });

  test('F66: that a hundred functions find expired is refreshed once, and all get the new one', async () => {
    await stage.clock.advance(halfAnHour);
    const seen = await connection();
    const functions = Array.from({ length: 100 }, () => accessTokens({ ...stage.world }));
    const given = await Promise.all(functions.map((tokens) => tokens.get(place.workspace.id, seen)));
    expect(new Set(given).size).toBe(1);
    expect((await tokenCalls()).map(({ status }) => status)).toEqual([200]);
  });

  // A thousand times are for whoever has some minutes.
  const expiries = Number(process.env['EXPIRIES'] ?? 15);
  const expiriesMs = 60_000 + expiries * 3_000;
  const refreshedAsOften = async (): Promise<void> => {
    const functions = Array.from({ length: 100 }, () => accessTokens({ ...stage.world }));
    for (let expiry = 0; expiry < expiries; expiry += 1) {
      await stage.clock.advance(halfAnHour);
      const seen = await connection();
      const given = await Promise.all(functions.map((tokens) => tokens.get(place.workspace.id, seen)));
      expect(new Set(given).size).toBe(1);
    }
    expect((await tokenCalls()).map(({ status }) => status)).toEqual(Array.from({ length: expiries }, () => 200));
    expect((await connection()).state).toBe('connected');
  };
  test('R9: that ends again and again under a hundred functions is refreshed as often as it ends', refreshedAsOften, expiriesMs);

  test('F67: whose answer was lost is asked for again and healed', async () => {
    await stage.clock.advance(halfAnHour);
    await stage.fault({ fault: 'drop-answer', match: { path: '/connect/token' } });
    const token = await accessTokens(stage.world).get(place.workspace.id, await connection());
    expect(token).not.toBe('');
    expect((await connection()).state).toBe('connected');
    expect(await tokenCalls()).toHaveLength(2);
  });

  test('F67: that was rotated by a function which then crashed is healed by the next', async () => {
    await stage.clock.advance(halfAnHour);
    const crashing = {
      ...stage.world,
      secrets: {
        ...stage.secrets,
        write: () => Promise.reject(new Error('the function ended here')),
      },
      table: { ...stage.engine.table },
    };
    const seen = await connection();
    await expect(accessTokens(crashing).get(place.workspace.id, seen)).rejects.toThrow('the function ended here');
    await stage.clock.advance(5 * 60);
    await accessTokens(stage.world).get(place.workspace.id, await connection());
    expect((await connection()).state).toBe('connected');
  });

  test('F68: is not overwritten by a function that overslept its lease', async () => {
    await stage.clock.advance(halfAnHour);
    const seen = await connection();
    const fence = seen.fence + 1;
    const at = (ms: number): string => new Date(stage.clock.now() + ms).toISOString();
    await stage.engine.table.commit([leaseTaken(place.workspace.id, seen, at(0), at(30_000))]);
    await stage.clock.advance(31);
    await accessTokens(stage.world).get(place.workspace.id, seen);
    const good = await connection();
    const late = { versionId: 'token-version_stale', expiresAt: at(0), refreshedAt: at(0), refreshAt: at(0) };
    await expect(stage.engine.table.commit([tokenPointed(place.workspace.id, fence, late)])).rejects.toThrow();
    expect((await connection()).tokenVersionId).toBe(good.tokenVersionId);
  });
});

describe('withdrawn access', () => {
  test('F69: is found when the token is refreshed: paused, no calls, one notice, nothing lost', async () => {
    const bakery = await aBakery(stage, place);
    const invoice = await anInvoice(stage, place, bakery);
    await stage.clock.advance(halfAnHour);
    await stage.fault({ fault: 'revoke', match: { path: '/connect/token' } });
    await stage.work(place.workspace.id);
    expect(await connection()).toMatchObject({ state: 'needs-reconnect', reason: expect.stringContaining('ended') });
    await stage.resetCalls();
    for (let run = 0; run < 3; run += 1) await stage.work(place.workspace.id);
    await sweep();
    expect((await stage.calls({ all: true })).filter(({ path }) => path !== '/connect/revocation')).toEqual([]);
    const { items } = await listNotices(stage.engine.table)(place.workspace.id, { limit: 10 });
    expect(items.map(({ cause }) => cause)).toEqual(['xero-access']);

    await stage.connect(place.admin);
    await stage.work(place.workspace.id);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    const noticesNow = async (state: 'open' | 'resolved') =>
      (await listNotices(stage.engine.table)(place.workspace.id, { limit: 10 }, state)).items.map(({ cause }) => cause);
    expect([await noticesNow('open'), await noticesNow('resolved')]).toEqual([[], ['xero-access']]);
  });

  test('F71: is found by a call that Xero forbids', async () => {
    const bakery = await aBakery(stage, place);
    await stage.fault({ fault: 'revoke' });
    const invoice = await anInvoice(stage, place, bakery);
    await stage.work(place.workspace.id);
    expect((await connection()).state).toBe('needs-reconnect');
    await stage.resetCalls();
    await stage.work(place.workspace.id);
    expect(await stage.calls({ all: true })).toEqual([]);
    await stage.connect(place.admin);
    await stage.work(place.workspace.id);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });

  test('refuses whoever asks for a token', async () => {
    const lost = { ...(await connection()), state: 'needs-reconnect' as const };
    await expect(accessTokens(stage.world).get(place.workspace.id, lost)).rejects.toBeInstanceOf(AccessLost);
  });
});

describe('the schedule', () => {
  test('refreshes a connection in use before its token ends', async () => {
    await stage.clock.advance(22 * 60);
    const seen = await connection();
    const used = new Date(stage.clock.now() - 60_000).toISOString();
    await stage.engine.table.commit([
      replaceXeroConnection(place.workspace.id, seen, { usedAt: used }, new Date(stage.clock.now()).toISOString()),
    ]);
    await sweep();
    expect((await tokenCalls()).map(({ status }) => status)).toEqual([200]);
    expect((await connection()).tokenVersionId).not.toBe(seen.tokenVersionId);
  });

  test('F70: leaves an unused one alone until day 45', async () => {
    for (let hours = 0; hours < 6; hours += 1) {
      await stage.clock.advance(3600);
      await sweep();
    }
    expect((await tokenCalls()).length).toBeLessThanOrEqual(1);
    await stage.resetCalls();
    await stage.clock.advance(43 * 24 * 3600);
    await sweep();
    expect(await tokenCalls()).toHaveLength(0);
    await stage.clock.advance(2 * 24 * 3600);
    await sweep();
    expect((await tokenCalls()).map(({ status }) => status)).toEqual([200]);
    expect((await connection()).state).toBe('connected');
  });
});
