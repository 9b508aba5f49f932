import type { Caller } from '../../shared/api/call.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { balanceOf, issue } from '../../shared/domain/invoice.ts';
import { toDecimal } from '../../shared/domain/money.ts';
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

/**
 * Issues a head: the next number, its sums on the dashboard, its way to Xero and the audit trail, for the one commit that does it.
 * A document that already has a number keeps it and takes none from the series.
 */
export const issueWrites = (
  head: InvoiceHead,
  terms: InvoiceTerms,
  { by, now, newId }: { by: Caller; now: Instant; newId: (prefix: string) => string },
): Issued => {
  const { workspace, series, issueDate, dueDate } = terms;
  const numbered = head.number === null;
  const issued = issue({ ...head, toXero: terms.toXero }, { number: head.number ?? formatNumber(series), issueDate, dueDate });
  if (issued.number === null) return refuse('busy', 'No number could be given');
  const { due } = balanceOf(issued);
  const ms = Date.parse(now);
  return {
    head: issued,
    writes: [
      ...(numbered ? [numberTaken(workspace.id, 'invoice', series)] : []),
      revenueChanged(workspace.id, issueDate, issued.subtotal),
      ...(due.amount > 0 ? [dueChanged(workspace.id, dueDate, due)] : []),
      ...(terms.toXero
        ? [waits(workspace.id, { lane: 'documents', kind: 'invoice', documentId: head.id, version: ms, dueAt: now, since: now })]
        : []),
      audited(workspace.id, {
        id: newId('aud'),
        at: now,
        who: by.memberId,
        what: 'invoice-issued',
        about: head.id,
        text: `Invoice ${issued.number} over ${toDecimal(issued.total)} ${issued.currency} was issued to ${terms.client.name}`,
      }),
    ],
  };
};
