import { overviewRoutes } from '../../shared/api/overview.ts';
import { instantOf } from '../../shared/domain/days.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import type { RetryTools } from '../../shared/runtime/retry.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { describeApi, showReference } from './describe-api.ts';
import { getDashboard } from './get-dashboard.ts';
import { getDiscrepancy } from './get-discrepancy.ts';
import { getReconciliation } from './get-reconciliation.ts';
import { listDiscrepancies } from './list-discrepancies.ts';
import { listNotifications } from './list-notifications.ts';
import { resolveDiscrepancy } from './resolve-discrepancy.ts';
import { resolveNotification } from './resolve-notification.ts';
import { runReconciliation } from './run-reconciliation.ts';

/** The world that the room of overview works in. */
export interface OverviewWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
  /** Has a payment page closed that asks for what is no longer due. */
  readonly closeCheckout: (workspaceId: string, invoiceId: string) => Promise<void>;
  /** The API's own address. */
  readonly publicUrl: string;
}

/** Answers the routes of overview, and describes all of them. */
export const overviewDoor = ({ table, newId, ring, closeCheckout, publicUrl, clock, random, sleep }: OverviewWorld) => {
  const needs = { table, newId, ring, now: () => instantOf(clock()) };
  return apiDoor({
    routes: overviewRoutes,
    useCases: {
      getDashboard: getDashboard(needs),
      listNotifications: listNotifications(needs),
      resolveNotification: resolveNotification(needs),
      runReconciliation: runReconciliation(needs),
      getReconciliation: getReconciliation(needs),
      listDiscrepancies: listDiscrepancies(needs),
      getDiscrepancy: getDiscrepancy(needs),
      resolveDiscrepancy: resolveDiscrepancy({ ...needs, closeCheckout }),
      getOpenApi: describeApi({ publicUrl }),
      getReference: showReference({ publicUrl }),
    },
    readEarlier: readEarlier(table),
    release: release(table),
    stillMember: stillMember(table),
    tools: { clock, random, sleep },
  });
};
