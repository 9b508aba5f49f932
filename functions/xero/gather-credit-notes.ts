import { clientKey, parseClient, type Client } from '../../shared/store/clients.ts';
import {
  creditLineKeys,
  creditNoteKey,
  parseCreditLines,
  parseCreditNote,
  type CreditNote,
} from '../../shared/store/credit-notes.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { jobKey, parseJob } from '../../shared/store/jobs.ts';
import { parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { contactLinkKey, contactLinksAmong, type ContactLink } from '../../shared/store/xero-contacts.ts';
import type { CreditNoteForXero } from '../../shared/xero/map-credit-note.ts';
import type { InvoicePlace } from '../../shared/xero/map-invoice.ts';
import { firstOpenDate } from './follow-organisation.ts';
import type { Run } from './run.ts';

// Flow of the worker: reads all that is needed to send a batch of credit notes, in two steps.

/** A credit note that has to be sent, with its parts. */
export interface CreditNoteToSend {
  readonly work: WaitingWork & { kind: 'credit-note' };
  readonly note: CreditNote;
  readonly before: SyncItem | undefined;
  readonly head: InvoiceHead;
  readonly invoiceItem: SyncItem | undefined;
  readonly client: Client;
  readonly content: CreditNoteForXero;
  readonly place: Omit<InvoicePlace, 'contactId'>;
}

export interface GatheredCreditNotes {
  readonly toSend: readonly CreditNoteToSend[];
  /** Credit notes that stand there already. */
  readonly there: readonly Pick<CreditNoteToSend, 'work' | 'note' | 'before'>[];
  /** Void with their invoices: they never have to get there any more. */
  readonly over: readonly Pick<CreditNoteToSend, 'work' | 'before'>[];
  /** Work with nothing to do. */
  readonly idle: readonly WaitingWork[];
  readonly links: ReadonlyMap<string, ContactLink>;
}

type Known = Pick<CreditNoteToSend, 'work' | 'note' | 'before'>;

/** Reads credit notes with their lines, their invoices, and who they are for. */
export const gatherCreditNotes = async (run: Run, works: readonly WaitingWork[]): Promise<GatheredCreditNotes> => {
  const { ws, world } = run;
  const first = await world.table.batchGet(
    works.flatMap(({ documentId }) => [creditNoteKey(ws, documentId), syncItemKey(ws, documentId)]),
  );
  const known = works.flatMap((work): Known[] => {
    const note = foundAt(first, creditNoteKey(ws, work.documentId), parseCreditNote);
    const before = foundAt(first, syncItemKey(ws, work.documentId), parseSyncItem);
    return note ? [{ work: { ...work, kind: 'credit-note' }, note, before }] : [];
  });
  const parts = await world.table.batchGet(known.flatMap(({ note }) => partKeys(run, note)));
  const isOver = ({ note }: Known): boolean => foundAt(parts, invoiceKey(ws, note.invoiceId), parseInvoice)?.status === 'void';
  const over = known.filter(isOver);
  const standing = known.filter((one) => !isOver(one));
  const there = standing.filter(({ before }) => before?.xeroId != null);
  const toSend = standing.filter(({ before }) => before?.xeroId == null).flatMap((one) => withParts(run, one, parts) ?? []);
  const busy = new Set([...toSend, ...there, ...over].map(({ work }) => work.documentId));
  return {
    toSend,
    there,
    over,
    idle: works.filter(({ documentId }) => !busy.has(documentId)),
    links: contactLinksAmong(
      parts,
      ws,
      run.tenantId,
      toSend.map(({ client }) => client.id),
    ),
  };
};

const partKeys = ({ ws, tenantId }: Run, note: CreditNote) => [
  ...creditLineKeys(ws, note),
  invoiceKey(ws, note.invoiceId),
  syncItemKey(ws, note.invoiceId),
  clientKey(ws, note.clientId),
  contactLinkKey(ws, tenantId, note.clientId),
  ...(note.jobId === null ? [] : [jobKey(ws, note.jobId)]),
];

const withParts = (run: Run, { work, note, before }: Known, parts: Found): CreditNoteToSend | undefined => {
  const { ws, settings } = run;
  const head = foundAt(parts, invoiceKey(ws, note.invoiceId), parseInvoice);
  const client = foundAt(parts, clientKey(ws, note.clientId), parseClient);
  if (!head || note.onlyHere || !client) return undefined;
  const job = note.jobId === null ? undefined : foundAt(parts, jobKey(ws, note.jobId), parseJob);
  const lines = creditLineKeys(ws, note).flatMap((key) => foundAt(parts, key, parseCreditLines) ?? []);
  const { revenueAccount, serviceAccounts, taxTypes, statusOnPush } = settings;
  const { id, number, currency, issueDate } = note;
  return {
    ...{ work, note, before, head, client },
    invoiceItem: foundAt(parts, syncItemKey(ws, head.id), parseSyncItem),
    content: { id, number, currency, issueDate, bookedOn: firstOpenDate(run, issueDate), lines },
    place: { status: statusOnPush, jobAccount: job?.accountCode ?? null, revenueAccount, serviceAccounts, taxTypes },
  };
};
