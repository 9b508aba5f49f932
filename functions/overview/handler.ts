import { openApi } from '../../shared/api/openapi.ts';
import { overviewRoutes } from '../../shared/api/overview.ts';
import { routes } from '../../shared/api/routes.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import { systemClock, systemNow, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import { openTable } from '../../shared/store/table.ts';
import { getDashboard } from './get-dashboard.ts';
import { listNotifications } from './list-notifications.ts';
import { referencePage } from './reference-page.ts';

const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);
const needs = { table, now: systemNow };

/** The door of the overview room. */
export const handler = apiDoor({
  routes: overviewRoutes,
  useCases: {
    getDashboard: getDashboard(needs),
    listNotifications: listNotifications(needs),
    getOpenApi: async () => ({ status: 200, body: openApi(routes, setting('PUBLIC_URL')) }),
    getReference: async () => referencePage(routes, setting('PUBLIC_URL')),
  },
  readEarlier: readEarlier(table),
  release: release(table),
  stillMember: stillMember(table),
  tools: { clock: systemClock, random: systemRandom, sleep: systemSleep },
});
