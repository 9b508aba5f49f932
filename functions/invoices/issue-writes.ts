import type { Instant } from '../../shared/domain/days.ts';
import { applyPayment, balanceOf, issue } from '../../shared/domain/invoice.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { formatNumber } from '../../shared/domain/series.ts';
import { dueChanged, revenueChanged } from '../../shared/store/aggregates.ts';
import { audited } from '../../shared/store/audit.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import { numberTaken } from '../../shared/store/number-series.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import type { InvoiceTerms } from './plan-invoice.ts';

/** An issued invoice with everything that is written in the commit that issues it, besides the head itself. */
export interface Issued {
  readonly head: InvoiceHead;
  readonly writes: readonly Write[];
}

/** As much of the terms as issuing needs. `paidAtOnce`: the money for all of it is here already, and counts in the same commit. */
export type IssueTerms = Pick<InvoiceTerms, 'series' | 'issueDate' | 'dueDate' | 'toXero'> & { readonly paidAtOnce?: boolean };

/**
 * Issues a head: the next number, its sums on the dashboard and its way to Xero, for the one commit that does it; the audit trail is the
 * caller's. A document that already has a number keeps it and takes none from the series.
 */
export const issued = (ws: string, head: InvoiceHead, terms: IssueTerms, now: Instant): Issued => {
  const { series, issueDate, dueDate } = terms;
  const numbered = head.number === null;
  const open = issue({ ...head, toXero: terms.toXero }, { number: head.number ?? formatNumber(series), issueDate, dueDate });
  const after = terms.paidAtOnce === true && open.total.amount > 0 ? applyPayment(open, open.total).invoice : open;
  if (after.number === null) return refuse('busy', 'No number could be given');
  const { due } = balanceOf(after);
  const work = { lane: 'documents', kind: 'invoice', documentId: head.id } as const;
  return {
    head: after,
    writes: [
      ...(numbered ? [numberTaken(ws, 'invoice', series)] : []),
      revenueChanged(ws, issueDate, after.subtotal),
      ...(due.amount > 0 ? [dueChanged(ws, dueDate, due)] : []),
      ...(terms.toXero ? [waits(ws, { ...work, version: Date.parse(now), dueAt: now, since: now })] : []),
    ],
  };
};

/** Issues a head as above, and notes in the audit trail who did so; nobody where the system did so by itself. */
export const issueWrites = (
  head: InvoiceHead,
  terms: InvoiceTerms & IssueTerms,
  { by, now, newId }: { by: { readonly memberId: string | null }; now: Instant; newId: (prefix: string) => string },
): Issued => {
  const ws = terms.workspace.id;
  const done = issued(ws, head, terms, now);
  const text = `Invoice ${done.head.number} over ${moneyText(done.head.total)} was issued to ${terms.client.name}`;
  const trail = { id: newId('aud'), at: now, who: by.memberId, what: 'invoice-issued', about: head.id, text };
  return { head: done.head, writes: [...done.writes, audited(ws, trail)] };
};
