import { addDays } from '../../shared/domain/days.ts';
import { clientKey, parseClient, type Client } from '../../shared/store/clients.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, lineItemKeys, parseInvoice, parseLines, type InvoiceHead } from '../../shared/store/invoices.ts';
import { jobKey, parseJob } from '../../shared/store/jobs.ts';
import { parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { contactLinkKey, contactLinksAmong, type ContactLink } from '../../shared/store/xero-contacts.ts';
import type { InvoiceForXero, InvoicePlace } from '../../shared/xero/map-invoice.ts';
import type { Run } from './run.ts';

// Flow of the worker: reads all that is needed to send a batch of invoices, in two steps.

/** An invoice that has to be sent, with its parts. */
export interface InvoiceToSend {
  readonly work: WaitingWork & { kind: 'invoice' };
  readonly head: InvoiceHead & { number: string };
  readonly before: SyncItem | undefined;
  readonly client: Client;
  readonly invoice: InvoiceForXero;
  readonly place: Omit<InvoicePlace, 'contactId'>;
}

export interface GatheredInvoices {
  readonly toSend: readonly InvoiceToSend[];
  /** Work with nothing to do: the invoice is there already, or not to be sent any more. */
  readonly idle: readonly WaitingWork[];
  readonly clients: readonly Client[];
  readonly links: ReadonlyMap<string, ContactLink>;
}

type Known = { work: WaitingWork & { kind: 'invoice' }; head: InvoiceHead & { number: string }; before: SyncItem | undefined };

/**
 * `evenIfStopped`: what was already sent is looked for also when it was called back meanwhile, because it may have arrived.
 */
export const gatherInvoices = async (
  run: Run,
  works: readonly WaitingWork[],
  { evenIfStopped = false } = {},
): Promise<GatheredInvoices> => {
  const { ws, world } = run;
  const heads = await world.table.batchGet(
    works.flatMap(({ documentId }) => [invoiceKey(ws, documentId), syncItemKey(ws, documentId)]),
  );
  const known = works.flatMap((work): Known[] => {
    const head = foundAt(heads, invoiceKey(ws, work.documentId), parseInvoice);
    const before = foundAt(heads, syncItemKey(ws, work.documentId), parseSyncItem);
    if (!head || head.number === null || !mustBeSent(head, before, evenIfStopped)) return [];
    return [{ work: { ...work, kind: 'invoice' }, head: { ...head, number: head.number }, before }];
  });
  const parts = await world.table.batchGet(known.flatMap(({ head }) => partKeys(run, head)));
  const toSend = known.flatMap((one) => withParts(run, one, parts) ?? []);
  const sent = new Set(toSend.map(({ work }) => work.documentId));
  return {
    toSend,
    idle: works.filter(({ documentId }) => !sent.has(documentId)),
    clients: [...new Map(toSend.map(({ client }) => [client.id, client])).values()],
    links: contactLinksAmong(
      parts,
      ws,
      run.tenantId,
      toSend.map(({ client }) => client.id),
    ),
  };
};

/** Issued, still standing, and not in Xero yet, neither in these books nor in others. */
const mustBeSent = ({ status }: InvoiceHead, before: SyncItem | undefined, evenIfStopped: boolean): boolean =>
  (status === 'issued' || status === 'partially-paid' || status === 'paid' || (evenIfStopped && status === 'voiding')) &&
  (before?.xeroId ?? null) === null;

const partKeys = (run: Run, head: InvoiceHead) => [
  ...lineItemKeys(run.ws, head),
  clientKey(run.ws, head.clientId),
  contactLinkKey(run.ws, run.tenantId, head.clientId),
  ...(head.jobId === null ? [] : [jobKey(run.ws, head.jobId)]),
];

const withParts = (run: Run, { work, head, before }: Known, parts: Found): InvoiceToSend | undefined => {
  const client = foundAt(parts, clientKey(run.ws, head.clientId), parseClient);
  if (!client) return undefined;
  const job = head.jobId === null ? undefined : foundAt(parts, jobKey(run.ws, head.jobId), parseJob);
  const lines = lineItemKeys(run.ws, head).flatMap((key) => foundAt(parts, key, parseLines) ?? []);
  const { revenueAccount, serviceAccounts, taxTypes, statusOnPush } = run.settings;
  const issueDate = head.issueDate ?? head.createdAt.slice(0, 10);
  return {
    work,
    head,
    before,
    client,
    invoice: {
      id: head.id,
      number: head.number,
      currency: head.currency,
      issueDate,
      dueDate: head.dueDate ?? addDays(issueDate, run.settings.dueDateDays ?? 0),
      subtotal: head.subtotal,
      tax: head.tax,
      total: head.total,
      isSent: head.sentAt !== null,
      lines: lines.map((line) => ({ ...line, taxIncluded: line.explanation.taxIncluded })),
    },
    place: { status: statusOnPush, jobAccount: job?.accountCode ?? null, revenueAccount, serviceAccounts, taxTypes },
  };
};
