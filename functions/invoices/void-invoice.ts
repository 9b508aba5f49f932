import type { InvoiceCall } from '../../shared/api/invoices.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { balanceOf, startVoid } from '../../shared/domain/invoice.ts';
import { negate } from '../../shared/domain/money.ts';
import type { Once, Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { dueChanged, revenueChanged } from '../../shared/store/aggregates.ts';
import { audited } from '../../shared/store/audit.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { escrowFollows } from '../../shared/store/escrow.ts';
import { syncForgotten } from '../../shared/store/forget-sync.ts';
import { invoiceKey, parseInvoice, replaceInvoice, type InvoiceHead, type WholeInvoice } from '../../shared/store/invoices.ts';
import { isOnTheWire, manifestKey, parseManifest, replaceManifest, type Manifest } from '../../shared/store/manifests.ts';
import { parseSyncItem, syncItemKey, syncView, type SyncView } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { allLanes, cancelled, unparked, waits } from '../../shared/store/waiting-work.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import type { Item, Write } from '../../shared/store/write.ts';
import { freeEntries } from './free-entries.ts';
import { deadBillsWait } from './mirror-bills.ts';
import { isDocument, withLines } from './read-documents.ts';
import { invoiceView, linesShown } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
  /** Closes a Checkout page that is still open for the invoice. */
  readonly closeCheckout: (workspaceId: string, invoiceId: string) => Promise<void>;
}

/**
 * Voids an unpaid invoice. What never reached Xero is void at once and its push is taken back in the same commit; otherwise it is
 * `voiding` until Xero has confirmed. Its number stays its own, and its entries can be billed again afterwards.
 */
export const voidInvoice =
  (needs: Needs) =>
  async ({ caller, params, once }: InvoiceCall<'voidInvoice'>): Promise<Reply> => {
    const { table, now, newId } = needs;
    const ws = caller.workspaceId;
    const found = await table.batchGet([
      invoiceKey(ws, params.id),
      syncItemKey(ws, params.id),
      manifestKey(ws),
      workspaceKey(ws),
    ]);
    const item = found.get(keyText(invoiceKey(ws, params.id)));
    const workspace = found.get(keyText(workspaceKey(ws)));
    const head = item && parseInvoice(item);
    if (!head || !workspace || !isDocument(head)) return refuse('not-found', 'There is no such thing here');
    const syncItem = found.get(keyText(syncItemKey(ws, head.id)));
    const manifest = parseManifest(found.get(keyText(manifestKey(ws))));
    const pushed = mayBeInXero(syncItem, manifest, head);
    const after = startVoid(head, { pushed });
    const { zone } = parseWorkspace(workspace);
    const today = dateIn(zone, now());
    const whole = await withLines(table)(ws, head, linesShown);
    if (after.status === head.status) return asItStands(table, once, whole, syncView(syncItem, head.toXero), today);
    const voided = { ...after, freeing: after.status === 'void', version: head.version + 1 };
    const sync = pushed ? syncView(syncItem, head.toXero) : syncView(undefined, false);
    const body = invoiceView({ ...whole, head: voided }, sync, today);
    const reply: Reply = { status: 200, etag: String(voided.version), body };
    const trail = {
      id: newId('aud'),
      at: now(),
      who: caller.memberId,
      what: 'invoice-voided',
      about: head.id,
      text: `Invoice ${head.number} was voided`,
    };
    await table.commit([
      replaceInvoice(ws, { ...voided, version: head.version }),
      ...escrowFollows(ws, head, voided),
      ...(pushed
        ? voidLater(ws, head, now())
        : [
            ...voidNow(ws, head, today),
            ...(head.toXero ? pushTakenBack(ws, head.id, { manifest, syncItem, now: now() }) : []),
            ...deadBillsWait(ws, head, now()),
          ]),
      audited(ws, trail),
      answered(once, reply),
    ]);
    await needs.closeCheckout(ws, head.id).catch(() => undefined);
    if (pushed) await needs.ring([ws]).catch(() => undefined);
    else await freeEntries({ table })(ws, head.id);
    return reply;
  };

/** Somebody asks for what is done already, or under way: nothing changes a second time. */
const asItStands = async (
  table: Table,
  once: Once | undefined,
  whole: WholeInvoice,
  sync: SyncView,
  today: string,
): Promise<Reply> => {
  const reply: Reply = { status: 200, etag: String(whole.head.version), body: invoiceView(whole, sync, today) };
  await table.commit([answered(once, reply)]);
  return reply;
};

/** An answer that never came counts as "in Xero": what may be there must be voided there. */
const mayBeInXero = (syncItem: Item | undefined, manifest: Manifest, head: InvoiceHead): boolean =>
  head.toXero && (isOnTheWire(manifest, head.id) || (syncItem !== undefined && parseSyncItem(syncItem).xeroId !== null));

const voidLater = (ws: string, head: InvoiceHead, now: Instant): Write[] => [
  waits(ws, { lane: 'urgent', kind: 'void', documentId: head.id, version: Date.parse(now), dueAt: now, since: now }),
];

/** The sums lose what they had gained, the revenue on the day of the void. */
const voidNow = (ws: string, head: InvoiceHead, today: string): Write[] => [
  revenueChanged(ws, today, negate(head.subtotal)),
  ...(head.dueDate === null ? [] : [dueChanged(ws, head.dueDate, negate(balanceOf(head).due))]),
];

/** The push is taken back in the same commit, unless it has just been sent. */
const pushTakenBack = (
  ws: string,
  documentId: string,
  { manifest, syncItem, now }: { manifest: Manifest; syncItem: Item | undefined; now: Instant },
): Write[] => [
  ...allLanes.map((lane) => cancelled(ws, { lane, kind: 'invoice', documentId })),
  unparked(ws, { kind: 'invoice', documentId }),
  replaceManifest(ws, manifest, manifest.batch),
  ...syncForgotten(ws, documentId, syncItem && parseSyncItem(syncItem), now),
];
