import { isGoneThere } from '../../shared/domain/compare-document.ts';
import type { InvoiceThere } from '../../shared/domain/compare-invoice.ts';
import { paymentMissing } from '../../shared/domain/compare-payment.ts';
import type { Difference, DriftKind } from '../../shared/domain/discrepancy.ts';
import { holdsMoney } from '../../shared/domain/invoice.ts';
import { isSame } from '../../shared/domain/money.ts';
import { bookedAmount } from '../../shared/domain/open-credit.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { parsePayment, paymentIdsOfInvoice, paymentKey } from '../../shared/store/payments.ts';
import { keepSyncItem, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { readParkedWork, unparked, waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { compareInvoices } from './invoice-kind.ts';
import { hereOf } from './compare-payments.ts';
import { gatherFollowed, type Followed, type KnownPayment } from './gather-followed.ts';
import { rebooking } from './change-payment.ts';
import { noteDrift } from './note-drift.ts';
import { releaseParked } from './release-parked.ts';
import type { Run } from './run.ts';
import { countingWaits } from './settle.ts';
import { isSameList, tell } from './tell-differences.ts';
import { instantAt } from './world.ts';

// Flow of the worker: what somebody did to our invoices in Xero has its effect here. It compares what stands there with what stands
// here, so that the echo of our own writes, and a look that comes twice, change nothing.

/** Follows invoices as they stand in Xero now; those that are not ours are left alone. */
export const followInvoices = async (run: Run, found: readonly InvoiceThere[]): Promise<void> => {
  const followed = await gatherFollowed(run, found);
  for (const one of followed) {
    if (one.there.unclear !== undefined) continue;
    await followMoneyOn(run, one);
    await followDueDate(run, one);
  }
  const { differences } = await compareInvoices(run, found);
  for (const one of followed) {
    const own = differences.filter(({ documentId, kind }) => documentId === one.head.id && kind !== 'duplicate');
    await followStanding(run, one, own);
  }
  const claims = differences.filter(({ documentId, kind }) => documentId === null || kind === 'duplicate');
  for (const difference of claims) await noteDrift(run.world)(run.ws, difference, instantAt(run.world));
};

const followMoneyOn = async (run: Run, one: Followed): Promise<void> => {
  const { came, known, head, there } = one;
  const news = came.filter(({ id, amount, receivedOn }) => {
    const here = known.find(({ payment }) => payment.id === id)?.payment;
    return !here || !isSame(here.amount, amount) || here.receivedOn !== receivedOn;
  });
  const counted = known.reduce((sum, { payment }) => sum + payment.counts.amount, 0);
  // Everything that counts here stands there: there is nothing else to look for.
  const others = counted === head.paid.amount && news.length === 0 ? [] : await otherPayments(run, one);
  const gone = others.filter(({ payment }) => payment.origin === 'xero' && payment.counts.amount > 0);
  if (news.length + gone.length > 0)
    await run.flows.moneyMoved(run.ws, head.id, {
      tenantId: run.tenantId,
      came: news,
      gone: gone.map(({ payment }) => payment.id),
    });
  for (const { payment, sync } of known) if (sync) await tellPayment(run, { payment, sync }, undefined);
  // What is void there has no payments any more; that is told of the invoice.
  if (isGoneThere(there)) return;
  for (const { payment, sync } of others)
    if (sync && payment.origin !== 'xero') await tellPayment(run, { payment, sync }, deletedThere(run, one, payment, sync));
};

/** Payments of the invoice that don't stand against it there. */
const otherPayments = async ({ ws, world }: Run, { head, known, came }: Followed): Promise<KnownPayment[]> => {
  const there = new Set([...known.map(({ payment }) => payment.id), ...came.map(({ id }) => id)]);
  const ids = (await paymentIdsOfInvoice(world.table)(ws, head.id)).filter((id) => !there.has(id));
  const items = await world.table.batchGet(ids.flatMap((id) => [paymentKey(ws, id), syncItemKey(ws, id)]));
  return ids.flatMap((id) => {
    const payment = foundAt(items, paymentKey(ws, id), parsePayment);
    return payment ? [{ payment, sync: foundAt(items, syncItemKey(ws, id), parseSyncItem) }] : [];
  });
};

/** A payment of ours that was in Xero and isn't any more, while it still counts here. */
const deletedThere = (
  run: Run,
  { head, there }: Followed,
  payment: KnownPayment['payment'],
  { xeroId, tenantId, code }: SyncItem,
): Difference | undefined => {
  if (xeroId === null || (tenantId != null && tenantId !== run.tenantId)) return undefined;
  // What we have taken back ourselves is booked anew.
  if (code === rebooking || bookedAmount(payment).amount === 0) return undefined;
  const here = hereOf(run, { payment, sync: undefined, number: head.number, invoiceThere: there.invoiceId });
  return paymentMissing(here, xeroId, 'The payment was deleted in Xero');
};

const tellPayment = async (
  run: Run,
  { payment, sync }: { payment: KnownPayment['payment']; sync: SyncItem },
  difference: Difference | undefined,
): Promise<void> => {
  const about = { subject: 'payment', documentId: payment.id } as const;
  const differs = await tell(run, about, sync.differs ?? [], difference ? [difference] : []);
  if (!isSameList(differs, sync.differs ?? [])) await run.world.table.commit([keepSyncItem(run.ws, { ...sync, differs })]);
};

const followDueDate = async (run: Run, { head, there }: Followed): Promise<void> => {
  if (isGoneThere(there) || there.dueDate === null || there.dueDate === head.dueDate || head.status === 'void') return;
  await run.flows.dueDateMoved(run.ws, head.id, there.dueDate);
};

const isUnapproved = (status: string | null | undefined): boolean => status === 'DRAFT' || status === 'SUBMITTED';
const isApproved = (status: string | null | undefined): boolean => status === 'AUTHORISED' || status === 'PAID';

/** Its status there, what of its content is different, and whatever waited for either. */
const followStanding = async (run: Run, one: Followed, differences: readonly Difference[]): Promise<void> => {
  const { head, item, there } = one;
  if (there.unclear !== undefined) return tellUnclear(run, one, differences);
  const dies = isGoneThere(there) && (await isUnpaidHere(run, head.id));
  const told = dies ? [] : differences;
  const differs = await tell(run, { subject: 'invoice', documentId: head.id }, item.differs ?? [], told);
  const moved = there.status !== item.xeroStatus && !(isApproved(there.status) && isApproved(item.xeroStatus));
  const mended = isMended(item, told, there);
  if ((moved && isUnapproved(item.xeroStatus)) || (mended && item.code === 'not-understood')) await letGoOn(run, head.id);
  const same = !moved && !mended && isSameList(differs, item.differs ?? []);
  const after = { ...item, ...(mended ? clean : {}), differs, xeroStatus: there.status, xeroUpdatedAt: there.updatedAt ?? null };
  if (mended) run.blockage.touched = true;
  const writes: Write[] = same ? [] : [keepSyncItem(run.ws, { ...after, at: instantAt(run.world) }), ...countingWaits(run)];
  if (dies && head.status !== 'void') {
    await lookAtCredits(run, head);
    await run.flows.voidedThere(run.ws, head.id, writes);
  } else if (writes.length > 0) await run.world.table.commit([...writes, ...approval(run, one, moved)]);
};

/** What is known of it stays as it was; somebody is told. */
const tellUnclear = async (run: Run, { head, item }: Followed, differences: readonly Difference[]): Promise<void> => {
  const differs = await tell(run, { subject: 'invoice', documentId: head.id }, item.differs ?? [], differences);
  if (!isSameList(differs, item.differs ?? [])) await run.world.table.commit([keepSyncItem(run.ws, { ...item, differs })]);
};

/** Its credit notes are void with it: whatever holds them up on their way to Xero is over then. */
const lookAtCredits = async ({ ws, world }: Run, { creditNoteIds = [] }: Followed['head']): Promise<void> => {
  const at = instantAt(world);
  const when = { lane: 'documents', version: world.clock(), dueAt: at, since: at } as const;
  for (const documentId of creditNoteIds)
    await world.table.commit([
      unparked(ws, { kind: 'credit-note', documentId }),
      unparked(ws, { kind: 'credit-allocation', documentId }),
      waits(ws, { ...when, kind: 'credit-note', documentId }),
    ]);
};

/** The payments as they are by now: those that were gone there are gone here. */
const isUnpaidHere = async ({ ws, world }: Run, id: string): Promise<boolean> => {
  const item = await world.table.get(invoiceKey(ws, id));
  const head = item && parseInvoice(item);
  return head !== undefined && !holdsMoney(head);
};

const clean = { state: 'synced', code: null, reason: null, mend: null } as const;
const sums: readonly DriftKind[] = ['amount', 'tax', 'currency'];

/** What had blocked it is over: its sums agree by now, or it is void on both sides. */
const isMended = ({ code }: SyncItem, told: readonly Difference[], there: InvoiceThere): boolean =>
  (code === 'not-understood' && !told.some(({ kind }) => sums.includes(kind))) ||
  (code === 'total-differs' && !told.some(({ kind }) => sums.includes(kind))) ||
  (code === 'voided-in-xero' && !told.some(({ kind }) => kind === 'status') && isGoneThere(there));

const approval = (run: Run, { head, item, there }: Followed, moved: boolean): Write[] =>
  moved && isUnapproved(item.xeroStatus) && isApproved(there.status)
    ? [
        audited(run.ws, {
          id: run.world.newId('aud'),
          at: instantAt(run.world),
          who: null,
          what: 'approved-in-xero',
          about: head.id,
          text: `Invoice ${head.number} was approved in Xero`,
        }),
        ...(head.sentAt === null ? [] : [sentFlagWaits(run, head.id)]),
      ]
    : [];

/** It was sent to its client before it could be marked as sent. */
const sentFlagWaits = (run: Run, documentId: string): Write => {
  const at = instantAt(run.world);
  return waits(run.ws, { lane: 'documents', kind: 'sent-flag', documentId, version: run.world.clock(), dueAt: at, since: at });
};

/** Payments that waited for the invoice's approval are looked at again. */
const letGoOn = async (run: Run, invoiceId: string): Promise<void> => {
  const parked = await readParkedWork(run.world.table)(run.ws);
  await releaseParked(
    run.world,
    run.ws,
    parked.filter(({ waitsFor, on }) => waitsFor === 'approval' && on === invoiceId),
  );
};
