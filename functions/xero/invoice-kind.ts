import { isInvoiceId } from '../../shared/domain/claimed.ts';
import type { ComparedLine } from '../../shared/domain/compare-document.ts';
import { compareInvoice, type InvoiceThere } from '../../shared/domain/compare-invoice.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { hundredthsOf } from '../../shared/domain/hundredths.ts';
import { sumMoney, type Money } from '../../shared/domain/money.ts';
import { paymentIdFromXero } from '../../shared/domain/payment-id.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { creditNoteKey, parseCreditNote } from '../../shared/store/credit-notes.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, lineItemKeys, parseInvoice, parseLines, type InvoiceHead } from '../../shared/store/invoices.ts';
import { parsePayment, paymentKey } from '../../shared/store/payments.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import { linesAsSent } from '../../shared/xero/map-invoice.ts';
import { compareDocuments, type DocumentKind, type OurDocument, type Pair as PairOf } from './compare-documents.ts';
import { underWay } from './compared.ts';
import { ownSeries } from './own-series.ts';
import { contactsOf, type IsContactOf } from './party-contacts.ts';
import type { Run } from './run.ts';
import { allocatedVersion } from './send-allocation.ts';

// Flow of the comparison: sales invoices as Xero has them, and what of ours they are held against.

export interface OurInvoice extends OurDocument {
  readonly head: InvoiceHead & { readonly number: string };
}
type Pair = PairOf<InvoiceThere, OurInvoice>;

const standing = new Set(['issued', 'partially-paid', 'paid']);

const readOurs = async ({ ws, world }: Run, ids: readonly string[]): Promise<Map<string, OurInvoice>> => {
  const items = await world.table.batchGet(ids.flatMap((id) => [invoiceKey(ws, id), syncItemKey(ws, id)]));
  return new Map(
    ids.flatMap((id) => {
      const head = foundAt(items, invoiceKey(ws, id), parseInvoice);
      return head ? [[id, ourInvoice(head, items, syncItemKey(ws, id))] as const] : [];
    }),
  );
};

const ourInvoice = (head: InvoiceHead, items: Found, syncAt: ReturnType<typeof syncItemKey>): OurInvoice => {
  const counts = standing.has(head.status) ? 'stands' : head.status === 'void' ? 'off' : 'nothing';
  return {
    ...{ id: head.id, subject: 'invoice', toXero: head.toXero, sync: foundAt(items, syncAt, parseSyncItem) },
    standing: head.number === null ? 'nothing' : counts,
    ...{ number: head.number, total: head.total },
    head: { ...head, number: head.number ?? '' },
  };
};

/** So many invoices' lines are held at once. */
const pairsAtOnce = 200;

const comparePairs = async (run: Run, pairs: readonly Pair[]) => {
  const differences: Difference[] = [];
  for (let start = 0; start < pairs.length; start += pairsAtOnce) {
    const chunk = pairs.slice(start, start + pairsAtOnce);
    const parts = await run.world.table.batchGet(chunk.flatMap((pair) => keysBeside(run, pair)));
    const moving = await underWay(
      run,
      chunk.flatMap(({ ours }) => ours.head.creditNoteIds ?? []),
    );
    const isContactOf = await contactsOf(
      run,
      chunk.map(({ there, ours }) => ({ there, ...partyOf(run, ours, parts) })),
    );
    for (const pair of chunk) differences.push(...compareInvoice(hereOf(run, pair, { parts, moving }, isContactOf), pair.there));
  }
  return { differences, unfinished: [] };
};

/** How sales invoices are compared. */
export const invoiceKind: DocumentKind<InvoiceThere, OurInvoice> = {
  idOf: ({ invoiceId }) => invoiceId,
  subjectOf: () => 'invoice',
  claimOf: ({ reference }) => (isInvoiceId(reference) ? reference : undefined),
  series: (run) => ownSeries(run, 'invoice'),
  read: readOurs,
  comparePairs,
};

/** Compares invoices of the organisation with ours. What is none of ours is left alone, however much of it there is. */
export const compareInvoices = compareDocuments(invoiceKind);

const partyOf = ({ ws }: Run, { head }: OurInvoice, parts: Found) => ({
  partyId: head.clientId,
  linkedTo: foundAt(parts, clientKey(ws, head.clientId), parseClient)?.xeroContactId ?? null,
});

const keysBeside = ({ ws }: Run, { ours: { head }, there }: Pair) => [
  ...lineItemKeys(ws, head),
  clientKey(ws, head.clientId),
  ...there.applied.map(({ sourceId = '' }) => paymentKey(ws, paymentIdFromXero(sourceId, head))),
  ...(head.creditNoteIds ?? []).flatMap((id) => [creditNoteKey(ws, id), syncItemKey(ws, id)]),
];

/** What was read beside the invoices; `moving`: credit notes that are on their way, or are being set against their invoice. */
interface Beside {
  readonly parts: Found;
  readonly moving: ReadonlySet<string>;
}

const hereOf = (run: Run, { ours }: Pair, { parts, moving }: Beside, isContactOf: IsContactOf) => {
  const { head } = ours;
  const credits = ownCredits(run, head, parts);
  const party = partyOf(run, ours, parts);
  const client = foundAt(parts, clientKey(run.ws, head.clientId), parseClient);
  return {
    ...head,
    clientName: client?.name ?? head.clientId,
    isOurContact: (contactId: string) => isContactOf(party, contactId),
    allocatedThere: credits.flatMap(({ id, xeroId, number, allocated, isSet, isGone }) =>
      isGone || allocated === 0n
        ? []
        : [{ what: `credit note ${number}`, amount: allocated, sourceId: xeroId, isOnItsWay: !isSet || moving.has(id) }],
    ),
    creditedHere: (sourceId: string) => {
      const own = credits.find(({ xeroId }) => xeroId === sourceId);
      if (own) return own.allocated;
      const counts = foundAt(parts, paymentKey(run.ws, paymentIdFromXero(sourceId, head)), parsePayment)?.counts;
      return (counts && hundredthsOf(counts)) ?? 0n;
    },
    lines: linesHere(run, head, parts),
    creditedOnlyHere: onlyHere(run, head, parts),
  };
};

/** What was credited here because the invoice had been lowered in Xero; undefined when nothing was. */
const onlyHere = ({ ws }: Run, { creditNoteIds = [], currency }: InvoiceHead, parts: Found): Money | undefined => {
  const notes = creditNoteIds.flatMap((id) => foundAt(parts, creditNoteKey(ws, id), parseCreditNote) ?? []);
  const own = notes.filter((note) => note.onlyHere).map(({ total }) => total);
  return own.length === 0 ? undefined : sumMoney(currency, own);
};

/** Our own credit notes that are there, with what of them is set against the invoice, in hundredths. */
const ownCredits = ({ ws }: Run, head: OurInvoice['head'], parts: Found) =>
  (head.creditNoteIds ?? []).flatMap((id) => {
    const note = foundAt(parts, creditNoteKey(ws, id), parseCreditNote);
    const item = foundAt(parts, syncItemKey(ws, id), parseSyncItem);
    if (!note || item?.xeroId == null) return [];
    const { xeroId, pushedVersion, xeroStatus } = item;
    // One that is void there is told of itself.
    const isGone = xeroStatus === 'VOIDED' || xeroStatus === 'DELETED';
    const allocated = hundredthsOf(note.allocated) ?? 0n;
    return [{ id, xeroId, number: note.number, allocated, isSet: pushedVersion === allocatedVersion, isGone }];
  });

const linesHere = (run: Run, head: OurInvoice['head'], parts: Found): ComparedLine[] | null => {
  const lines = lineItemKeys(run.ws, head).flatMap((key) => foundAt(parts, key, parseLines) ?? []);
  if (lines.length !== head.lineCount) return null;
  const asked = lines.map((line) => ({ ...line, taxIncluded: line.explanation.taxIncluded }));
  return linesAsSent(asked).map((sent, place) => {
    const line = lines[place];
    return {
      ...sent,
      amount: (line && hundredthsOf(line.amount)) ?? 0n,
      tax: (line && hundredthsOf(line.tax.amount)) ?? 0n,
    };
  });
};
