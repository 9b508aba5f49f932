/** Tables of the pages: contacts and invoices, each row with the forms that fit its state. */
import type { Books } from './books.ts';
import type { Contact, Invoice } from './documents.ts';
import { escapeHtml } from './html.ts';
import { allocationsTo, paymentsOf } from './settlement.ts';

const mostContacts = 200;

const money = (amount: number, currency: string): string => `${amount.toFixed(2)}&nbsp;${escapeHtml(currency)}`;

const form = (books: Books, action: string, id: string, label: string, fields = ''): string =>
  `<form class="inline" method="post" action="/org/${books.tenantId}"><input type="hidden" name="action" value="${action}"><input type="hidden" name="id" value="${id}">${fields}<button class="quiet">${label}</button></form>`;

const field = (name: string, value: string | number | undefined, type = 'text', size = 8): string =>
  `<input name="${name}" type="${type}" value="${escapeHtml(value)}" size="${size}" aria-label="${name}"${type === 'number' ? ' step="any"' : ''}>`;

const bankAccounts = (books: Books): string => {
  const accounts = [...books.accounts.values()].filter(({ Type, Status }) => Type === 'BANK' && Status === 'ACTIVE');
  return `<select name="Account" aria-label="Account">${accounts.map(({ Code, Name }) => `<option value="${Code}">${Code} ${escapeHtml(Name)}</option>`).join('')}</select>`;
};

const linesTable = (books: Books, invoice: Invoice): string => {
  const editable = invoice.Status !== 'VOIDED' && invoice.Status !== 'DELETED';
  const rows = invoice.LineItems.map((line) => {
    const edit = editable
      ? form(
          books,
          'edit-line',
          invoice.InvoiceID,
          'Change',
          `<input type="hidden" name="LineItemID" value="${line.LineItemID}">${field('Description', line.Description, 'text', 18)}${field('Quantity', line.Quantity, 'number', 5)}${field('UnitAmount', line.UnitAmount, 'number', 7)}`,
        )
      : '';
    return `<tr><td>${escapeHtml(line.Description)}</td><td class="n">${line.Quantity ?? ''}</td><td class="n">${line.UnitAmount ?? ''}</td><td>${line.AccountCode ?? ''}</td><td>${line.TaxType ?? ''}</td><td class="n">${line.TaxAmount.toFixed(2)}</td><td class="n">${line.LineAmount.toFixed(2)}</td><td>${edit}</td></tr>`;
  });
  return `<table><thead><tr><th>Description</th><th class="n">Quantity</th><th class="n">Price</th><th>Account</th><th>Tax</th><th class="n">Tax amount</th><th class="n">Amount</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
};

const moneyLines = (books: Books, invoice: Invoice): string => {
  const payments = paymentsOf(books, invoice.InvoiceID).map(
    (payment) =>
      `<li>Paid ${money(payment.Amount, invoice.CurrencyCode)} on ${payment.Date} ${form(books, 'delete-payment', payment.PaymentID, 'Take back')}</li>`,
  );
  const credits = allocationsTo(books, invoice.InvoiceID).map(
    (allocation) =>
      `<li>Credited ${money(allocation.Amount, invoice.CurrencyCode)} on ${allocation.Date} ${form(books, 'take-off', allocation.AllocationID, 'Take off')}</li>`,
  );
  return payments.length + credits.length > 0 ? `<ul>${[...payments, ...credits].join('')}</ul>` : '';
};

const forms = (books: Books, invoice: Invoice): string => {
  const id = invoice.InvoiceID;
  const due = form(books, 'due-date', id, 'Move due date', field('DueDate', invoice.DueDate, 'date'));
  const reference =
    invoice.Type === 'ACCREC' ? form(books, 'reference', id, 'Set reference', field('Reference', invoice.Reference)) : '';
  switch (invoice.Status) {
    case 'DRAFT':
    case 'SUBMITTED':
      return form(books, 'approve', id, 'Approve') + form(books, 'delete', id, 'Delete') + due + reference;
    case 'AUTHORISED': {
      const pay = form(books, 'pay', id, 'Pay', field('Amount', invoice.AmountDue, 'number') + bankAccounts(books));
      return (
        pay +
        form(books, 'credit', id, 'Credit', field('Amount', invoice.AmountDue, 'number')) +
        form(books, 'void', id, 'Void') +
        due +
        reference
      );
    }
    case 'PAID':
      return reference;
    default:
      return '';
  }
};

/** One invoice: its lines, its money, and its forms when they are wanted. */
export const invoiceBlock = (books: Books, invoice: Invoice, withForms = false): string => {
  const name = books.contacts.get(invoice.ContactID)?.Name;
  const head = `<p>${escapeHtml(name)} · ${invoice.Date} · due ${invoice.DueDate ?? 'not set'} · ${invoice.LineAmountTypes}</p>`;
  const totals = `<p>Net ${money(invoice.SubTotal, invoice.CurrencyCode)} · tax ${money(invoice.TotalTax, invoice.CurrencyCode)} · <strong>total ${money(invoice.Total, invoice.CurrencyCode)}</strong> · due ${money(invoice.AmountDue, invoice.CurrencyCode)}</p>`;
  const title = withForms
    ? ''
    : `<h1>${invoice.Type === 'ACCREC' ? 'Invoice' : 'Bill'} ${escapeHtml(invoice.InvoiceNumber)} <small>${invoice.Status}</small></h1>`;
  return `${title}${head}<div class="scroll">${linesTable(books, invoice)}</div>${totals}${moneyLines(books, invoice)}${withForms ? forms(books, invoice) : ''}`;
};

export const invoicesTable = (books: Books, invoices: readonly Invoice[]): string => {
  if (invoices.length === 0) return '<p class="soft">None.</p>';
  const blocks = invoices.map(
    (invoice) =>
      `<details><summary>${invoice.Type === 'ACCREC' ? '' : 'Bill '}<strong>${escapeHtml(invoice.InvoiceNumber) || '(no number)'}</strong> · ${escapeHtml(books.contacts.get(invoice.ContactID)?.Name)} · ${invoice.Status} · ${money(invoice.Total, invoice.CurrencyCode)}${invoice.AmountDue > 0 ? ` · due ${money(invoice.AmountDue, invoice.CurrencyCode)}` : ''} <small>${escapeHtml(invoice.Reference)}</small></summary>${invoiceBlock(books, invoice, true)}</details>`,
  );
  return blocks.join('');
};

/** Credit notes that stand, with what is left of each. */
export const creditNotesTable = (books: Books): string => {
  const standing = [...books.creditNotes.values()].filter(({ Status }) => Status !== 'VOIDED' && Status !== 'DELETED');
  const rows = standing.map((note) => {
    const left = money(note.RemainingCredit, note.CurrencyCode);
    const name = escapeHtml(books.contacts.get(note.ContactID)?.Name);
    const id = note.CreditNoteID;
    const refund =
      note.Status === 'AUTHORISED'
        ? form(books, 'refund-credit', id, 'Refund', field('Amount', note.RemainingCredit, 'number') + bankAccounts(books))
        : '';
    const action = refund + (note.RemainingCredit === note.Total ? form(books, 'void-credit', id, 'Void') : '');
    return `<li><strong>${escapeHtml(note.CreditNoteNumber)}</strong> · ${name} · ${note.Status} · ${left} left ${action}</li>`;
  });
  return rows.length === 0 ? '<p class="soft">None.</p>' : `<ul>${rows.join('')}</ul>`;
};

const contactRow = (books: Books, contact: Contact): string => {
  const actions =
    contact.ContactStatus === 'ACTIVE'
      ? form(books, 'rename', contact.ContactID, 'Rename', field('Name', contact.Name, 'text', 18)) +
        form(books, 'archive', contact.ContactID, 'Archive') +
        form(books, 'merge', contact.ContactID, 'Merge into', field('into', '', 'text', 12))
      : form(books, 'restore', contact.ContactID, 'Restore');
  return `<tr><td>${escapeHtml(contact.Name)}<br><small>${contact.ContactID}</small></td><td>${escapeHtml(contact.EmailAddress)}</td><td>${escapeHtml(contact.ContactNumber)}</td><td>${contact.ContactStatus}${contact.MergedToContactID ? '<br><small>merged</small>' : ''}</td><td>${actions}</td></tr>`;
};

export const contactsTable = (books: Books): string => {
  const contacts = [...books.contacts.values()].reverse().slice(0, mostContacts);
  return `<div class="scroll"><table><thead><tr><th>Name</th><th>E-mail</th><th>Number</th><th>Status</th><th></th></tr></thead><tbody>${contacts.map((contact) => contactRow(books, contact)).join('')}</tbody></table></div>`;
};
