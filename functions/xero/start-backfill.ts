import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { keepBackfill, type Backfill, type BackfillKind } from '../../shared/store/backfills.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import { backfillView } from './views.ts';
import { instantAt, type XeroWorld } from './world.ts';

/** The order in which documents depend on each other. */
const inOrder: readonly BackfillKind[] = ['contact', 'invoice', 'payment'];

/**
 * Lets whoever may export catch the books up with what was issued since a day: what is in Xero already is linked, the rest is sent
 * when nothing else waits. Asking again begins anew; what was done stays done.
 */
export const startBackfill =
  (world: XeroWorld) =>
  async ({ caller, body, once }: XeroCall<'startXeroBackfill'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const connection = await readXeroConnection(world.table)(ws);
    const { organisation } = connection;
    if (connection.state === 'disconnected' || !organisation)
      return refuse('xero-not-connected', 'This workspace is not connected to Xero');
    const at = instantAt(world);
    const kinds = inOrder.filter((kind) => body.kinds.includes(kind));
    const backfill: Backfill = {
      id: world.newId('backfill'),
      tenantId: organisation.tenantId,
      from: body.from,
      kinds,
      state: 'finding',
      kind: kinds[0] ?? 'invoice',
      after: '',
      page: null,
      ...{ total: 0, found: 0, looked: 0, linked: 0, taken: 0, queued: 0 },
      startedAt: at,
    };
    const reply: Reply = { status: 202, body: backfillView(backfill, { waiting: 0, parked: 0, connection, now: at }) };
    await world.table.commit([
      keepBackfill(ws, backfill),
      waits(ws, { lane: 'backfill', kind: 'backfill', documentId: 'backfill', version: world.clock(), dueAt: at, since: at }),
      audited(ws, {
        id: world.newId('aud'),
        at,
        who: caller.memberId,
        what: 'xero-backfill',
        about: 'xero',
        text: `Everything since ${body.from} is being brought into Xero`,
      }),
      answered(once, reply),
    ]);
    await world.ring([ws]).catch(() => undefined);
    return reply;
  };
