import * as z from 'zod';
import { systemClock, systemSleep } from '../../shared/runtime/clock.ts';
import { optionalSetting, setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { systemHttp } from '../../shared/runtime/http.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { openDoorbell } from '../../shared/runtime/queue.ts';
import { openSecretStore } from '../../shared/runtime/secret-store.ts';
import { secretReader } from '../../shared/runtime/secrets.ts';
import { openTable } from '../../shared/store/table.ts';
import type { XeroWorld } from './world.ts';

const appSecret = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  webhookKeys: z.array(z.string()).default([]),
});

/** The world as the environment of a function describes it, with the app's webhook keys beside it. */
export const realWorld = ({ rings }: { rings: boolean }): XeroWorld & { webhookKeys: () => Promise<string[]> } => {
  const app = secretReader(setting('XERO_APP_SECRET_ID'), appSecret, systemClock);
  return {
    table: openTable(documentClient(), setting('TABLE_NAME'), systemSleep),
    secrets: openSecretStore(setting('XERO_CONNECTION_SECRET_PREFIX'), optionalSetting('XERO_CONNECTION_SECRET_KEY_ID')),
    app,
    webhookKeys: async () => (await app()).webhookKeys,
    http: systemHttp,
    addresses: {
      api: setting('XERO_API_URL'),
      identity: setting('XERO_IDENTITY_URL'),
      login: setting('XERO_LOGIN_URL'),
    },
    clock: systemClock,
    sleep: systemSleep,
    newId,
    ring: rings ? openDoorbell(setting('DOORBELL_QUEUE_URL'), newId) : async () => undefined,
    count,
  };
};
