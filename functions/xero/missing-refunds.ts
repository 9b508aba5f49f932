import { isGoneThere } from '../../shared/domain/compare-document.ts';
import { hundredthsOf } from '../../shared/domain/hundredths.ts';
import { foundAt } from '../../shared/store/found.ts';
import { parsePayment, paymentIdsOfInvoice, paymentKey } from '../../shared/store/payments.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import type { XeroCreditNote } from '../../shared/xero/credit-note-answer.ts';
import { paymentRefundedBy } from '../../shared/xero/map-credit-note.ts';
import type { CreditNoteThere } from '../../shared/xero/list-credit-notes.ts';
import { underWay } from './compared.ts';
import type { Run } from './run.ts';

// Flow of the comparison: what of our payments went back for a credit note was booked there as its refunds, and has to stand there.

type Ours = { readonly id: string; readonly invoiceId: string };

/** What of our payments went back for a credit note and was booked in these books, in hundredths, by payment. */
export const refundsBooked = async (run: Run, { id, invoiceId }: Ours): Promise<ReadonlyMap<string, bigint>> => {
  const { ws, world, tenantId } = run;
  const ids = await paymentIdsOfInvoice(world.table)(ws, invoiceId);
  const found = await world.table.batchGet(ids.flatMap((one) => [paymentKey(ws, one), syncItemKey(ws, one)]));
  return new Map(
    ids.flatMap((one) => {
      const cover = foundAt(found, paymentKey(ws, one), parsePayment)?.covers?.find(({ creditNoteId }) => creditNoteId === id);
      const item = foundAt(found, syncItemKey(ws, one), parseSyncItem);
      const isHere = item?.tenantId == null || item.tenantId === tenantId;
      // What a person has to see to is told at the payment.
      const isBooked = isHere && item?.state === 'synced' && item.refundedFrom?.includes(id) === true;
      return cover && isBooked ? [[one, hundredthsOf(cover.amount) ?? 0n] as const] : [];
    }),
  );
};

/** What was given back of a credit note there by somebody else. */
export const foreignRefundsOf = ({ payments }: Pick<CreditNoteThere, 'payments'>): XeroCreditNote['payments'] =>
  payments.filter(({ reference }) => paymentRefundedBy(reference) === undefined);

const sumOf = (payments: XeroCreditNote['payments']): bigint => payments.reduce((sum, { amount }) => sum + amount, 0n);

/** What of `givenBack`, all that went back for a credit note, was booked there and stands there no more; in hundredths. */
export const missingRefunds = async (
  run: Run,
  note: Ours & { readonly givenBack: bigint },
  there: CreditNoteThere,
): Promise<bigint> => {
  const ours = there.payments.filter(({ reference }) => paymentRefundedBy(reference) !== undefined);
  // Everything stands there: nothing has to be looked for.
  if (isGoneThere(there) || sumOf(ours) >= note.givenBack) return 0n;
  const booked = await refundsBooked(run, note);
  const busy = await underWay(run, [...booked.keys()]);
  return notStanding(new Map([...booked].filter(([paymentId]) => !busy.has(paymentId))), there);
};

/** What of these refunds, by payment, stands there no more, or was never booked by us; in hundredths. */
export const notStanding = (booked: ReadonlyMap<string, bigint>, { payments }: Pick<CreditNoteThere, 'payments'>): bigint => {
  let missing = 0n;
  for (const [paymentId, wanted] of booked) {
    const stands = sumOf(payments.filter(({ reference }) => paymentRefundedBy(reference) === paymentId));
    if (wanted > stands) missing += wanted - stands;
  }
  return missing;
};
