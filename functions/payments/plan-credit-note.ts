import type { CreditNoteCall } from '../../shared/api/credit-notes.ts';
import { creditInvoice, creditLines, type CreditAsked, type CreditLine } from '../../shared/domain/credit-note.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { totals } from '../../shared/domain/invoice.ts';
import { refuse, refuseFields } from '../../shared/domain/refusal.ts';
import { formatNumber } from '../../shared/domain/series.ts';
import { readCreditNotes, type CreditNote } from '../../shared/store/credit-notes.ts';
import { readLines, type InvoiceHead } from '../../shared/store/invoices.ts';
import type { StoredSeries } from '../../shared/store/number-series.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Workspace } from '../../shared/store/workspaces.ts';

// Flow of credit notes: what a credit note says, and what it makes of its invoice; nothing is written.

type Body = CreditNoteCall<'createCreditNote'>['body'];

/** More would make the head of the invoice large, and are a sign that something else is wrong. */
export const creditNotesPerInvoiceMax = 50;

export interface PlannedCredit {
  readonly note: CreditNote;
  readonly lines: readonly CreditLine[];
  /** The invoice as it is afterwards; its version still as it was read. */
  readonly after: InvoiceHead;
}

interface Given {
  readonly head: InvoiceHead;
  readonly workspace: Workspace;
  readonly series: StoredSeries;
  readonly id: string;
  readonly now: Instant;
  readonly newId: (prefix: string) => string;
  /** Xero never hears of it. */
  readonly onlyHere?: true;
}

/** Reckons a credit note from its invoice's lines and from what was credited of them before. */
export const planCreditNote =
  (table: Table) =>
  async (body: Body, { head, workspace, series, id, now, newId, onlyHere }: Given): Promise<PlannedCredit> => {
    const ws = workspace.id;
    const earlierIds = head.creditNoteIds ?? [];
    // What is void, or was never issued, is refused before anything of it is reckoned.
    creditInvoice({ ...head, credited: undefined }, head.total.amount > 0 ? head.total : { ...head.total, amount: 1 });
    if (earlierIds.length >= creditNotesPerInvoiceMax)
      return refuse('credit-exceeds-invoice', `An invoice has at most ${creditNotesPerInvoiceMax} credit notes`);
    const [invoice, earlier] = await Promise.all([readLines(table)(ws, head), readCreditNotes(table)(ws, earlierIds)]);
    const credited = earlier.flatMap((one) => one.lines);
    const lines = creditLines(invoice.lines, credited, askedIn(body), () => newId('lin'));
    const included = lines.some(({ taxIncluded }) => taxIncluded);
    const sums = totals(head.currency, lines, { taxIncluded: included });
    const { invoice: reduced, allocated, open } = creditInvoice(head, sums.total);
    if (body.settle === 'refund' && open.amount === 0)
      return refuseFields({ path: 'settle', message: 'must be allocate: nothing was paid beyond what stays due' });
    const note: CreditNote = {
      ...{ id, number: formatNumber(series), invoiceId: head.id, invoiceNumber: head.number ?? '' },
      ...{ clientId: head.clientId, jobId: head.jobId, currency: head.currency, ...sums, allocated },
      ...{ kind: body.kind, reason: body.reason, settle: body.settle, lineCount: lines.length },
      ...{ issueDate: dateIn(workspace.zone, now), toXero: head.toXero && !onlyHere, createdAt: now },
      ...(onlyHere ? { onlyHere } : {}),
    };
    const frees = body.kind === 'full' && body.releaseTime && head.source === 'time';
    const after: InvoiceHead = {
      ...reduced,
      creditNoteIds: [...earlierIds, id],
      openCredits: [...(head.openCredits ?? []), ...(open.amount > 0 ? [{ creditNoteId: id, amount: open }] : [])],
      // Time that can be billed again is owed again then: its bills are void from now on.
      ...(frees ? { freeing: true, billing: undefined } : {}),
    };
    return { note, lines, after };
  };

const askedIn = (body: Body): CreditAsked => {
  if (body.kind === 'full') return { kind: 'full' };
  return body.kind === 'lines' ? { kind: 'lines', lines: body.lines } : { kind: 'amount', amount: body.amount };
};
