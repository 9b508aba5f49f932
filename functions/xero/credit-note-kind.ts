import { isCreditNoteId } from '../../shared/domain/claimed.ts';
import { compareCredit } from '../../shared/domain/compare-credit.ts';
import { isGoneThere, type ComparedLine, type DocumentHere } from '../../shared/domain/compare-document.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { hundredthsOf } from '../../shared/domain/hundredths.ts';
import { givenBackOf } from '../../shared/domain/open-credit.ts';
import { clientKey, parseClient, type Client } from '../../shared/store/clients.ts';
import {
  creditLineKeys,
  creditNoteKey,
  parseCreditLines,
  parseCreditNote,
  type CreditNote,
} from '../../shared/store/credit-notes.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import type { CreditNoteThere } from '../../shared/xero/list-credit-notes.ts';
import { linesAsSent } from '../../shared/xero/map-invoice.ts';
import type { DocumentKind, OurDocument, Pair as PairOf } from './compare-documents.ts';
import { foreignRefundsOf, missingRefunds } from './missing-refunds.ts';
import { ownSeries } from './own-series.ts';
import { contactsOf, type IsContactOf } from './party-contacts.ts';
import type { Run } from './run.ts';
import { allocatedVersion } from './send-allocation.ts';

// Flow of the comparison: credit notes as Xero has them, and what of ours they are held against.

export interface OurCreditNote extends OurDocument {
  readonly note: CreditNote;
  /** Xero's id of its invoice. */
  readonly invoiceThere: string | null;
  /** What of it went back to the payer, in hundredths. */
  readonly givenBack: bigint;
}
type Pair = PairOf<CreditNoteThere, OurCreditNote>;

const readOurs = async ({ ws, world }: Run, ids: readonly string[]): Promise<Map<string, OurCreditNote>> => {
  const items = await world.table.batchGet(ids.flatMap((id) => [creditNoteKey(ws, id), syncItemKey(ws, id)]));
  const notes = ids.flatMap((id) => foundAt(items, creditNoteKey(ws, id), parseCreditNote) ?? []);
  const beside = await world.table.batchGet(
    notes.flatMap(({ invoiceId }) => [invoiceKey(ws, invoiceId), syncItemKey(ws, invoiceId)]),
  );
  return new Map(
    notes.map((note) => {
      const head = foundAt(beside, invoiceKey(ws, note.invoiceId), parseInvoice);
      const invoiceThere = foundAt(beside, syncItemKey(ws, note.invoiceId), parseSyncItem)?.xeroId ?? null;
      const sync = foundAt(items, syncItemKey(ws, note.id), parseSyncItem);
      const toXero = head?.toXero === true && !note.onlyHere;
      const standing = note.onlyHere ? 'nothing' : head?.status === 'void' ? 'off' : 'stands';
      const { id, number, total } = note;
      const givenBack = hundredthsOf(givenBackOf(note, head)) ?? 0n;
      return [id, { id, subject: 'credit-note', standing, toXero, sync, number, total, note, invoiceThere, givenBack }] as const;
    }),
  );
};

/** So many credit notes' lines are held at once. */
const pairsAtOnce = 200;

const comparePairs = async (run: Run, pairs: readonly Pair[]) => {
  const differences: Difference[] = [];
  for (let start = 0; start < pairs.length; start += pairsAtOnce) {
    const chunk = pairs.slice(start, start + pairsAtOnce);
    const parts = await run.world.table.batchGet(
      chunk.flatMap(({ ours: { note } }) => [...creditLineKeys(run.ws, note), clientKey(run.ws, note.clientId)]),
    );
    const isContactOf = await contactsOf(
      run,
      chunk.map(({ there, ours }) => ({ there, ...partyOf(clientOf(run, ours, parts), ours) })),
    );
    for (const pair of chunk) {
      const here = hereOf(run, pair.ours, parts, isContactOf);
      const there = await withRefunds(run, pair.ours, pair.there);
      differences.push(...compareCredit({ ...here, invoiceThere: pair.ours.invoiceThere }, there));
    }
  }
  return { differences, unfinished: pairs.filter((pair) => isUnallocated(pair)).map(({ ours }) => ours.id) };
};

/** What of its payments is ours is told by what they carry: a refund of one of our payments. */
const withRefunds = async (run: Run, ours: OurCreditNote, there: CreditNoteThere) => ({
  ...there,
  foreignRefunds: foreignRefundsOf(there),
  missingRefunds: await missingRefunds(run, { ...ours.note, givenBack: ours.givenBack }, there),
});

/** It stands there, and was never set against its invoice. */
const isUnallocated = ({ ours, sync, there }: Pair): boolean =>
  ours.standing === 'stands' &&
  sync.state !== 'blocked' &&
  sync.pushedVersion !== allocatedVersion &&
  ours.note.allocated.amount > 0 &&
  !isGoneThere(there) &&
  there.allocations.length === 0;

/** How credit notes are compared. */
export const creditNoteKind: DocumentKind<CreditNoteThere, OurCreditNote> = {
  idOf: ({ creditNoteId }) => creditNoteId,
  subjectOf: () => 'credit-note',
  claimOf: ({ reference }) => (isCreditNoteId(reference) ? reference : undefined),
  series: (run) => ownSeries(run, 'credit-note'),
  read: readOurs,
  comparePairs,
};

const clientOf = ({ ws }: Run, { note }: OurCreditNote, parts: Found): Client | undefined =>
  foundAt(parts, clientKey(ws, note.clientId), parseClient);
const partyOf = (client: Client | undefined, { note }: OurCreditNote) => ({
  ...{ partyId: note.clientId, linkedTo: client?.xeroContactId ?? null },
});

const hereOf = (run: Run, ours: OurCreditNote, parts: Found, isContactOf: IsContactOf): DocumentHere => {
  const { note } = ours;
  const isOff = ours.standing === 'off';
  const client = clientOf(run, ours, parts);
  const { lockDate } = run.connection;
  return {
    ...{
      subject: 'credit-note',
      id: note.id,
      number: note.number,
      numberThere: note.number,
      status: isOff ? 'void' : 'issued',
      isOff,
    },
    ...{ currency: note.currency, subtotal: note.subtotal, tax: note.tax, total: note.total },
    ...{ date: note.issueDate, dueDate: null, mayBeLater: lockDate !== null && note.issueDate <= lockDate },
    partyName: client?.name ?? note.clientId,
    isOurContact: (contactId) => isContactOf(partyOf(client, ours), contactId),
    lines: linesHere(run, note, parts),
  };
};

const linesHere = ({ ws }: Run, note: CreditNote, parts: Found): ComparedLine[] | null => {
  const lines = creditLineKeys(ws, note).flatMap((key) => foundAt(parts, key, parseCreditLines) ?? []);
  if (lines.length !== note.lineCount) return null;
  return linesAsSent(lines).map((sent, place) => {
    const line = lines[place];
    return {
      ...sent,
      ...{ amount: (line && hundredthsOf(line.amount)) ?? 0n, tax: (line && hundredthsOf(line.tax.amount)) ?? 0n },
    };
  });
};
