import type { OverviewCall } from '../../shared/api/overview.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { openCountFrom } from '../../shared/store/aggregates.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { keys } from '../../shared/store/keys.ts';
import { comparisonWanted, reconciliationFrom, reconciliationKey } from '../../shared/store/reconciliation.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { connectionFrom, xeroConnectionKey } from '../../shared/store/xero-connections.ts';
import { reconciliationView } from './discrepancy-view.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
}

/** Lets finance compare the books now. One comparison at a time: while one runs, asking again shows how far it is. */
export const runReconciliation =
  ({ table, now, newId, ring }: Needs) =>
  async ({ caller, body, once }: OverviewCall<'runReconciliation'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const [connectionKey, runKey, aboutKey] = [xeroConnectionKey(ws), reconciliationKey(ws), keys.aboutAggregates(ws)];
    const found = await table.batchGet([connectionKey, runKey, aboutKey]);
    if (connectionFrom(found.get(keyText(connectionKey))).state === 'disconnected')
      return refuse('xero-not-connected', 'This workspace is not connected to Xero');
    const at = now();
    const read = reconciliationFrom(found.get(keyText(runKey)));
    const wanted = comparisonWanted(ws, read, { scope: body.scope, version: Date.parse(at), at, dueAt: at });
    const open = foundAt(found, aboutKey, openCountFrom) ?? 0;
    const reply: Reply = { status: 202, body: reconciliationView(wanted.after, open) };
    await table.commit([
      ...wanted.writes,
      audited(ws, {
        id: newId('aud'),
        at,
        who: caller.memberId,
        what: 'reconciliation-wanted',
        about: ws,
        text: body.scope === 'all' ? 'All books were compared on request' : 'Changes were compared on request',
      }),
      answered(once, reply),
    ]);
    await ring([ws]).catch(() => undefined);
    return reply;
  };
