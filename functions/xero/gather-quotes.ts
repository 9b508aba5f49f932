import { dateIn } from '../../shared/domain/days.ts';
import { quoteNumberThere, quoteStatusWanted, type QuoteStatusThere } from '../../shared/domain/quote-in-xero.ts';
import { clientKey, parseClient, type Client } from '../../shared/store/clients.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { jobKey, parseJob } from '../../shared/store/jobs.ts';
import { parseQuote, quoteIn, quoteKey, quoteLineKeys, type QuoteHead } from '../../shared/store/quotes.ts';
import { parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { contactLinkKey, contactLinksAmong, type ContactLink } from '../../shared/store/xero-contacts.ts';
import type { InvoicePlace } from '../../shared/xero/map-invoice.ts';
import type { QuoteForXero } from '../../shared/xero/map-quote.ts';
import type { Run } from './run.ts';

// Flow of the worker: reads all that is needed to send a batch of quotes, in two steps.

/** A quote that has to stand in Xero in some state, with its parts. */
export interface QuoteToSend {
  readonly work: WaitingWork & { kind: 'quote' };
  readonly head: QuoteHead;
  readonly wanted: QuoteStatusThere;
  readonly before: SyncItem | undefined;
  readonly client: Client;
  readonly quote: QuoteForXero;
  readonly place: Omit<InvoicePlace, 'contactId' | 'status'>;
}

export interface GatheredQuotes {
  readonly toSend: readonly QuoteToSend[];
  /** Work with nothing to do: the quote stands there as it should, or has no business there. */
  readonly idle: readonly WaitingWork[];
  /** What an earlier try came to of those that are over and never got there, by document. */
  readonly tried: ReadonlyMap<string, SyncItem>;
  readonly clients: readonly Client[];
  readonly links: ReadonlyMap<string, ContactLink>;
}

type Known = Pick<QuoteToSend, 'work' | 'head' | 'wanted' | 'before'>;

/** `evenIfOver`: what was already sent is looked for also when it is over by now, because it may have arrived. */
export const gatherQuotes = async (
  run: Run,
  works: readonly WaitingWork[],
  { evenIfOver = false } = {},
): Promise<GatheredQuotes> => {
  const { ws, world } = run;
  const found = new Map(
    await world.table.batchGet(works.flatMap(({ documentId }) => [quoteKey(ws, documentId), syncItemKey(ws, documentId)])),
  );
  const tried = new Map<string, SyncItem>();
  const known = works.flatMap((work): Known[] => {
    const head = foundAt(found, quoteKey(ws, work.documentId), parseQuote);
    const before = foundAt(found, syncItemKey(ws, work.documentId), parseSyncItem);
    const wanted = head && quoteStatusWanted(head.status);
    if (wanted === 'DELETED' && before?.xeroId === null) tried.set(work.documentId, before);
    if (!head || !wanted || !mustBeSent(run, wanted, before, evenIfOver)) return [];
    return [{ work: { ...work, kind: 'quote' }, head, wanted, before }];
  });
  for (const [key, item] of await world.table.batchGet(known.flatMap(({ head }) => partKeys(run, head)))) found.set(key, item);
  const toSend = known.flatMap((one) => withParts(run, one, found) ?? []);
  const sent = new Set(toSend.map(({ work }) => work.documentId));
  return {
    toSend,
    idle: works.filter(({ documentId }) => !sent.has(documentId)),
    tried,
    clients: [...new Map(toSend.map(({ client }) => [client.id, client])).values()],
    links: contactLinksAmong(
      found,
      ws,
      run.tenantId,
      toSend.map(({ client }) => client.id),
    ),
  };
};

/** What never got there and is over need not go there any more; what stands in other books is left alone. */
const mustBeSent = (run: Run, wanted: QuoteStatusThere, before: SyncItem | undefined, evenIfOver: boolean): boolean => {
  if (before?.xeroId == null) return wanted !== 'DELETED' || evenIfOver;
  return (before.tenantId ?? run.tenantId) === run.tenantId && before.xeroStatus !== wanted;
};

const partKeys = (run: Run, head: QuoteHead) => [
  ...quoteLineKeys(run.ws, head.id, head.linesEpoch, head.lineCount),
  clientKey(run.ws, head.clientId),
  contactLinkKey(run.ws, run.tenantId, head.clientId),
  ...(head.jobId === null ? [] : [jobKey(run.ws, head.jobId)]),
];

const withParts = (run: Run, known: Known, found: Found): QuoteToSend | undefined => {
  const { head } = known;
  const client = foundAt(found, clientKey(run.ws, head.clientId), parseClient);
  const whole = quoteIn(found, run.ws, head.id);
  if (!client || !whole || head.number === null) return undefined;
  const job = head.jobId === null ? undefined : foundAt(found, jobKey(run.ws, head.jobId), parseJob);
  const { revenueAccount, serviceAccounts, taxTypes } = run.settings;
  return {
    ...known,
    client,
    quote: {
      id: head.id,
      number: quoteNumberThere(head.number, head.edition),
      currency: head.currency,
      ...quoteDays(head, run.zone),
      subtotal: head.subtotal,
      tax: head.tax,
      total: head.total,
      lines: whole.lines.map((line) => ({ ...line, taxIncluded: line.explanation.taxIncluded })),
      title: whole.words.title,
      notes: whole.words.notes,
    },
    place: { jobAccount: job?.accountCode ?? null, revenueAccount, serviceAccounts, taxTypes },
  };
};

/** The day of a quote, and its last one, as Xero is told. */
export const quoteDays = (head: QuoteHead, zone: string): { issueDate: string; dueDate: string } => {
  const issueDate = dateIn(head.zone ?? zone, head.sentAt ?? head.createdAt);
  return { issueDate, dueDate: head.validUntil ?? issueDate };
};
