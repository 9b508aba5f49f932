import type { Instant } from '../../shared/domain/days.ts';
import { balanceOf } from '../../shared/domain/invoice.ts';
import { negate } from '../../shared/domain/money.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import { dueChanged, revenueChanged } from '../../shared/store/aggregates.ts';
import { audited } from '../../shared/store/audit.ts';
import { addCreditNote } from '../../shared/store/credit-notes.ts';
import { escrowFollows } from '../../shared/store/escrow.ts';
import { replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { notified } from '../../shared/store/notifications.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { deadBillsWait } from '../invoices/mirror-bills.ts';
import type { PlannedCredit } from './plan-credit-note.ts';

// Flow of credit notes: what is written when one is issued.

interface Needs {
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Everything that one commit writes, besides the number and the record of the request. */
export const creditWrites = (
  { now, newId }: Needs,
  ws: string,
  head: InvoiceHead,
  { note, lines, after }: PlannedCredit,
  who: string,
): Write[] => {
  const at = now();
  const said = moneyText(note.total);
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
  const text = `Invoice ${head.number} is overpaid by ${moneyText(overpaid)}`;
  const mend = 'Refund what is too much, or take it for another invoice';
  return [notified(ws, { id, cause: `invoice-overpaid#${head.id}`, text, mend, about: head.id, at })];
};
