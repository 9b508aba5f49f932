import type { OverviewCall } from '../../shared/api/overview.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { requireWay, stepsOf, type WayOut } from '../../shared/domain/discrepancy.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse, refuseFields } from '../../shared/domain/refusal.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { audited } from '../../shared/store/audit.ts';
import { closed, readDiscrepancy, type Closing, type Discrepancy } from '../../shared/store/discrepancies.ts';
import { mustExist } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import type { Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import { driftResolved } from '../xero/note-drift.ts';
import { planCredit, readCredits, refuseChanged, type PlannedCreditNote } from './credit-difference.ts';
import { discrepancyView } from './discrepancy-view.ts';
import { linkContact } from './link-contact.ts';
import { recordRefund } from './record-refund.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
  readonly closeCheckout: (workspaceId: string, invoiceId: string) => Promise<void>;
}

type ResolveCall = OverviewCall<'resolveDiscrepancy'>;

/**
 * Lets finance take a way out of a difference. What is done here is done in the commit that closes it; what Xero has to be asked
 * for waits for the worker, ahead of everything that nobody waits for. With `preview` nothing is done.
 */
export const resolveDiscrepancy =
  (needs: Needs) =>
  async ({ caller, params, body, once }: ResolveCall): Promise<Reply> => {
    const { table, now, newId } = needs;
    const ws = caller.workspaceId;
    const read = await readOpen(table)(ws, params.id);
    const { difference } = read;
    const { way } = body;
    const { credits, credit } = await judge(needs, ws, difference, body).catch(async (error: unknown) => {
      // Where somebody else has just settled it, that is why.
      await readOpen(table)(ws, params.id);
      throw error;
    });
    const steps = credit?.steps ?? stepsOf(difference, way);
    const shown = { steps, ...(credit ? { expect: credit.expect } : {}) };
    if (body.preview) return { status: 200, body: { done: false, ...shown, discrepancy: discrepancyView(read, credits) } };
    if (credit) requireExpected(credit, body.expect);
    const at = now();
    const how: Closing = {
      ...{ state: way === 'ignore' ? 'ignored' : 'resolved', at, by: caller.memberId, way },
      reason: reasonFor(way, body.reason),
      linkTo: linkTarget(read, way, body.outsideId),
    };
    const effect = credit
      ? { writes: credit.writes(caller.memberId), rings: false }
      : await effectOf(needs, ws, { read, how, at, who: caller.memberId });
    const after = { ...read, ...how, version: read.version + 1, resolvedAt: at, resolvedBy: caller.memberId } as Discrepancy;
    const made = credit ? { creditNoteId: credit.creditNoteId } : {};
    const reply: Reply = { status: 200, body: { done: true, ...shown, ...made, discrepancy: discrepancyView(after, credits) } };
    const text = `A difference about ${difference.subject.replace('-', ' ')} ${difference.number ?? difference.documentId ?? ''} was settled: ${way}`;
    await table.commit([
      ...closed(ws, read, how),
      driftResolved(ws, difference, at),
      ...effect.writes,
      audited(ws, {
        ...{ id: newId('aud'), at, who: caller.memberId, what: 'discrepancy-resolved', about: difference.documentId ?? read.id },
        ...{ text, before: { cause: difference.cause }, after: { way, reason: how.reason } },
      }),
      answered(once, reply),
    ]);
    if (effect.rings) await needs.ring([ws]).catch(() => undefined);
    // A page that asks for what was due before is closed by whoever may call Stripe.
    if (credit) await needs.closeCheckout(ws, credit.invoiceId).catch(() => undefined);
    return reply;
  };

/** Refuses (`already-settled`) one that is open no more. */
const readOpen =
  (table: Table) =>
  async (ws: string, id: string): Promise<Discrepancy> => {
    const read = mustExist(await readDiscrepancy(table)(ws, id));
    if (read.state === 'open') return read;
    return refuse('already-settled', `This difference is ${read.state} by now`, { discrepancyState: read.state });
  };

/** What the way needs. Refuses one that is not among the safe ones by what stands here now. */
const judge = async (needs: Needs, ws: string, difference: Discrepancy['difference'], body: ResolveCall['body']) => {
  const { way, reason, expect } = body;
  const credits = await readCredits(needs.table)(ws, [difference]);
  const creditable = credits(difference) !== undefined;
  // It could be credited when it was shown: the invoice was paid since, or credited otherwise.
  if (way === 'credit' && !creditable && expect !== undefined) return refuseChanged();
  requireWay(difference, way, { creditable });
  return { credits, credit: way === 'credit' ? await planCredit(needs)(ws, difference, reason ?? null) : undefined };
};

/** Exactly what was shown is done, or nothing. */
const requireExpected = ({ expect }: PlannedCreditNote, expected: string | undefined): void => {
  if (expected === undefined) refuseFields({ path: 'expect', message: 'must be what a preview has shown' });
  if (expected !== expect) refuseChanged({ expect });
};

const reasonFor = (way: WayOut, reason: string | undefined): string | null => {
  if (way === 'ignore' && (reason ?? '').trim() === '')
    return refuseFields({ path: 'reason', message: 'is needed to ignore a difference' });
  return reason ?? null;
};

/** What it is in Xero: named by the person, or found by the comparison where another contact carries the id of ours. */
const linkTarget = ({ difference }: Discrepancy, way: WayOut, named: string | undefined): string | null => {
  if (way !== 'link') return null;
  const found = difference.kind === 'contact' ? difference.outsideId : null;
  return named ?? found ?? refuseFields({ path: 'outsideId', message: 'must name what it is in Xero' });
};

/** What else the commit writes, and whether the worker has to be rung for it. */
const effectOf = async (
  { table, now, newId }: Pick<Needs, 'table' | 'now' | 'newId'>,
  ws: string,
  { read, how, at, who }: { read: Discrepancy; how: Closing; at: string; who: string },
): Promise<{ writes: readonly Write[]; rings: boolean }> => {
  const { difference, id } = read;
  if (how.way === 'ignore') return { writes: [], rings: false };
  if (how.way === 'record-refund') return recordRefund({ table, now, newId })(ws, difference.documentId ?? '', who);
  const connection = await readXeroConnection(table)(ws);
  if (connection.state === 'disconnected' || !connection.organisation)
    return refuse('xero-not-connected', 'This workspace is not connected to Xero');
  if (how.way === 'link' && difference.subject === 'contact') {
    const link = { clientId: difference.documentId ?? '', contactId: how.linkTo ?? '' };
    return { writes: await linkContact(table)(ws, connection.organisation.tenantId, link), rings: true };
  }
  const work = { lane: 'urgent', kind: 'resolve', documentId: id } as const;
  return { writes: [waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at })], rings: true };
};
