import type { Caller } from '../../shared/api/call.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import { Refusal, refuse } from '../../shared/domain/refusal.ts';
import { requireFree } from '../../shared/domain/time-entry.ts';
import { invoiceStandingKey, parseInvoiceStanding, type InvoiceStanding } from '../../shared/store/invoice-status.ts';
import type { Table } from '../../shared/store/table.ts';
import type { TimeEntry } from '../../shared/store/time-entries.ts';

/** The entry, if the caller may know of it. Refuses (`not-found`) an expert who asks for somebody else's. */
export const requireVisible = (caller: Caller, entry: TimeEntry | undefined): TimeEntry => {
  if (entry && (entry.memberId === caller.memberId || actsForOthers(caller.role))) return entry;
  return refuse('not-found', 'There is no such thing here');
};

/** The invoice that has taken an entry. */
export const invoiceOf = async (table: Table, workspaceId: string, entry: TimeEntry): Promise<InvoiceStanding | undefined> => {
  if (entry.invoiceId === null) return undefined;
  const item = await table.get(invoiceStandingKey(workspaceId, entry.invoiceId));
  return item && parseInvoiceStanding(item);
};

/**
 * Refuses (`entry-billed`) every change of an entry that an invoice has taken: names the invoice, and the version that stands, for
 * whoever lost the race against the invoice.
 */
export const requireUntaken = async (table: Table, workspaceId: string, entry: TimeEntry): Promise<void> => {
  const invoice = await invoiceOf(table, workspaceId, entry);
  try {
    requireFree({ ...entry, invoiceNumber: invoice?.number });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, error.message, { ...error.facts, currentVersion: String(entry.version) });
  }
};
