import { openApi } from '../../shared/api/openapi.ts';
import { overviewRoutes } from '../../shared/api/overview.ts';
import { routes } from '../../shared/api/routes.ts';
import { instantOf } from '../../shared/domain/days.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import type { RetryTools } from '../../shared/runtime/retry.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { getDashboard } from './get-dashboard.ts';
import { listNotifications } from './list-notifications.ts';
import { referencePage } from './reference-page.ts';

/** The world that the room of overview works in. */
export interface OverviewWorld extends RetryTools {
  readonly table: Table;
  /** The API's own address. */
  readonly publicUrl: string;
}

/** Answers the routes of overview, and describes all of them. */
export const overviewDoor = ({ table, publicUrl, clock, random, sleep }: OverviewWorld) => {
  const needs = { table, now: () => instantOf(clock()) };
  return apiDoor({
    routes: overviewRoutes,
    useCases: {
      getDashboard: getDashboard(needs),
      listNotifications: listNotifications(needs),
      getOpenApi: async () => ({ status: 200, body: openApi(routes, publicUrl) }),
      getReference: async () => referencePage(routes, publicUrl),
    },
    readEarlier: readEarlier(table),
    release: release(table),
    stillMember: stillMember(table),
    tools: { clock, random, sleep },
  });
};
