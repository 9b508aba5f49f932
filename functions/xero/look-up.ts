import { contactMissing, invoiceMissing } from '../../shared/domain/compare-contact.ts';
import { paymentMissing } from '../../shared/domain/compare-payment.ts';
import type { Client } from '../../shared/store/clients.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import { readContactThere } from '../../shared/xero/list-contacts.ts';
import { findInvoicesThere, readInvoiceThere } from '../../shared/xero/list-invoices.ts';
import { readPaymentThere } from '../../shared/xero/list-payments.ts';
import { compareContacts } from './compare-contacts.ts';
import { compareInvoices } from './compare-invoices.ts';
import { comparePaymentsFollowed } from './compare-followed.ts';
import { hereOf, readPayments } from './compare-payments.ts';
import { together, type Compared } from './compared.ts';
import { followInvoices } from './follow-invoices.ts';
import type { Run } from './run.ts';

// Flow of the comparison: asks Xero for single documents. Only its plain "there is no such one" means that something is missing.

const standing = new Set(['issued', 'partially-paid', 'paid', 'void']);

/** Looks up at most 40 invoices of ours by their ids there. */
export const lookUpInvoices = async (run: Run, wanted: readonly { head: InvoiceHead; xeroId: string }[]): Promise<Compared> => {
  const listed =
    wanted.length > 1
      ? await findInvoicesThere(
          run.books,
          wanted.map(({ xeroId }) => xeroId),
        )
      : [];
  const found = [...listed];
  const missing: Compared[] = [];
  for (const { head, xeroId } of wanted) {
    if (listed.some(({ invoiceId }) => invoiceId === xeroId)) continue;
    const there = await readInvoiceThere(run.books, xeroId);
    if (there) found.push(there);
    // What is void here, and is not there at all, is settled on both sides.
    else if (!standing.has(head.status) || head.status === 'void') missing.push(nothingOf(head.id));
    else missing.push({ ...nothingOf(head.id), differences: [invoiceMissing(head, xeroId)] });
  }
  await followInvoices(run, found);
  return together([await compareInvoices(run, found), ...missing]);
};

/** Looks up payments of ours by their ids there; one call each. */
export const lookUpPayments = async (run: Run, wanted: readonly { id: string; xeroId: string }[]): Promise<Compared> => {
  const around = await readPayments(
    run,
    wanted.map(({ id }) => id),
  );
  const parts: Compared[] = [];
  for (const { id, xeroId } of wanted) {
    const ours = around.at(id);
    // What came from there follows what stands there: its invoice tells.
    if (ours?.payment.origin === 'xero') {
      if (ours.invoiceThere !== null) await followInvoices(run, await findInvoicesThere(run.books, [ours.invoiceThere]));
      continue;
    }
    const there = await readPaymentThere(run.books, xeroId);
    if (there) parts.push(await comparePaymentsFollowed(run, [there]));
    else if (ours && ours.payment.counts.amount > 0)
      parts.push({
        ...nothingOf(id),
        differences: [paymentMissing(hereOf(run, ours), xeroId, 'The payment is no more in Xero')],
      });
  }
  return together([...parts, ...wanted.map(({ id }) => nothingOf(id))]);
};

/** Looks up the contacts of clients; one call each. */
export const lookUpContacts = async (run: Run, wanted: readonly Client[]): Promise<Compared> => {
  const parts: Compared[] = [];
  for (const client of wanted) {
    const contactId = client.xeroContactId ?? '';
    const there = await readContactThere(run.books, contactId);
    if (there) parts.push(await compareContacts(run, [there]));
    else parts.push({ ...nothingOf(client.id), differences: [contactMissing(client, contactId)] });
  }
  return together([...parts, ...wanted.map(({ id }) => nothingOf(id))]);
};

export const nothingOf = (id: string): Compared => ({ differences: [], seen: [id], unlinked: [] });
