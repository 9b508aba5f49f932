import type { CorrectionCall } from '../../shared/api/corrections.ts';
import { correctionsOf, type Correction, type GivenPayment } from '../../shared/domain/corrections.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { refuse, Refusal } from '../../shared/domain/refusal.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { parsePayment, paymentIdsOfInvoice, paymentKey, type Payment } from '../../shared/store/payments.ts';
import { parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import { readInvoiceThere } from '../../shared/xero/list-invoices.ts';
import { AccessLost } from './access-token.ts';
import { askXero, type OpenBooks } from './open-books.ts';
import type { XeroWorld } from './world.ts';

/**
 * Shows a member of finance the ways in which an invoice can be corrected, and all that each of them writes. Xero is asked once how
 * it stands there; where Xero can't be asked now, what it said last counts, and the answer says so.
 */
export const getCorrections =
  (world: XeroWorld, open: OpenBooks) =>
  async ({ caller, params }: CorrectionCall<'getCorrections'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const [at, syncAt] = [invoiceKey(ws, params.id), syncItemKey(ws, params.id)];
    const [found, ids] = await Promise.all([world.table.batchGet([at, syncAt]), paymentIdsOfInvoice(world.table)(ws, params.id)]);
    const head = foundAt(found, at, parseInvoice);
    if (!head || head.status === 'collecting' || head.status === 'abandoned')
      return refuse('not-found', 'There is no such thing here');
    const { status: there, seen } = await standingThere(world, open, ws, foundAt(found, syncAt, parseSyncItem));
    const payments = await paymentsOf(world, ws, ids);
    const ways = correctionsOf(head, there, { toXero: head.toXero, payments, hasTime: head.source === 'time' });
    const { id: invoiceId, number, status } = head;
    return { status: 200, body: { invoiceId, number, status, xeroStatus: there, seen, paths: ways.map(shown) } };
  };

const shown = ({ path, atMost, writes, about }: Correction) => {
  const segment = { 'return-to-draft': 'return-to-draft', void: 'void', 'credit-note': 'credit-notes', refund: 'refunds' }[path];
  const place = path === 'refund' ? `/v1/payments/${about}` : `/v1/invoices/${about}`;
  return { path, request: { method: 'POST', path: `${place}/${segment}` }, ...(atMost ? { atMost } : {}), writes };
};

type Standing = { status: string | null; seen: 'xero' | 'last-seen' | 'not-there' };

const standingThere = async (world: XeroWorld, open: OpenBooks, ws: string, item: SyncItem | undefined): Promise<Standing> => {
  const xeroId = item?.xeroId;
  if (xeroId == null) return { status: null, seen: 'not-there' };
  const last: Standing = { status: item?.xeroStatus ?? 'AUTHORISED', seen: 'last-seen' };
  const connection = await readXeroConnection(world.table)(ws);
  const isThere = item?.tenantId == null || item.tenantId === connection.organisation?.tenantId;
  if (connection.state !== 'connected' || !isThere) return last;
  try {
    const found = await askXero(world, open)(ws, connection, (xero) => readInvoiceThere(xero, xeroId));
    return { status: found?.status ?? 'DELETED', seen: 'xero' };
  } catch (error) {
    if (error instanceof Refusal || error instanceof OutsideError || error instanceof AccessLost) return last;
    throw error;
  }
};

const paymentsOf = async ({ table }: XeroWorld, ws: string, ids: readonly string[]): Promise<GivenPayment[]> => {
  const found = await table.batchGet(ids.flatMap((id) => [paymentKey(ws, id), syncItemKey(ws, id)]));
  return ids.flatMap((id) => {
    const payment = foundAt(found, paymentKey(ws, id), parsePayment);
    const inXero = foundAt(found, syncItemKey(ws, id), parseSyncItem)?.xeroId != null;
    return payment ? [{ id, origin: payment.origin, left: leftOf(payment), inXero }] : [];
  });
};

const leftOf = ({ counts, status }: Payment) =>
  status === 'succeeded' || status === 'disputed' ? counts : { ...counts, amount: 0 };
