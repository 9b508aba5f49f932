/** Which changes of the books the outside hears of, and what it is told. */
import type { Contact, CreditNote, Invoice } from './documents.ts';
import type { Settings } from './settings.ts';
import type { Change } from './change.ts';

export interface WebhookEvent {
  resourceUrl: string;
  resourceId: string;
  eventDateUtc: string;
  eventType: 'CREATE' | 'UPDATE';
  eventCategory: 'CONTACT' | 'INVOICE' | 'CREDITNOTE';
  tenantId: string;
  tenantType: 'ORGANISATION';
  data?: { Type: string; Status: string };
}

const kinds: Record<string, { category: WebhookEvent['eventCategory']; path: string }> = {
  contact: { category: 'CONTACT', path: 'Contacts' },
  invoice: { category: 'INVOICE', path: 'Invoices' },
  creditNote: { category: 'CREDITNOTE', path: 'CreditNotes' },
};

const paidMarks = ({
  AmountDue: _d,
  AmountPaid: _p,
  AmountCredited: _c,
  Status: _s,
  FullyPaidOnDate: _f,
  UpdatedDateUTC: _u,
  ...rest
}: Invoice) => JSON.stringify(rest);

/** Whether a change is one the outside hears of: what leaves the change stamp alone, and foreign parts switched off, isn't. */
const isHeard = ({ kind, before, after }: Change, settings: Settings): boolean => {
  if (!kinds[kind] || !after) return false;
  if (!before) return true;
  const [old, now] = [before as Contact, after as Contact];
  if (old.UpdatedDateUTC === now.UpdatedDateUTC && stampless(old) === stampless(now)) return false;
  if (kind === 'contact' && stampless(old) !== stampless(now) && roleless(old) === roleless(now)) return false;
  if (kind !== 'invoice' || settings.paymentsFireInvoiceWebhooks) return true;
  const [a, b] = [before as Invoice, after as Invoice];
  return a.AmountPaid === b.AmountPaid || paidMarks(a) !== paidMarks(b);
};
const stampless = (record: object): string => JSON.stringify({ ...record, UpdatedDateUTC: 0 });
const roleless = (contact: Contact): string => JSON.stringify({ ...contact, IsCustomer: false, IsSupplier: false });

const eventOf = (
  { kind, scope, id, before, after }: Change,
  { nowMs, apiUrl }: { nowMs: number; apiUrl: string },
): WebhookEvent => {
  const { category, path } = kinds[kind]!;
  const note = after as CreditNote;
  return {
    resourceUrl: `${apiUrl}/api.xro/2.0/${path}/${id}`,
    resourceId: id,
    eventDateUtc: new Date(nowMs).toISOString().slice(0, 23),
    eventType: before ? 'UPDATE' : 'CREATE',
    eventCategory: category,
    tenantId: scope,
    tenantType: 'ORGANISATION',
    ...(category === 'CREDITNOTE' && { data: { Type: note.Type, Status: note.Status } }),
  };
};

/** Events of a commit: one a document, however often the commit wrote it. */
export const eventsOf = (
  changes: readonly Change[],
  settings: Settings,
  at: { nowMs: number; apiUrl: string },
): WebhookEvent[] => {
  const last = new Map<string, Change>();
  for (const change of changes) {
    const key = `${change.scope} ${change.kind} ${change.id}`;
    const first = last.get(key);
    last.set(key, first ? { ...change, before: first.before } : change);
  }
  return [...last.values()].filter((change) => isHeard(change, settings)).map((change) => eventOf(change, at));
};
