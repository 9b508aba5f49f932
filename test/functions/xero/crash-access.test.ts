import { describe, expect, test } from '@jest/globals';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { chooseOrganisation } from '../../../functions/xero/choose-organisation.ts';
import { connectXero } from '../../../functions/xero/connect.ts';
import { disconnectXero } from '../../../functions/xero/disconnect.ts';
import { keepFresh } from '../../../functions/xero/keep-fresh.ts';
import { receiveCallback } from '../../../functions/xero/receive-callback.ts';
import type { XeroWorld } from '../../../functions/xero/world.ts';
import { randomToken } from '../../../shared/runtime/random-token.ts';
import { partitions } from '../../../shared/store/keys.ts';
import { readXeroConnection } from '../../../shared/store/xero-connections.ts';
import { workspaceOfOrganisation } from '../../../shared/store/xero-organisations.ts';
import { throughCrashes, type Workflow } from '../../support/crash-cases.ts';
import { crashingWorld } from '../../support/crashing.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aBakery, anInvoice, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { appUrls, callOf, redirectUri, startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 1_000_000, minuteLimit: 1_000 }));

const connection = ({ workspace }: TestWorkspace) => readXeroConnection(stage.engine.table)(workspace.id);

/** All that an admin does to connect: three requests, with Xero's own page in between. */
const connect = async (world: XeroWorld, { admin }: TestWorkspace): Promise<void> => {
  const begun = await connectXero(world, { randomToken, appUrls, redirectUri })(callOf(admin, { body: {} }));
  const back = await stage.consent((begun.body as { authorizationUrl: string }).authorizationUrl, tenantId);
  await receiveCallback(world, { redirectUri })(callOf(undefined, { query: Object.fromEntries(back.searchParams) }));
  await chooseOrganisation(world)(callOf(admin, { body: { tenantId } }));
};

/** The schedule that looks after tokens, until what was begun and not confirmed has run out of time. */
const schedule = async (): Promise<void> => {
  for (let runs = 0; runs < 3; runs += 1) {
    await stage.clock.advance(5 * 60);
    await keepFresh(stage.world, accessTokens(stage.world))({ remainingMs: () => 60_000 });
  }
};

/** Who has what, and whether what is sent arrives. Tokens lie nowhere but where the connection looks for them. */
const standing = async (place: TestWorkspace) => {
  const { table } = stage.engine;
  const { id: ws } = place.workspace;
  const { state, organisation } = await connection(place);
  const client = await aBakery(stage, place);
  const invoice = await anInvoice(stage, place, client);
  await stage.work(ws);
  const [consents, trail] = await Promise.all([
    table.queryAll({ partition: partitions.xeroConsents(ws) }),
    table.queryAll({ partition: partitions.audit(ws) }),
  ]);
  return {
    state,
    organisation: organisation?.tenantId,
    isOwner: (await workspaceOfOrganisation(table)(tenantId)) === ws,
    sync: (await syncOf(stage, place, invoice.id))?.state,
    secrets: [...stage.secrets.versions.keys()].filter((name) => name.startsWith(ws)).map((name) => name.slice(ws.length)),
    consents: consents.length,
    trail: trail.map(({ what }) => what),
  };
};

const connecting: Workflow = async () => {
  const place = await stage.fresh();
  const isOpen = async (): Promise<boolean> => (await connection(place)).state !== 'connected';
  return {
    run: async (crash) => ((await isOpen()) ? connect(crashingWorld(stage, crash), place) : undefined),
    recover: async () => {
      if (await isOpen()) await connect(stage.world, place);
      await schedule();
    },
    end: () => standing(place),
  };
};

const disconnecting: Workflow = async () => {
  const place = await stage.fresh();
  await stage.connect(place.admin);
  await stage.clock.advance(30 * 60);
  const disconnect = (world: XeroWorld) => disconnectXero(world, accessTokens(world))(callOf(place.admin));
  const isOpen = async (): Promise<boolean> => (await connection(place)).state !== 'disconnected';
  return {
    run: (crash) => disconnect(crashingWorld(stage, crash)),
    // Whoever sees that it is done does not ask again.
    recover: async () => {
      if (await isOpen()) await disconnect(stage.world);
      await schedule();
    },
    end: () => standing(place),
  };
};

const workflows = { connecting, disconnecting };
const names = Object.keys(workflows) as (keyof typeof workflows)[];

describe('R2, F49: wherever a function is cut off while somebody is', () => {
  test.each(names)('%s, once, doing it again does it, and no token is left behind', async (name) => {
    expect(await throughCrashes(stage.clock, workflows[name], { counted: 'calls', pairs: false })).toBeGreaterThan(6);
  });

  test.each(names)('%s, twice, doing it again does it, and no token is left behind', async (name) => {
    expect(await throughCrashes(stage.clock, workflows[name], { counted: 'changes', pairs: true })).toBeGreaterThan(20);
  });
});
