import type { Caller } from '../../shared/api/call.ts';
import { correctionRoutes } from '../../shared/api/corrections.ts';
import { xeroRoutes } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import { readWorkspace } from '../../shared/store/workspaces.ts';
import { accessTokens } from './access-token.ts';
import { chooseOrganisation } from './choose-organisation.ts';
import { connectXero } from './connect.ts';
import { disconnectXero } from './disconnect.ts';
import { exportClients, exportMembers } from './export-parties.ts';
import { importContacts } from './import-contacts.ts';
import { getBackfill } from './get-backfill.ts';
import { getConnection } from './get-connection.ts';
import { getCorrections } from './get-corrections.ts';
import { getSettings } from './get-settings.ts';
import { listXeroAccounts, listXeroTaxRates } from './list-books.ts';
import { listXeroContacts } from './list-contacts.ts';
import { listSyncItems } from './list-sync-items.ts';
import { openBooks } from './open-books.ts';
import { pushToXero, retrySyncItem } from './push-documents.ts';
import { receiveCallback } from './receive-callback.ts';
import { receiveEvents } from './receive-events.ts';
import { setSettings } from './set-settings.ts';
import { startBackfill } from './start-backfill.ts';
import { testConnection } from './test-connection.ts';
import type { XeroWorld } from './world.ts';

/** What the routes of this room need beside the world of Xero. */
export interface XeroDoorWorld {
  readonly world: XeroWorld;
  readonly random: () => number;
  readonly randomToken: () => string;
  readonly appUrls: readonly string[];
  /** This API's own address. */
  readonly publicUrl: string;
  readonly webhookKeys: () => Promise<string[]>;
  /** Passes a verified event on. */
  readonly queue: (message: object) => Promise<void>;
}

/** Answers the routes of the connection to Xero. */
export const xeroDoor = ({ world, random, randomToken, appUrls, publicUrl, webhookKeys, queue }: XeroDoorWorld) => {
  const { table, clock, sleep } = world;
  const tokens = accessTokens(world);
  const open = openBooks(world, tokens);
  const redirectUri = `${publicUrl}/v1/xero/callback`;
  const inPlan =
    <C extends { readonly caller: Caller }>(useCase: (call: C) => Promise<Reply>) =>
    async (call: C): Promise<Reply> => {
      const workspace = await readWorkspace(table)(call.caller.workspaceId);
      if (!workspace?.integrations) return refuse('plan-required', 'The connection to Xero is not part of your plan');
      return useCase(call);
    };
  return apiDoor({
    routes: [...xeroRoutes, ...correctionRoutes],
    useCases: {
      getXeroConnection: inPlan(getConnection(world)),
      connectXero: inPlan(connectXero(world, { randomToken, appUrls, redirectUri })),
      xeroCallback: receiveCallback(world, { redirectUri }),
      chooseXeroOrganisation: inPlan(chooseOrganisation(world)),
      testXeroConnection: inPlan(testConnection(world, tokens)),
      disconnectXero: inPlan(disconnectXero(world, tokens)),
      getXeroSettings: inPlan(getSettings({ table })),
      setXeroSettings: inPlan(setSettings(world, open)),
      listXeroAccounts: inPlan(listXeroAccounts(world, open)),
      listXeroTaxRates: inPlan(listXeroTaxRates(world, open)),
      listXeroContacts: inPlan(listXeroContacts({ table })),
      listSyncItems: inPlan(listSyncItems({ table })),
      retrySyncItem: inPlan(retrySyncItem(world)),
      pushToXero: inPlan(pushToXero(world)),
      importXeroContacts: inPlan(importContacts(world)),
      exportClientsToXero: inPlan(exportClients(world)),
      exportMembersToXero: inPlan(exportMembers(world)),
      startXeroBackfill: inPlan(startBackfill(world)),
      getXeroBackfill: inPlan(getBackfill(world)),
      getCorrections: getCorrections(world, open),
      receiveXeroEvents: receiveEvents({ webhookKeys, queue }),
    },
    readEarlier: readEarlier(table),
    release: release(table),
    stillMember: stillMember(table),
    tools: { clock, random, sleep },
  });
};
