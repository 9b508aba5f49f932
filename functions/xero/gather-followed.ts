import { isInvoiceId, isPaymentId } from '../../shared/domain/claimed.ts';
import type { InvoiceThere } from '../../shared/domain/compare-invoice.ts';
import { fromHundredths } from '../../shared/domain/hundredths.ts';
import { wasIssued } from '../../shared/domain/invoice.ts';
import { bookedAmount } from '../../shared/domain/open-credit.ts';
import { paymentIdFromXero } from '../../shared/domain/payment-id.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { parsePayment, paymentKey, type Payment } from '../../shared/store/payments.ts';
import { documentsThere, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { MoneyThere } from '../payments/follow-xero.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: which of the invoices that Xero shows are ours, with everything here that they have to be held against.

/** A payment of ours with its way to Xero. */
export interface KnownPayment {
  readonly payment: Payment;
  readonly sync: SyncItem | undefined;
}

/** An invoice of ours as it stands there, and as it stands here. */
export interface Followed {
  readonly there: InvoiceThere;
  readonly head: InvoiceHead;
  readonly item: SyncItem;
  /** Everything that stands against it there and didn't come from here. */
  readonly came: readonly MoneyThere[];
  /** What is known here of all that stands against it there. */
  readonly known: readonly KnownPayment[];
}

/** Ours among them: those that we know by Xero's id. A copy that carries our reference is none. */
export const gatherFollowed = async (run: Run, found: readonly InvoiceThere[]): Promise<Followed[]> => {
  const { ws, tenantId, world } = run;
  const ids = await idsOf(run, found);
  const items = await world.table.batchGet([...ids.values()].flatMap((id) => [invoiceKey(ws, id), syncItemKey(ws, id)]));
  const pairs = found.flatMap((there) => {
    const id = ids.get(there.invoiceId);
    const head = id === undefined ? undefined : foundAt(items, invoiceKey(ws, id), parseInvoice);
    const item = id === undefined ? undefined : foundAt(items, syncItemKey(ws, id), parseSyncItem);
    if (!head || !wasIssued(head) || item?.xeroId !== there.invoiceId) return [];
    return item.tenantId == null || item.tenantId === tenantId ? [{ there, head, item }] : [];
  });
  return withMoney(run, await withoutOurCredits(run, pairs));
};

/**
 * Our own credit notes are no money that came in there: they count here already. They are known by the ids that stand on the
 * invoice's head, which no index may forget.
 */
const withoutOurCredits = async ({ ws, world }: Run, pairs: readonly Pair[]): Promise<Pair[]> => {
  const ids = pairs.flatMap(({ head }) => head.creditNoteIds ?? []);
  if (ids.length === 0) return [...pairs];
  const items = await world.table.batchGet(ids.map((id) => syncItemKey(ws, id)));
  const ours = new Set(ids.flatMap((id) => foundAt(items, syncItemKey(ws, id), parseSyncItem)?.xeroId ?? []));
  return pairs.map((pair) => ({
    ...pair,
    there: { ...pair.there, applied: pair.there.applied.filter(({ sourceId = '' }) => !ours.has(sourceId)) },
  }));
};

/** By the reference it carries, and by Xero's id where somebody has changed the reference. */
const idsOf = async ({ ws, tenantId, world }: Run, found: readonly InvoiceThere[]): Promise<Map<string, string>> => {
  const unnamed = found.filter(({ reference }) => !isInvoiceId(reference)).map(({ invoiceId }) => invoiceId);
  const linked = await documentsThere(world.table)(ws, tenantId, unnamed);
  return new Map(
    found.flatMap(({ invoiceId, reference }) => {
      const id = isInvoiceId(reference) ? reference : linked.get(invoiceId)?.documentId;
      return id === undefined ? [] : [[invoiceId, id] as const];
    }),
  );
};

type Pair = Pick<Followed, 'there' | 'head' | 'item'>;

const withMoney = async (run: Run, pairs: readonly Pair[]): Promise<Followed[]> => {
  const { ws, world } = run;
  const wanted = pairs.flatMap((pair) => [
    ...namedPayments(pair).flatMap((id) => [paymentKey(ws, id), syncItemKey(ws, id)]),
    ...moneyOn(run, pair).map(({ id }) => paymentKey(ws, id)),
  ]);
  const found = await world.table.batchGet(wanted);
  return pairs.map((pair) => {
    const ours = namedPayments(pair).flatMap((id): KnownPayment[] => {
      const payment = foundAt(found, paymentKey(ws, id), parsePayment);
      const sync = foundAt(found, syncItemKey(ws, id), parseSyncItem);
      return payment && payment.invoiceId === pair.head.id && payment.origin !== 'xero' ? [{ payment, sync }] : [];
    });
    const came = moneyOn(run, pair).filter(({ xeroId, reference }) => !isOneOf(ours, xeroId, reference));
    const known = came.flatMap(({ id }): KnownPayment[] => {
      const payment = foundAt(found, paymentKey(ws, id), parsePayment);
      return payment ? [{ payment, sync: undefined }] : [];
    });
    return { ...pair, came, known: [...ours, ...known] };
  });
};

const namedPayments = ({ there }: Pair): string[] => [
  ...new Set(there.payments.map(({ reference }) => reference).filter(isPaymentId)),
];

/** A payment that carries our id is the one that was sent; a second one with the same reference is not. */
const isOneOf = (ours: readonly KnownPayment[], xeroId: string | null, reference: string): boolean =>
  xeroId !== null &&
  ours.some(
    (one) =>
      one.payment.id === reference && (one.sync?.xeroId == null || one.sync.xeroId === xeroId) && !isMadeAnewThere(one, xeroId),
  );

/**
 * Whether a payment there that carries the id of one of ours is somebody's own all the same: ours was given back, so that nothing of
 * it belongs there, and this one is not what was sent. It is money that came in there.
 */
export const isMadeAnewThere = ({ payment, sync }: KnownPayment, xeroId: string): boolean =>
  bookedAmount(payment).amount === 0 && (sync === undefined || (sync.xeroId !== null && sync.xeroId !== xeroId));

const moneyOn = (run: Run, { there, head }: Pair): MoneyThere[] => {
  const today = instantAt(run.world).slice(0, 10);
  const money = (hundredths: bigint) => fromHundredths(hundredths, head.currency);
  // Sums of another currency say nothing about what is due here.
  if (there.currency !== head.currency) return [];
  return [
    ...there.payments.map(({ paymentId, reference, amount, date }) => ({
      id: paymentIdFromXero(paymentId, head),
      xeroId: paymentId,
      amount: money(amount),
      receivedOn: date ?? today,
      reference,
    })),
    ...creditsOn(there).map(({ sourceId, what, amount, date }) => ({
      id: paymentIdFromXero(sourceId, head),
      xeroId: null,
      amount: money(amount),
      receivedOn: date ?? head.issueDate ?? today,
      reference: `${what.charAt(0).toUpperCase()}${what.slice(1)} in Xero`,
    })),
  ].filter(({ amount }) => amount.amount > 0);
};

/** One for each credit note, overpayment or prepayment, however often parts of it were allocated. */
const creditsOn = ({ applied }: InvoiceThere) => {
  const bySource = new Map<string, { sourceId: string; what: string; amount: bigint; date: string | null }>();
  for (const { sourceId = '', what, amount, date = null } of applied) {
    if (sourceId === '') continue;
    const before = bySource.get(sourceId);
    bySource.set(sourceId, { sourceId, what, amount: (before?.amount ?? 0n) + amount, date: before?.date ?? date });
  }
  return [...bySource.values()];
};
