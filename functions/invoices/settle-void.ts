import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { balanceOf, confirmVoid, holdsMoney, refuseVoid, voidedInXero, wasIssued } from '../../shared/domain/invoice.ts';
import { negate, subtract, sumMoney } from '../../shared/domain/money.ts';
import { dueChanged, revenueChanged } from '../../shared/store/aggregates.ts';
import { audited } from '../../shared/store/audit.ts';
import { creditNoteKey, parseCreditNote, type CreditNote } from '../../shared/store/credit-notes.ts';
import { escrowFollows } from '../../shared/store/escrow.ts';
import { foundAt } from '../../shared/store/found.ts';
import { readInvoice, replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { notified } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';
import { readWorkspace } from '../../shared/store/workspaces.ts';
import type { Write } from '../../shared/store/write.ts';
import { freeEntries } from './free-entries.ts';
import { deadBillsWait } from './mirror-bills.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/**
 * Xero has confirmed that the invoice is void there: it is void here, its sums are taken off, its entries are free again. `also` is
 * written in the same commit (the outcome of the sync). Saying it twice changes nothing the second time.
 */
export const voidConfirmed =
  ({ table, now, newId }: Needs) =>
  async (ws: string, invoiceId: string, also: readonly Write[] = []): Promise<void> => {
    const [head, workspace] = await Promise.all([readInvoice(table)(ws, invoiceId), readWorkspace(table)(ws)]);
    if (head?.status !== 'voiding' || head.returning || !workspace) return table.commit(also);
    const trail = {
      id: newId('aud'),
      at: now(),
      who: null,
      what: 'void-confirmed',
      about: head.id,
      text: `Xero confirmed that invoice ${head.number} is void`,
    };
    await table.commit([
      ...voidWrites(ws, head, { after: confirmVoid(head), today: dateIn(workspace.zone, now()), now: now() }),
      audited(ws, trail),
      ...also,
    ]);
    await freeEntries({ table })(ws, invoiceId);
  };

/** The sums lose what they had gained, the revenue on the day of the void; what was credited they had lost before. */
const voidWrites = (
  ws: string,
  head: InvoiceHead,
  { after, today, now, credits = [] }: { after: InvoiceHead; today: string; now: Instant; credits?: readonly CreditNote[] },
): Write[] => [
  replaceInvoice(ws, { ...after, freeing: true }),
  ...escrowFollows(ws, head, after),
  revenueChanged(
    ws,
    today,
    subtract(
      sumMoney(
        head.currency,
        credits.map(({ subtotal }) => subtotal),
      ),
      head.subtotal,
    ),
  ),
  ...(head.dueDate === null ? [] : [dueChanged(ws, head.dueDate, negate(balanceOf(head).due))]),
  ...deadBillsWait(ws, head, now),
];

/**
 * Somebody voided or deleted an unpaid invoice in Xero: it is void here too and its credit notes with it, its entries are free again,
 * and those who look after money are told. With money on it here nothing happens but `also`.
 */
export const followVoid =
  ({ table, now, newId, closeCheckout }: Needs & { closeCheckout: (ws: string, invoiceId: string) => Promise<void> }) =>
  async (ws: string, invoiceId: string, also: readonly Write[] = []): Promise<void> => {
    const [head, workspace] = await Promise.all([readInvoice(table)(ws, invoiceId), readWorkspace(table)(ws)]);
    const stands = head !== undefined && head.status !== 'void' && wasIssued(head);
    // One that is being taken back is no surprise; with money on it a person has to decide.
    if (!stands || !workspace || head.returning || holdsMoney(head)) return table.commit(also);
    const credits = await creditNotesOf(table, ws, head);
    const { text, mend } = wordsOf(head, credits);
    await table.commit([
      ...voidWrites(ws, head, { after: voidedInXero(head), today: dateIn(workspace.zone, now()), now: now(), credits }),
      audited(ws, { id: newId('aud'), at: now(), who: null, what: 'voided-in-xero', about: head.id, text }),
      notified(ws, {
        id: newId('ntf'),
        ...{ cause: `voided-in-xero#${head.id}`, text, mend, about: head.id },
        at: now(),
      }),
      ...also,
    ]);
    await freeEntries({ table })(ws, invoiceId);
    await closeCheckout(ws, invoiceId).catch(() => undefined);
  };

const creditNotesOf = async (table: Table, ws: string, { creditNoteIds = [] }: InvoiceHead): Promise<CreditNote[]> => {
  const found = await table.batchGet(creditNoteIds.map((id) => creditNoteKey(ws, id)));
  return creditNoteIds.flatMap((id) => foundAt(found, creditNoteKey(ws, id), parseCreditNote) ?? []);
};

/** What those are told who look after money. */
const wordsOf = ({ number }: InvoiceHead, credits: readonly CreditNote[]): { text: string; mend: string } => {
  const numbers = (notes: readonly CreditNote[]): string => notes.map((note) => note.number).join(', ');
  const there = credits.filter(({ onlyHere }) => !onlyHere);
  return {
    text: `Invoice ${number} was voided or deleted in Xero and is void here too${credits.length > 0 ? `, with what was credited of it: ${numbers(credits)}` : ''}`,
    mend: [
      'Its time can be billed again. If that was a mistake, make the invoice anew: its number stays used.',
      ...(there.length > 0 ? [`Void in Xero what still stands there of ${numbers(there)}.`] : []),
    ].join(' '),
  };
};

/** Xero refuses to void it: the invoice is what its payments make it, as if nobody had asked, and its entries stay billed. */
export const voidRefused =
  ({ table, now, newId }: Needs) =>
  async (ws: string, invoiceId: string, reason: string, also: readonly Write[] = []): Promise<void> => {
    const head = await readInvoice(table)(ws, invoiceId);
    if (head?.status !== 'voiding') return table.commit(also);
    const text = `Xero refused to void invoice ${head.number}: ${reason}`;
    const trail = { id: newId('aud'), at: now(), who: null, what: 'void-refused', about: head.id, text };
    await table.commit([replaceInvoice(ws, refuseVoid(head)), audited(ws, trail), ...also]);
  };
