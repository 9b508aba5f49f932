import { duplicateThere, extraThere, isInvoiceId, isOfSeries, type OwnSeries } from '../../shared/domain/claimed.ts';
import { compareInvoice, isGoneThere, type ComparedLine, type InvoiceThere } from '../../shared/domain/compare-invoice.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { fromHundredths, hundredthsOf } from '../../shared/domain/hundredths.ts';
import { isCurrency } from '../../shared/domain/money.ts';
import { paymentIdFromXero } from '../../shared/domain/payment-id.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { creditNoteKey, parseCreditNote } from '../../shared/store/credit-notes.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, lineItemKeys, parseInvoice, parseLines, type InvoiceHead } from '../../shared/store/invoices.ts';
import { parsePayment, paymentKey } from '../../shared/store/payments.ts';
import { documentsThere, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { readLinkedClients, type ContactLink } from '../../shared/store/xero-contacts.ts';
import { linesAsSent } from '../../shared/xero/map-invoice.ts';
import type { Compared } from './compared.ts';
import { ownSeries } from './own-series.ts';
import { pullContacts } from './pull-contacts.ts';
import type { Run } from './run.ts';
import { allocatedVersion } from './send-allocation.ts';

// Flow of the comparison: invoices as Xero has them, held against ours.

type Pair = { head: InvoiceHead & { number: string }; sync: SyncItem; there: InvoiceThere };

/** Compares invoices of the organisation with ours. What is none of ours is left alone, however much of it there is. */
export const compareInvoices = async (run: Run, found: readonly InvoiceThere[]): Promise<Compared> => {
  const series = await ownSeries(run);
  const mine = await oursAmong(run, found, series);
  const ids = [...new Set(mine.values())];
  const items = await run.world.table.batchGet(ids.flatMap((id) => [invoiceKey(run.ws, id), syncItemKey(run.ws, id)]));
  const pairs: Pair[] = [];
  const differences: Difference[] = [];
  const seen: string[] = [];
  const unlinked: string[] = [];
  for (const there of found) {
    const id = mine.get(there.invoiceId);
    const head = id === undefined ? undefined : foundAt(items, invoiceKey(run.ws, id), parseInvoice);
    const claim = id === undefined ? numbered(there, series) : 'reference';
    if (id === undefined || !head) {
      if (claim) seen.push(there.invoiceId);
      if (claim && !isGoneThere(there)) differences.push(extraThere('invoice', namedBy(there), claim));
      continue;
    }
    const sync = foundAt(items, syncItemKey(run.ws, id), parseSyncItem);
    const judged = judge(run, head, sync, there);
    seen.push(judged === 'second' ? there.invoiceId : id);
    if (judged === 'unlinked') unlinked.push(id);
    else if (judged === 'second')
      differences.push(duplicateThere('invoice', id, { ...namedBy(there), first: sync?.xeroId ?? null }));
    else if (judged === 'pair' && sync && head.number !== null)
      pairs.push({ head: { ...head, number: head.number }, sync, there });
  }
  return { differences: [...differences, ...(await comparePairs(run, pairs))], seen, unlinked };
};

/** What one document there is to the one of ours whose reference it carries, or with which it is linked. */
const judge = (
  run: Run,
  head: InvoiceHead,
  sync: SyncItem | undefined,
  there: InvoiceThere,
): 'pair' | 'second' | 'unlinked' | 'nothing' => {
  // The books of an organisation that was connected before are left as they are.
  if (sync?.tenantId != null && sync.tenantId !== run.tenantId) return 'nothing';
  if (there.unclear !== undefined && sync?.xeroId !== there.invoiceId) return 'nothing';
  const isStanding = head.status === 'issued' || head.status === 'partially-paid' || head.status === 'paid';
  if (sync?.xeroId == null) return isStanding && head.toXero && !isGoneThere(there) ? 'unlinked' : 'nothing';
  if (sync.xeroId !== there.invoiceId) return isGoneThere(there) ? 'nothing' : 'second';
  return isStanding || head.status === 'void' ? 'pair' : 'nothing';
};

/** Our document for each of theirs: by the reference it carries, and by our links where somebody has changed the reference. */
const oursAmong = async (run: Run, found: readonly InvoiceThere[], series: OwnSeries | null): Promise<Map<string, string>> => {
  const unnamed = found.filter((there) => !isInvoiceId(there.reference) && numbered(there, series) !== null);
  const linked = await documentsThere(run.world.table)(
    run.ws,
    run.tenantId,
    unnamed.map(({ invoiceId }) => invoiceId),
  );
  return new Map(
    found.flatMap(({ invoiceId, reference }) => {
      const id = isInvoiceId(reference) ? reference : linked.get(invoiceId)?.documentId;
      return id === undefined ? [] : [[invoiceId, id] as const];
    }),
  );
};

const numbered = ({ number }: InvoiceThere, series: OwnSeries | null): 'number' | null =>
  series !== null && isOfSeries(number, series) ? 'number' : null;

const namedBy = ({ invoiceId, number, total, currency }: InvoiceThere) => ({
  outsideId: invoiceId,
  number,
  amount: isCurrency(currency) ? fromHundredths(total, currency) : null,
});

/** So many invoices' lines are held at once. */
const pairsAtOnce = 200;

const comparePairs = async (run: Run, pairs: readonly Pair[]): Promise<Difference[]> => {
  const differences: Difference[] = [];
  for (let start = 0; start < pairs.length; start += pairsAtOnce) {
    const chunk = pairs.slice(start, start + pairsAtOnce);
    const [parts, linked] = await Promise.all([
      run.world.table.batchGet(chunk.flatMap((pair) => keysBeside(run, pair))),
      linksAmong(run, chunk),
    ]);
    const links = await linksThatFollowed(run, chunk, parts, linked);
    for (const pair of chunk) differences.push(...compareInvoice(hereOf(run, pair, parts, links), pair.there));
  }
  return differences;
};

type Links = ReadonlyMap<string, ContactLink>;

const linksAmong = (run: Run, pairs: readonly Pair[]): Promise<Links> =>
  readLinkedClients(run.world.table)(run.ws, run.tenantId, [...new Set(pairs.map(({ there }) => there.contactId))]);

/** Xero stamps whole seconds. */
const stampMs = 1_000;

/**
 * An invoice may stand at another contact because that one took its own in: whoever merges contacts changes their invoices as well.
 * Before that is called a difference, the contacts have to be as new as the invoice.
 */
const linksThatFollowed = async (run: Run, pairs: readonly Pair[], parts: Found, links: Links): Promise<Links> => {
  const pulledMs = Date.parse(run.connection.contactsPulledAt ?? '1970-01-01');
  const isAhead = ({ there }: Pair): boolean => there.updatedAt == null || Date.parse(there.updatedAt) + stampMs >= pulledMs;
  const moved = pairs.some(
    (pair) => pair.there.contactId !== '' && isAhead(pair) && !hereOf(run, pair, parts, links).isOurContact(pair.there.contactId),
  );
  if (!moved) return links;
  await pullContacts(run);
  return linksAmong(run, pairs);
};

const keysBeside = ({ ws }: Run, { head, there }: Pair) => [
  ...lineItemKeys(ws, head),
  clientKey(ws, head.clientId),
  ...there.applied.map(({ sourceId = '' }) => paymentKey(ws, paymentIdFromXero(sourceId, head))),
  ...(head.creditNoteIds ?? []).flatMap((id) => [creditNoteKey(ws, id), syncItemKey(ws, id)]),
];

const hereOf = (run: Run, { head }: Pair, parts: Found, links: Links) => {
  const client = foundAt(parts, clientKey(run.ws, head.clientId), parseClient);
  return {
    ...head,
    clientName: client?.name ?? head.clientId,
    isOurContact: (contactId: string) => links.get(contactId)?.clientId === head.clientId || client?.xeroContactId === contactId,
    allocatedThere: ownCredits(run, head, parts).flatMap(({ xeroId, number, allocated, isSet }) =>
      isSet && allocated > 0n ? [{ what: `credit note ${number}`, amount: allocated, sourceId: xeroId }] : [],
    ),
    creditedHere: (sourceId: string) => {
      const own = ownCredits(run, head, parts).find(({ xeroId }) => xeroId === sourceId);
      if (own) return own.allocated;
      const counts = foundAt(parts, paymentKey(run.ws, paymentIdFromXero(sourceId, head)), parsePayment)?.counts;
      return (counts && hundredthsOf(counts)) ?? 0n;
    },
    lines: linesHere(run, head, parts),
  };
};

/** Our own credit notes that are there, with what of them is set against the invoice, in hundredths. */
const ownCredits = ({ ws }: Run, head: Pair['head'], parts: Found) =>
  (head.creditNoteIds ?? []).flatMap((id) => {
    const note = foundAt(parts, creditNoteKey(ws, id), parseCreditNote);
    const item = foundAt(parts, syncItemKey(ws, id), parseSyncItem);
    if (!note || item?.xeroId == null) return [];
    const { xeroId, pushedVersion } = item;
    return [
      { xeroId, number: note.number, allocated: hundredthsOf(note.allocated) ?? 0n, isSet: pushedVersion === allocatedVersion },
    ];
  });

const linesHere = (run: Run, head: Pair['head'], parts: Found): ComparedLine[] | null => {
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
