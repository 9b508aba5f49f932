import type { CreditNoteCall } from '../../shared/api/credit-notes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { balanceOf } from '../../shared/domain/invoice.ts';
import { negate, toDecimal } from '../../shared/domain/money.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { idOfRequest } from '../../shared/domain/payment-id.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import type { Queue, RingDoorbell } from '../../shared/runtime/queue.ts';
import { dueChanged, revenueChanged } from '../../shared/store/aggregates.ts';
import { audited } from '../../shared/store/audit.ts';
import { checkoutKey, parseCheckout } from '../../shared/store/checkouts.ts';
import { addCreditNote, creditNoteKey, readCreditNotes } from '../../shared/store/credit-notes.ts';
import { escrowFollows } from '../../shared/store/escrow.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { answered, claim } from '../../shared/store/idempotency.ts';
import { invoiceKey, parseInvoice, readInvoice, replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { notified } from '../../shared/store/notifications.ts';
import { numberTaken, seriesKey, seriesOr } from '../../shared/store/number-series.ts';
import { paymentIdsOfInvoice } from '../../shared/store/payments.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { parseWorkspace, workspaceKey, type Workspace } from '../../shared/store/workspaces.ts';
import type { Write } from '../../shared/store/write.ts';
import { freeEntries } from '../invoices/free-entries.ts';
import { deadBillsWait } from '../invoices/mirror-bills.ts';
import { closeStaleCheckout } from './close-checkout.ts';
import { creditNoteView } from './credit-note-views.ts';
import { giveBackOpen } from './give-back.ts';
import { planCreditNote, type PlannedCredit } from './plan-credit-note.ts';
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

/** Everything that one commit writes, besides the number and the record of the request. */
const creditWrites = (
  { now, newId }: Needs,
  ws: string,
  head: InvoiceHead,
  { note, lines, after }: PlannedCredit,
  who: string,
): Write[] => {
  const at = now();
  const said = `${toDecimal(note.total)} ${note.currency}`;
  const why = note.reason === '' ? '' : `: ${note.reason}`;
  const text = `Credit note ${note.number} over ${said} was issued for invoice ${head.number}${why}`;
  const work = { lane: 'documents', kind: 'credit-note', documentId: note.id } as const;
  return [
    replaceInvoice(ws, after),
    ...escrowFollows(ws, head, after),
    ...addCreditNote(ws, note, lines),
    // A credit counts on its own day, not on that of its invoice.
    revenueChanged(ws, note.issueDate, negate(note.subtotal)),
    ...(head.dueDate !== null && note.allocated.amount > 0 ? [dueChanged(ws, head.dueDate, negate(note.allocated))] : []),
    ...(note.toXero ? [waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at })] : []),
    audited(ws, { id: newId('aud'), at, who, what: 'credit-note-issued', about: note.id, text }),
    ...(after.billing === head.billing ? [] : deadBillsWait(ws, head, at)),
    ...overpaidNotice(ws, head, after, { id: newId('ntf'), at }),
  ];
};

const overpaidNotice = (ws: string, head: InvoiceHead, after: InvoiceHead, { id, at }: { id: string; at: Instant }): Write[] => {
  const { overpaid } = balanceOf(after);
  if (overpaid.amount === 0) return [];
  const text = `Invoice ${head.number} is overpaid by ${toDecimal(overpaid)} ${overpaid.currency}`;
  const mend = 'Refund what is too much, or take it for another invoice';
  return [notified(ws, { id, cause: `invoice-overpaid#${head.id}`, text, mend, about: head.id, at })];
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
