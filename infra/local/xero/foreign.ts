/** Documents of other people's making, by the thousand: books are never empty in real life. */
import type { Books } from './books.ts';
import { addDays } from './dates.ts';
import { createContact } from './contacts.ts';
import { createPayment } from './payments.ts';
import { saveBankTransaction } from './bank-transactions.ts';
import { saveCreditNote } from './credit-notes.ts';
import { saveInvoice } from './invoices.ts';
import { saveQuote } from './quotes.ts';

const options = { mode: 'create', unitPlaces: 2 } as const;

/** A bill, a credit note, a quote and money that was spent, none of which any app made. */
const createOthers = (books: Books, number: number, ContactID: string | undefined): void => {
  const shared = { Contact: { ContactID }, Date: addDays(books.today(), -(number % 90)), LineAmountTypes: 'NoTax' };
  const lines = (AccountCode: string) => ({
    LineItems: [{ Description: 'Something of another system', Quantity: 1, UnitAmount: 10 + (number % 50), AccountCode }],
  });
  const code = String(number).padStart(6, '0');
  const approved = { ...shared, Status: 'AUTHORISED' };
  saveInvoice(
    books,
    { ...approved, ...lines('493'), Type: 'ACCPAY', InvoiceNumber: `SUP-${code}`, DueDate: books.today() },
    options,
  );
  saveCreditNote(books, { ...approved, ...lines('200'), Type: 'ACCRECCREDIT', CreditNoteNumber: `FCN-${code}` }, options);
  saveQuote(books, { ...shared, ...lines('200'), QuoteNumber: `FQU-${code}` }, options);
  saveBankTransaction(books, { ...approved, ...lines('493'), Type: 'SPEND', BankAccount: { Code: '090' } }, options);
};

/** Contacts and sales invoices that no app made; every fourth invoice is paid, every tenth still a draft. `others`: of each other kind. */
export const createForeignDocuments = (
  books: Books,
  { invoices, contacts, others }: { invoices: number; contacts: number; others: number },
): { invoices: number; contacts: number; others: number } => {
  const firstContact = books.contacts.size;
  const ids: string[] = [];
  // They come in at once, as from a file: how many share a second must not hang on how fast a machine is.
  const importedAt = books.stamp();
  const importing: Books = { ...books, stamp: () => importedAt };
  for (let index = 0; index < contacts; index++) {
    const number = firstContact + index;
    ids.push(
      createContact(importing, { Name: `Foreign customer ${number}`, EmailAddress: `foreign-${number}@elsewhere.example` })
        .ContactID,
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
  for (let index = 0; index < others; index++) createOthers(books, index, payers[index % payers.length]);
  return { invoices, contacts, others };
};
