import { overviewDoor } from '../../functions/overview/door.ts';
import type { Caller } from '../../shared/api/call.ts';
import type { Table } from '../../shared/store/table.ts';
import { apiEvent, callDoor, type Answer } from './door-call.ts';
import { newId } from './workspace.ts';
import type { XeroStage } from './xero-stage.ts';

export interface OverviewParts {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Calls the room of overview as API Gateway would. `closed` is told of each payment page that is to be closed. */
export const overviewOf =
  (stage: XeroStage, { table = stage.engine.table, closed = [] as string[] }: { table?: Table; closed?: string[] } = {}) =>
  (caller: Caller, route: string, parts: OverviewParts = {}): Promise<Answer> =>
    callDoor(
      overviewDoor({
        ...{ table, newId, ring: stage.world.ring, publicUrl: 'http://127.0.0.1', clock: () => stage.clock.now() },
        closeCheckout: async (_workspaceId, invoiceId) => void closed.push(invoiceId),
        ...{ random: () => 0.5, sleep: async () => undefined },
      }),
      apiEvent(caller, route, parts),
    );
