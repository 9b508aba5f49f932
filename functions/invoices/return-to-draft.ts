import type { InvoiceCall } from '../../shared/api/invoices.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { startReturn } from '../../shared/domain/return-to-draft.ts';
import { audited } from '../../shared/store/audit.ts';
import { syncForgotten } from '../../shared/store/forget-sync.ts';
import { foundAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { invoiceKey, parseInvoice, replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { isOnTheWire, manifestKey, parseManifest, replaceManifest, type Manifest } from '../../shared/store/manifests.ts';
import { parseSyncItem, syncItemKey, syncView, type SyncItem } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { cancelled, unparked, waits } from '../../shared/store/waiting-work.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import type { Write } from '../../shared/store/write.ts';
import { deadBillsWait } from './mirror-bills.ts';
import { isDocument, withLines } from './read-documents.ts';
import { returnedWrites } from './settle-return.ts';
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
 * Turns an invoice that nobody has approved in Xero back into a draft, so that it can be changed and issued again under its number.
 * What never reached Xero is a draft at once; otherwise it is `voiding` until its document there is gone. Its time stays held.
 */
export const returnToDraft =
  (needs: Needs) =>
  async ({ caller, params, once }: InvoiceCall<'returnToDraft'>): Promise<Reply> => {
    const { table, now, newId } = needs;
    const ws = caller.workspaceId;
    const [at, syncAt] = [invoiceKey(ws, params.id), syncItemKey(ws, params.id)];
    const found = await table.batchGet([at, syncAt, manifestKey(ws), workspaceKey(ws)]);
    const head = foundAt(found, at, parseInvoice);
    const workspace = foundAt(found, workspaceKey(ws), parseWorkspace);
    if (!head || !workspace || !isDocument(head)) return refuse('not-found', 'There is no such thing here');
    const item = foundAt(found, syncAt, parseSyncItem);
    const manifest = parseManifest(found.get(keyText(manifestKey(ws))));
    const pushed = head.toXero && (isOnTheWire(manifest, head.id) || (item?.xeroId ?? null) !== null);
    const after = startReturn(head, { pushed });
    const whole = await withLines(table)(ws, head, linesShown);
    const today = dateIn(workspace.zone, now());
    const changes = after !== head;
    if (changes && (item?.xeroStatus === 'AUTHORISED' || item?.xeroStatus === 'PAID'))
      return refuse('approved-in-xero', 'The invoice is approved in Xero: void it, or credit it', {
        ways: ['void', 'credit-note'],
      });
    const returned = changes ? { ...after, version: head.version + 1 } : head;
    const sync = syncView(pushed ? found.get(keyText(syncAt)) : undefined, pushed);
    const body = invoiceView({ ...whole, head: returned }, sync, today);
    const reply: Reply = { status: 200, etag: String(returned.version), body };
    const text = `Invoice ${head.number} goes back to a draft`;
    await table.commit([
      ...(changes
        ? [
            replaceInvoice(ws, after),
            ...(pushed
              ? returnLater(ws, head, now())
              : [...returnNow(ws, head, after, { manifest, item, now: now() }), ...deadBillsWait(ws, head, now())]),
            audited(ws, { id: newId('aud'), at: now(), who: caller.memberId, what: 'invoice-returned', about: head.id, text }),
          ]
        : []),
      answered(once, reply),
    ]);
    if (!changes) return reply;
    await needs.closeCheckout(ws, head.id).catch(() => undefined);
    if (pushed) await needs.ring([ws]).catch(() => undefined);
    return reply;
  };

const returnLater = (ws: string, { id }: InvoiceHead, now: Instant): Write[] => [
  waits(ws, { lane: 'urgent', kind: 'withdraw', documentId: id, version: Date.parse(now), dueAt: now, since: now }),
];

/** The push is taken back in the same commit, unless it has just been sent. */
const returnNow = (
  ws: string,
  head: InvoiceHead,
  draft: InvoiceHead,
  { manifest, item, now }: { manifest: Manifest; item: SyncItem | undefined; now: Instant },
): Write[] => [
  ...returnedWrites(ws, head, draft),
  ...(head.toXero
    ? [
        ...(['urgent', 'payments', 'documents', 'backfill'] as const).map((lane) =>
          cancelled(ws, { lane, kind: 'invoice', documentId: head.id }),
        ),
        unparked(ws, { kind: 'invoice', documentId: head.id }),
        replaceManifest(ws, manifest, manifest.batch),
        ...syncForgotten(ws, head.id, item, now),
      ]
    : []),
];
