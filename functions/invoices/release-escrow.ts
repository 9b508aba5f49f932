import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { isSameMove, release, releaseLine, requireEscrow, type Release } from '../../shared/domain/escrow.ts';
import { totals } from '../../shared/domain/invoice.ts';
import { zero } from '../../shared/domain/money.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import type { Once, Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { addRelease, jobReleased, parseRelease, releaseKey, type StoredRelease } from '../../shared/store/escrow.ts';
import { foundAt, mustBeAt, type Found } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { addInvoice, newLines, type InvoiceHead } from '../../shared/store/invoices.ts';
import { escrowOf, jobKey, parseJob, type Job } from '../../shared/store/jobs.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { seriesKey, seriesOr } from '../../shared/store/number-series.ts';
import { addPayment, type Payment } from '../../shared/store/payments.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { issueWrites } from './issue-writes.ts';
import type { By } from './make-invoice.ts';
import { onOpenDay } from './on-open-day.ts';
import { newHead, partiesOf, readTerms, type InvoiceTerms } from './plan-invoice.ts';

// Flow: money that was released for a job, told by a request or by an event, becomes one paid invoice.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Runs again what lost a race over the number series or over the job's escrow. */
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
}

/** What a release came to, and whether Xero has to hear of it. */
export interface Released {
  readonly reply: Reply;
  readonly toXero: boolean;
}

/**
 * Makes, issues and pays the invoice of a release, in one commit with the release itself. Its total is the released amount, tax
 * included. Told again in the same words it answers the same; in other words it is refused (`duplicate`). Refuses more than what is
 * funded (`escrow-not-funded`). A release is final: what was wrong is corrected by a credit note.
 */
export const releaseEscrow =
  (needs: Needs) =>
  (by: By, asked: Release, once?: Once): Promise<Released> => {
    const { table, now, retry } = needs;
    const ws = by.workspaceId;
    let read: InvoiceTerms | undefined;
    return retry(async () => {
      const found = await table.batchGet([
        ...[releaseKey(ws, asked.id), jobKey(ws, asked.jobId), memberKey(ws, asked.memberId)],
        seriesKey(ws, 'invoice'),
      ]);
      const job = mustBeAt(found, jobKey(ws, asked.jobId), parseJob);
      mustBeAt(found, memberKey(ws, asked.memberId), parseMember);
      const earlier = foundAt(found, releaseKey(ws, asked.id), parseRelease);
      if (earlier) return again(table, earlier, asked, once);
      requireEscrow(job, asked.amount);
      release(escrowOf(job), asked.amount);
      // Only the number and the job are fought over; the terms are read once.
      read ??= await onOpenDay((issueDate) => readTerms({ table, now })(ws, { jobId: asked.jobId, issueDate }));
      const made = madeBy(needs, by, asked, freshTerms(read, job, found));
      const reply: Reply = { status: 201, body: made.release };
      await table.commit([
        addRelease(ws, made.release),
        jobReleased(ws, job, asked.amount),
        ...made.writes,
        answered(once, reply),
      ]);
      return { reply, toXero: made.head.toXero };
    });
  };

/** It was told before: nothing is made a second time. */
const again = async (table: Table, earlier: StoredRelease, asked: Release, once: Once | undefined): Promise<Released> => {
  if (!isSameMove(earlier, asked))
    return refuse('duplicate', 'This id was given to another release already', { releaseId: asked.id });
  const reply: Reply = { status: 201, body: earlier };
  await table.commit([answered(once, reply)]);
  return { reply, toXero: false };
};

/** It is paid at once, so it is due on the day it is issued. */
const freshTerms = (terms: InvoiceTerms, job: Job, found: Found) => ({
  ...terms,
  job,
  series: seriesOr(found.get(keyText(seriesKey(terms.workspace.id, 'invoice'))), 'invoice'),
  dueDate: terms.issueDate,
  paidAtOnce: true,
});

interface Made {
  readonly release: StoredRelease;
  readonly head: InvoiceHead;
  readonly writes: readonly Write[];
}

const madeBy = ({ now, newId }: Needs, by: By, asked: Release, terms: InvoiceTerms & { job: Job; paidAtOnce: boolean }): Made => {
  const [ws, at] = [by.workspaceId, now()];
  const { job, taxRule, step } = terms;
  const line = releaseLine(newId('lin'), asked, {
    ...{ description: `${job.name}, released from escrow`, serviceId: job.serviceId },
    ...{ taxRule, step },
  });
  const open: InvoiceHead = {
    ...newHead(terms, { id: newId('inv'), lines: [line], source: 'lines', notes: '', now: at }),
    ...totals(terms.currency, [line], { taxIncluded: true }),
    releaseId: asked.id,
  };
  const { head, writes } = issueWrites(open, terms, { by, now: at, newId });
  const payment = paymentOf(asked, head, { id: newId('pay'), at, receivedOn: dateIn(terms.workspace.zone, at) });
  const made: StoredRelease = {
    ...asked,
    ...{ invoiceId: head.id, invoiceNumber: head.number ?? '', paymentId: payment.id, releasedAt: at },
  };
  const text = `${moneyText(asked.amount)} of job ${job.name} were released: invoice ${head.number} is paid`;
  const work = { lane: 'payments', kind: 'payment', documentId: payment.id } as const;
  return {
    release: made,
    head,
    writes: [
      addInvoice(ws, head),
      ...newLines(ws, head.id, head.linesEpoch, [line], partiesOf(terms)),
      ...writes,
      addPayment(ws, payment),
      ...(head.toXero ? [waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at })] : []),
      audited(ws, {
        ...{ id: newId('aud'), at, who: by.memberId, what: 'escrow-released', about: job.id, text },
        after: made,
      }),
    ],
  };
};

const paymentOf = (
  { id: reference, amount }: Release,
  head: InvoiceHead,
  { id, at, receivedOn }: { id: string; at: Instant; receivedOn: string },
): Payment => ({
  id,
  version: 1,
  invoiceId: head.id,
  amount,
  counts: amount,
  refunded: zero(amount.currency),
  overpaid: zero(amount.currency),
  method: 'escrow',
  origin: 'platform',
  receivedOn,
  reference,
  status: 'succeeded',
  faults: [],
  paymentIntentId: null,
  createdAt: at,
});
