/** Documents of other people's making, by the thousand: books are never empty in real life. */
import type { Books } from './books.ts';
import { addDays } from './dates.ts';
import { createContact } from './contacts.ts';
import { createPayment } from './payments.ts';
import { saveInvoice } from './invoices.ts';

/** Contacts and sales invoices that no app made; every fourth invoice is paid, every tenth still a draft. */
export const createForeignDocuments = (
  books: Books,
  { invoices, contacts }: { invoices: number; contacts: number },
): { invoices: number; contacts: number } => {
  const firstContact = books.contacts.size;
  const ids: string[] = [];
  for (let index = 0; index < contacts; index++) {
    const number = firstContact + index;
    ids.push(
      createContact(books, { Name: `Foreign customer ${number}`, EmailAddress: `foreign-${number}@elsewhere.example` }).ContactID,
    );
  }
  const payers =
    ids.length > 0 ? ids : [...books.contacts.values()].filter((c) => c.ContactStatus === 'ACTIVE').map((c) => c.ContactID);
  const revenue = books.accounts.find('code', '200')[0]?.Code ?? '200';
  const today = books.today();
  const firstInvoice = books.invoices.size;
  for (let index = 0; index < invoices; index++) {
    const number = firstInvoice + index;
    const { record } = saveInvoice(
      books,
      {
        Type: 'ACCREC',
        InvoiceNumber: `FOR-${String(number).padStart(6, '0')}`,
        Contact: { ContactID: payers[index % payers.length] },
        Date: addDays(today, -(index % 90)),
        DueDate: addDays(today, 30 - (index % 90)),
        Status: index % 10 === 9 ? 'DRAFT' : 'AUTHORISED',
        LineItems: [
          {
            Description: 'Work of another system',
            Quantity: 1 + (index % 7),
            UnitAmount: 10 + (index % 50),
            AccountCode: revenue,
          },
        ],
      },
      { mode: 'create', unitPlaces: 2 },
    );
    if (index % 4 === 3 && record.Status === 'AUTHORISED')
      createPayment(books, {
        Invoice: { InvoiceID: record.InvoiceID },
        Account: { Code: '090' },
        Amount: record.AmountDue,
        Date: record.Date,
      });
  }
  return { invoices, contacts };
};
