import type { CreditNoteCall } from '../../shared/api/credit-notes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { idOfRequest } from '../../shared/domain/payment-id.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import type { Queue, RingDoorbell } from '../../shared/runtime/queue.ts';
import { checkoutKey, parseCheckout } from '../../shared/store/checkouts.ts';
import { creditNoteKey, readCreditNotes } from '../../shared/store/credit-notes.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { answered, claim } from '../../shared/store/idempotency.ts';
import { invoiceKey, parseInvoice, readInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { numberTaken, seriesKey, seriesOr } from '../../shared/store/number-series.ts';
import { paymentIdsOfInvoice } from '../../shared/store/payments.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey, type Workspace } from '../../shared/store/workspaces.ts';
import { freeEntries } from '../invoices/free-entries.ts';
import { closeStaleCheckout } from './close-checkout.ts';
import { creditNoteView } from './credit-note-views.ts';
import { creditWrites } from './credit-writes.ts';
import { giveBackOpen } from './give-back.ts';
import { planCreditNote } from './plan-credit-note.ts';
import type { OpenStripe } from './stripe-app.ts';

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly events: Queue;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
}

type Call = CreditNoteCall<'createCreditNote'>;

/**
 * Credits an issued invoice for a member of finance. The credit note is set against what is due; what was paid beyond that is given
 * back at once where that is asked for, else it stands open. Time on an invoice that is credited in full can be billed again.
 */
export const createCreditNote =
  (needs: Needs) =>
  async ({ caller, params, body, once }: Call): Promise<Reply> => {
    const { table, now, newId } = needs;
    const ws = caller.workspaceId;
    const givesBack = body.settle === 'refund';
    const invoiceAt = invoiceKey(ws, params.id);
    const found = await table.batchGet([invoiceAt, seriesKey(ws, 'credit-note'), workspaceKey(ws), checkoutKey(ws, params.id)]);
    const head = mustBeAt(found, invoiceAt, parseInvoice);
    if (head.status === 'collecting' || head.status === 'abandoned') return refuse('not-found', 'There is no such thing here');
    // What calls Stripe is more than one transaction: repeated, the request goes on with the credit note that it has made.
    const id = once && givesBack ? idOfRequest('cn', once, head.createdAt) : newId('cn');
    if (givesBack) {
      await claim(table)(once);
      if (await table.get(creditNoteKey(ws, id))) return finishGivingBack(needs, { caller, once }, head.id, id);
    }
    const workspace: Workspace = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    const series = seriesOr(found.get(keyText(seriesKey(ws, 'credit-note'))), 'credit-note');
    const planned = await planCreditNote(table)(body, { head, workspace, series, id, now: now(), newId });
    const after = { ...planned.after, version: head.version + 1 };
    const reply: Reply = { status: 201, body: creditNoteView(planned.note, planned.lines, after, undefined) };
    await table.commit([
      ...creditWrites(needs, ws, head, planned, caller.memberId),
      numberTaken(ws, 'credit-note', series),
      ...(givesBack ? [] : [answered(once, reply)]),
    ]);
    await afterwards(needs, ws, after);
    const checkout = foundAt(found, checkoutKey(ws, head.id), parseCheckout);
    await closeStaleCheckout(needs)(ws, after, checkout).catch(() =>
      needs.events.send({ kind: 'close-checkout', workspaceId: ws, invoiceId: head.id }).catch(() => undefined),
    );
    return givesBack ? finishGivingBack(needs, { caller, once }, head.id, id) : reply;
  };

/** What isn't done here, a sweep does. */
const afterwards = async ({ table, ring }: Needs, ws: string, after: InvoiceHead): Promise<void> => {
  if (after.freeing) await freeEntries({ table })(ws, after.id);
  if (after.toXero) await ring([ws]).catch(() => undefined);
};

const finishGivingBack = async (
  needs: Needs,
  { caller, once }: Pick<Call, 'caller' | 'once'>,
  invoiceId: string,
  creditNoteId: string,
): Promise<Reply> => {
  const { table } = needs;
  const ws = caller.workspaceId;
  const payments = await paymentIdsOfInvoice(table)(ws, invoiceId);
  await giveBackOpen(needs)(ws, caller.memberId, { invoiceId, creditNoteId }, payments);
  const [[whole], head] = await Promise.all([readCreditNotes(table)(ws, [creditNoteId]), readInvoice(table)(ws, invoiceId)]);
  if (!whole) return refuse('not-found', 'There is no such thing here');
  const reply: Reply = { status: 201, body: creditNoteView(whole.note, whole.lines, head, undefined) };
  await table.commit([answered(once, reply)]);
  await needs.ring([ws]).catch(() => undefined);
  return reply;
};
