import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { backfillKinds, keepBackfill, type Backfill, type BackfillKind } from '../../shared/store/backfills.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import { readXeroSettings, type XeroSettings } from '../../shared/store/xero-settings.ts';
import { backfillView } from './backfill-view.ts';
import { instantAt, type XeroWorld } from './world.ts';

/**
 * Lets whoever may export catch the books up with what was made since a day: what is in Xero already is linked, the rest is sent
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
    const settings = await readXeroSettings(world.table)(ws);
    const asked = body.kinds ?? usualKinds(settings);
    const kinds = backfillKinds.filter((kind) => asked.includes(kind));
    const backfill: Backfill = {
      id: world.newId('backfill'),
      tenantId: organisation.tenantId,
      from: body.from,
      kinds,
      state: 'finding',
      kind: kinds[0] ?? 'invoice',
      after: '',
      page: null,
      progress: {},
      startedAt: at,
    };
    const reply: Reply = {
      status: 202,
      body: backfillView(backfill, { waiting: [], parked: [], settings, connection, now: at }),
    };
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

/** Bills and expenses only belong into the books where somebody has said where to. */
const usualKinds = ({ billAccount, expenseAccount }: XeroSettings): BackfillKind[] => [
  'quote',
  'invoice',
  'payment',
  'credit-note',
  ...(billAccount === null ? [] : (['bill'] as const)),
  ...(expenseAccount === null ? [] : (['expense'] as const)),
];
