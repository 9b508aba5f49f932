import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { chooseOrganisation } from '../../../functions/xero/choose-organisation.ts';
import { connectXero } from '../../../functions/xero/connect.ts';
import { disconnectXero } from '../../../functions/xero/disconnect.ts';
import { receiveCallback } from '../../../functions/xero/receive-callback.ts';
import type { XeroWorld } from '../../../functions/xero/world.ts';
import { randomToken } from '../../../shared/runtime/random-token.ts';
import { readXeroConnection, workspaceOfOrganisation } from '../../../shared/store/xero-connections.ts';
import { counting, crashingAt, crashingWorld, untilCrash } from '../../support/crashing.ts';
import { aClient, anInvoice, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { appUrls, callOf, redirectUri, startXeroStage, tenantId, type XeroStage } from '../../support/xero-stage.ts';

let stage: XeroStage;
let place: TestWorkspace;

beforeAll(async () => {
  stage = await startXeroStage({ tier: 5000 });
  await stage.control('POST', 'settings', { tier: 1_000_000, minuteLimit: 1_000 });
});
afterAll(() => stage.close());
beforeEach(async () => {
  place = await stage.fresh();
});

const connection = () => readXeroConnection(stage.engine.table)(place.workspace.id);

/** All that an admin does to connect: three requests, with Xero's own page in between. */
const connect = async (world: XeroWorld): Promise<void> => {
  const begun = await connectXero(world, { randomToken, appUrls, redirectUri })(callOf(place.admin, { body: {} }));
  const back = await stage.consent((begun.body as { authorizationUrl: string }).authorizationUrl, tenantId);
  await receiveCallback(world, { redirectUri })(callOf(undefined, { query: Object.fromEntries(back.searchParams) }));
  await chooseOrganisation(world)(callOf(place.admin, { body: { tenantId } }));
};

const disconnect = (world: XeroWorld): Promise<unknown> => disconnectXero(world, accessTokens(world))(callOf(place.admin));

/** Every crash point of something, found by an undisturbed run of it: a crash after one call is a crash before the next. */
const throughAllCrashes = async (
  run: (world: XeroWorld) => Promise<unknown>,
  { before, after }: { before: () => Promise<void>; after: (crash: string) => Promise<void> },
): Promise<void> => {
  const counter = counting();
  await before();
  await run(crashingWorld(stage, counter));
  await after('none');
  expect(counter.calls()).toBeGreaterThan(2);
  for (let n = 0; n <= counter.calls(); n += 1) {
    await before();
    const crash = n === 0 ? crashingAt(1, 'before') : crashingAt(n, 'after');
    await untilCrash(crash, () => run(crashingWorld(stage, crash)));
    await after(`after ${n}`);
  }
};

/** Whether what is sent arrives. */
const expectWorking = async (crash: string): Promise<void> => {
  const client = await aClient(stage, place, { name: 'Harbour Bakery Ltd', email: 'accounts@harbourbakery.example' });
  const invoice = await anInvoice(stage, place, client);
  await stage.work(place.workspace.id);
  const { state } = await connection();
  const owner = await workspaceOfOrganisation(stage.engine.table)(tenantId);
  expect({ crash, state, owner, sync: (await syncOf(stage, place, invoice.id))?.state }).toEqual({
    crash,
    state: 'connected',
    owner: place.workspace.id,
    sync: 'synced',
  });
};

describe('F49: R2: wherever a function is cut off', () => {
  test('while somebody connects, beginning again connects', () =>
    throughAllCrashes(connect, {
      before: async () => void (place = await stage.fresh()),
      after: async (crash) => {
        await stage.clock.advance(60);
        if ((await connection()).state !== 'connected') await connect(stage.world);
        await expectWorking(crash);
      },
    }));

  test('while a token is refreshed, the next function has a good one', async () => {
    await stage.connect(place.admin);
    await throughAllCrashes(async (world) => accessTokens(world).get(place.workspace.id, await connection()), {
      before: () => stage.clock.advance(30 * 60),
      after: async (crash) => {
        await stage.clock.advance(5 * 60);
        const token = await accessTokens(stage.world).get(place.workspace.id, await connection());
        expect({ crash, token: token !== '', state: (await connection()).state }).toEqual({
          crash,
          token: true,
          state: 'connected',
        });
      },
    });
    await expectWorking('all of them');
  });

  test('while somebody disconnects, doing it again disconnects, and the organisation is free', () =>
    throughAllCrashes(disconnect, {
      before: async () => {
        place = await stage.fresh();
        await stage.connect(place.admin);
      },
      after: async (crash) => {
        await stage.clock.advance(60);
        await disconnect(stage.world);
        const owner = await workspaceOfOrganisation(stage.engine.table)(tenantId);
        expect({ crash, state: (await connection()).state, owner }).toEqual({ crash, state: 'disconnected', owner: undefined });
        await stage.connect(place.admin);
        await expectWorking(crash);
      },
    }));
});
