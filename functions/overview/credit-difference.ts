import { createHash } from 'node:crypto';
import { creditFor } from '../../shared/domain/credit-difference.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { stepsOf, type Difference, type PlannedStep } from '../../shared/domain/discrepancy.ts';
import { balanceOf } from '../../shared/domain/invoice.ts';
import { sumMoney, type Money } from '../../shared/domain/money.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { creditNoteKey, parseCreditNote } from '../../shared/store/credit-notes.ts';
import { foundAt, mustBeAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { numberTaken, seriesKey, seriesOr } from '../../shared/store/number-series.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import type { Write } from '../../shared/store/write.ts';
import { creditWrites } from '../payments/credit-writes.ts';
import { planCreditNote } from '../payments/plan-credit-note.ts';

// The way out called `credit`: somebody has lowered an invoice in Xero, and the invoice here comes to the same by a credit note that
// Xero never hears of.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** What each of some differences can be credited with; undefined for those for which that is no way out. */
export type Credits = (difference: Difference) => Money | undefined;

/** Which of these differences can be settled by a credit note. */
export const readCredits =
  (table: Table) =>
  async (ws: string, differences: readonly Difference[]): Promise<Credits> => {
    const ids = differences.flatMap(({ kind, subject, documentId }) =>
      kind === 'amount' && subject === 'invoice' && documentId !== null ? [documentId] : [],
    );
    if (ids.length === 0) return () => undefined;
    const found = await table.batchGet(ids.map((id) => invoiceKey(ws, id)));
    const heads = ids.flatMap((id) => foundAt(found, invoiceKey(ws, id), parseInvoice) ?? []);
    const notes = await table.batchGet(
      heads.flatMap(({ creditNoteIds = [] }) => creditNoteIds.map((id) => creditNoteKey(ws, id))),
    );
    return (difference) => {
      const head = heads.find(({ id }) => id === difference.documentId);
      return head && creditFor(difference, head, creditedOnlyHere(ws, head, notes));
    };
  };

const creditedOnlyHere = (ws: string, { creditNoteIds = [], currency }: InvoiceHead, notes: Found): Money =>
  sumMoney(
    currency,
    creditNoteIds
      .flatMap((id) => foundAt(notes, creditNoteKey(ws, id), parseCreditNote) ?? [])
      .filter(({ onlyHere }) => onlyHere)
      .map(({ total }) => total),
  );

/** A credit note that settles a difference, before anything of it is written. */
export interface PlannedCreditNote {
  readonly steps: PlannedStep[];
  /** What the preview has shown; only that is done. */
  readonly expect: string;
  readonly creditNoteId: string;
  readonly invoiceId: string;
  /** What the commit writes that settles the difference. */
  readonly writes: (who: string) => Write[];
}

/** Refuses (`preview-changed`) what is no longer as it was shown. */
export const refuseChanged = (now: { expect?: string } = {}): never =>
  refuse('preview-changed', 'The invoice or the difference changed since the preview; look at it again', now);

/** Reckons the credit note that settles a difference. Refuses (`preview-changed`) where the invoice can't take it any more. */
export const planCredit =
  ({ table, now, newId }: Needs) =>
  async (ws: string, difference: Difference, reason: string | null): Promise<PlannedCreditNote> => {
    const amount = (await readCredits(table)(ws, [difference]))(difference);
    if (!amount) return refuseChanged();
    const [invoiceAt, seriesAt] = [invoiceKey(ws, difference.documentId ?? ''), seriesKey(ws, 'credit-note')];
    const found = await table.batchGet([invoiceAt, seriesAt, workspaceKey(ws)]);
    const head = mustBeAt(found, invoiceAt, parseInvoice);
    const workspace = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    const series = seriesOr(found.get(keyText(seriesAt)), 'credit-note');
    const asked = {
      kind: 'amount',
      amount,
      reason: reason ?? 'It was lowered in Xero',
      settle: 'allocate',
      releaseTime: false,
    } as const;
    const given = { head, workspace, series, id: newId('cn'), now: now(), newId, onlyHere: true } as const;
    const planned = await planCreditNote(table)(asked, given);
    const { due } = balanceOf(planned.after);
    const { subtotal, tax, total } = planned.note;
    const taxed = `The credit note takes ${words(subtotal)} and ${words(tax)} tax off; ${words(due)} stays due on the invoice`;
    return {
      steps: [...stepsOf(difference, 'credit'), { where: 'here', what: taxed }],
      expect: fingerprint([head.id, total, planned.lines.map((line) => [line.lineId, line.amount, line.tax.amount]), due]),
      creditNoteId: planned.note.id,
      invoiceId: head.id,
      writes: (who) => [...creditWrites({ now, newId }, ws, head, planned, who), numberTaken(ws, 'credit-note', series)],
    };
  };

const words = (money: Money): string => moneyText(money);

const fingerprint = (seen: unknown): string => createHash('sha256').update(JSON.stringify(seen)).digest('base64url').slice(0, 22);
