import type { BankTransaction } from 'xero-node/dist/gen/model/accounting/bankTransaction.js';
import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import { toDecimal, type Money } from '../domain/money.ts';

/** What Xero gets to know of something that is owed to a supplier, or was spent. */
export interface PurchaseForXero {
  readonly id: string;
  readonly currency: string;
  /** The day that it is booked on. */
  readonly bookedOn: string;
  readonly dueDate: string;
  readonly lines: readonly { readonly description: string; readonly amount: Money }[];
  /** Whether the amounts hold their tax; without a tax type they have none. */
  readonly taxIncluded: boolean;
}

/** Where a purchase is put. */
export interface PurchasePlace {
  readonly contactId: string;
  readonly status: 'DRAFT' | 'SUBMITTED' | 'AUTHORISED';
  readonly account: string;
  readonly taxType: string | null;
}

const descriptionMax = 4000;

/** Each line is one whole amount, so that Xero can't reckon it differently; what it was reckoned from stands in its words. */
const linesFor = ({ lines }: PurchaseForXero, { account, taxType }: PurchasePlace) =>
  lines.map(({ description, amount }) => ({
    description: description.slice(0, descriptionMax),
    quantity: 1,
    unitAmount: Number(toDecimal(amount)),
    accountCode: account,
    ...(taxType === null ? {} : { taxType }),
  }));

const amountsOf = ({ taxIncluded }: PurchaseForXero, { taxType }: PurchasePlace): string => {
  if (taxType === null) return 'NoTax';
  return taxIncluded ? 'Inclusive' : 'Exclusive';
};

/** A bill. Xero has no reference on bills: our id is its number, which for a bill is the supplier's and need not be unique. */
export const purchaseFor = (purchase: PurchaseForXero, place: PurchasePlace): Invoice =>
  ({
    type: 'ACCPAY',
    status: place.status,
    contact: { contactID: place.contactId },
    invoiceNumber: purchase.id,
    date: purchase.bookedOn,
    dueDate: purchase.dueDate,
    currencyCode: purchase.currency,
    lineAmountTypes: amountsOf(purchase, place),
    lineItems: linesFor(purchase, place),
    // The SDK's enums are numbers to the compiler and texts at run time.
  }) as unknown as Invoice;

/** Money that the workspace has spent from its bank account. Our id is its reference. */
export const spendFor = (purchase: PurchaseForXero, place: PurchasePlace & { readonly bankAccount: string }): BankTransaction =>
  ({
    type: 'SPEND',
    contact: { contactID: place.contactId },
    bankAccount: { code: place.bankAccount },
    reference: purchase.id,
    date: purchase.bookedOn,
    currencyCode: purchase.currency,
    lineAmountTypes: amountsOf(purchase, place),
    lineItems: linesFor(purchase, place),
  }) as unknown as BankTransaction;
