import type { QuoteCall } from '../../shared/api/quotes.ts';
import { addDays, endOfDay, type Instant } from '../../shared/domain/days.ts';
import { lineTotals, retax, type Line } from '../../shared/domain/invoice-lines.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { requireDraft, sendQuote as sent } from '../../shared/domain/quote.ts';
import { termsHashOf } from '../../shared/domain/quote-terms.ts';
import { formatNumber } from '../../shared/domain/series.ts';
import { audited } from '../../shared/store/audit.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { numberTaken } from '../../shared/store/number-series.ts';
import { quoteLines, replaceQuote, sentEpoch, type QuoteHead, type QuoteWords } from '../../shared/store/quotes.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { addressFor, letterWrites, requireMail } from '../documents/write-letter.ts';
import { newLink, type LinkNeeds } from './new-link.ts';
import { readPlan, wordsOf, type QuotePlan } from './plan-quote.ts';
import { readShown } from './read-quote.ts';
import { quoteView } from './views.ts';

interface Needs extends LinkNeeds {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Whether this stage sends mail at all. */
  readonly mailIsOn: boolean;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

/** For how long a quote can be accepted when nobody named its last day. */
const validDays = 30;

/**
 * Sends a draft for finance: it gets its number, the tax of today is locked on its lines, and the link for the client is made. Where
 * they ask for it, it is mailed to the client too, with a link of its own.
 */
export const sendQuote =
  (needs: Needs) =>
  async ({ caller, params, ifMatch, body: { mail }, once }: QuoteCall<'sendQuote'>): Promise<Reply> => {
    const { table, now, newId, ring } = needs;
    const ws = caller.workspaceId;
    if (mail) requireMail(needs.mailIsOn);
    const { quote } = await readShown(table)(ws, params.id);
    requireVersion(ifMatch, quote.head.version);
    requireDraft(quote.head);
    const plan = await readPlan(needs)(ws, { clientId: quote.head.clientId, jobId: quote.head.jobId });
    const at = now();
    const to = mail && addressFor(mail, plan.client, 'mail.to');
    const lines = quote.lines.map((line) => retax(line, plan.taxRule));
    const words = wordsOf(plan, quote.words);
    const { link, hash, ref } = newLink(needs, ws, { id: quote.head.id, version: quote.head.version + 1 }, once);
    const head = { ...toSend(quote.head, plan, lines, words, at), linkHash: hash };
    const after = { ...head, version: head.version + 1 };
    const body = { ...quoteView({ head: after, lines, words }, syncView(undefined, plan.toXero), at), link };
    const reply: Reply = { status: 200, etag: String(after.version), body };
    const text = `Quote ${head.number} over ${moneyText(head.total)} was sent to ${plan.client.name}${to === undefined ? '' : ` by mail to ${to}`}`;
    const work = { lane: 'documents', kind: 'quote', documentId: head.id } as const;
    await table.commit([
      replaceQuote(ws, head),
      ...quoteLines(ws, head.id, sentEpoch, lines, words),
      ...(quote.head.number === null ? [numberTaken(ws, 'quote', plan.series)] : []),
      ...(plan.toXero ? [waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at })] : []),
      // A quote that was never sent has no links yet.
      ...(to === undefined
        ? []
        : letterWrites(
            ws,
            { id: newId('let'), quoteId: head.id, to, message: mail?.message ?? '', by: caller.memberId, at },
            undefined,
          )),
      audited(ws, { id: newId('aud'), at, who: caller.memberId, what: 'quote-sent', about: head.id, text }),
      answered(once, reply, ref),
    ]);
    if (plan.toXero) await ring([ws]).catch(() => undefined);
    return reply;
  };

const toSend = (draft: QuoteHead, plan: QuotePlan, lines: readonly Line[], words: QuoteWords, now: Instant): QuoteHead => {
  const { workspace, client, issueDate } = plan;
  const number = draft.number ?? formatNumber(plan.series);
  const validUntil = draft.validUntil ?? addDays(issueDate, validDays);
  const sums = lineTotals(draft.currency, lines);
  const termsHash = termsHashOf({
    number,
    edition: draft.edition,
    currency: draft.currency,
    validUntil,
    ...words,
    lines,
    ...sums,
  });
  const endsAt = endOfDay(workspace.zone, validUntil);
  return {
    ...sent({ ...draft, ...sums, linesEpoch: sentEpoch }, { number, validUntil, endsAt, termsHash, now }),
    sentAt: now,
    zone: workspace.zone,
    termsDays: client.paymentTermsDays ?? workspace.paymentTermsDays,
    toXero: plan.toXero,
  };
};
