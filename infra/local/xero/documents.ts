/** What the books hold, in Xero's own field names. Days are `YYYY-MM-DD`, change stamps milliseconds; the wire forms are made when answering. */
import type { LineAmountTypes } from './arithmetic.ts';

/** A parsed JSON object of unknown make. */
export type Input = Record<string, unknown>;

interface Stamped {
  UpdatedDateUTC: number;
}

export interface Account extends Stamped {
  AccountID: string;
  Code: string;
  Name: string;
  Type: string;
  Class: 'ASSET' | 'EQUITY' | 'EXPENSE' | 'LIABILITY' | 'REVENUE';
  Status: 'ACTIVE' | 'ARCHIVED' | 'DELETED';
  TaxType: string;
  EnablePaymentsToAccount: boolean;
  SystemAccount?: string;
  CurrencyCode?: string;
  BankAccountNumber?: string;
  Description?: string;
}

export interface TaxRate {
  Name: string;
  TaxType: string;
  Status: 'ACTIVE' | 'DELETED' | 'ARCHIVED' | 'PENDING';
  ReportTaxType?: string;
  EffectiveRate: number;
  TaxComponents: { Name: string; Rate: number; IsCompound: boolean; IsNonRecoverable: boolean }[];
  CanApplyTo: Record<Account['Class'], boolean>;
}

export interface Organisation {
  OrganisationID: string;
  APIKey: string;
  Name: string;
  LegalName: string;
  ShortCode: string;
  CountryCode: string;
  BaseCurrency: string;
  Timezone: string;
  /** IANA zone behind `Timezone`. */
  zone: string;
  TaxNumber?: string;
  PeriodLockDate?: string;
  EndOfYearLockDate?: string;
  CreatedDateUTC: number;
  IsDemoCompany: boolean;
  Version: string;
  currencies: { Code: string; Description: string }[];
  brandingThemes: { BrandingThemeID: string; Name: string; SortOrder: number; CreatedDateUTC: number }[];
  /** Next number per series, e.g. `INV-` → 12. */
  nextNumbers: Record<string, number>;
}

export interface Contact extends Stamped {
  ContactID: string;
  ContactStatus: 'ACTIVE' | 'ARCHIVED' | 'GDPRREQUEST';
  Name: string;
  ContactNumber?: string;
  AccountNumber?: string;
  FirstName?: string;
  LastName?: string;
  CompanyNumber?: string;
  EmailAddress?: string;
  TaxNumber?: string;
  BankAccountDetails?: string;
  AccountsReceivableTaxType?: string;
  AccountsPayableTaxType?: string;
  DefaultCurrency?: string;
  Addresses: Input[];
  Phones: Input[];
  ContactPersons: Input[];
  IsCustomer: boolean;
  IsSupplier: boolean;
  HasAttachments: boolean;
  MergedToContactID?: string;
}

export interface LineItem {
  LineItemID: string;
  Description?: string;
  Quantity?: number;
  UnitAmount?: number;
  ItemCode?: string;
  AccountCode?: string;
  AccountID?: string;
  TaxType?: string;
  TaxAmount: number;
  LineAmount: number;
  DiscountRate?: number;
  DiscountAmount?: number;
  Tracking: Input[];
}

/** What invoices, bills, credit notes, quotes and bank transactions have in common. */
export interface TradeDocument extends Stamped {
  ContactID: string;
  Date: string;
  Reference?: string;
  LineAmountTypes: LineAmountTypes;
  LineItems: LineItem[];
  SubTotal: number;
  TotalTax: number;
  Total: number;
  TotalDiscount: number;
  CurrencyCode: string;
  CurrencyRate: number;
  HasAttachments: boolean;
}

export type InvoiceStatus = 'DRAFT' | 'SUBMITTED' | 'AUTHORISED' | 'PAID' | 'VOIDED' | 'DELETED';

export interface Invoice extends TradeDocument {
  InvoiceID: string;
  Type: 'ACCREC' | 'ACCPAY';
  InvoiceNumber?: string;
  Status: InvoiceStatus;
  DueDate?: string;
  ExpectedPaymentDate?: string;
  PlannedPaymentDate?: string;
  Url?: string;
  BrandingThemeID?: string;
  SentToContact: boolean;
  AmountDue: number;
  AmountPaid: number;
  AmountCredited: number;
  FullyPaidOnDate?: string;
  createdByApp: boolean;
}

export interface CreditNote extends TradeDocument {
  CreditNoteID: string;
  Type: 'ACCRECCREDIT' | 'ACCPAYCREDIT';
  CreditNoteNumber?: string;
  Status: InvoiceStatus;
  RemainingCredit: number;
  BrandingThemeID?: string;
  SentToContact: boolean;
  FullyPaidOnDate?: string;
}

export type QuoteStatus = 'DRAFT' | 'SENT' | 'ACCEPTED' | 'DECLINED' | 'INVOICED' | 'DELETED';

export interface Quote extends TradeDocument {
  QuoteID: string;
  QuoteNumber: string;
  Status: QuoteStatus;
  ExpiryDate?: string;
  Title?: string;
  Summary?: string;
  Terms?: string;
  BrandingThemeID?: string;
}

export interface BankTransaction extends TradeDocument {
  BankTransactionID: string;
  Type: string;
  Status: 'AUTHORISED' | 'DELETED' | 'VOIDED';
  bankAccountID: string;
  IsReconciled: boolean;
  Url?: string;
  OverpaymentID?: string;
  PrepaymentID?: string;
}

/** Money moved between two bank accounts of the organisation. */
export interface BankTransfer extends Stamped {
  BankTransferID: string;
  fromAccountID: string;
  toAccountID: string;
  FromBankTransactionID: string;
  ToBankTransactionID: string;
  Amount: number;
  Date: string;
  Reference?: string;
  Status: 'AUTHORISED' | 'DELETED';
  FromIsReconciled: boolean;
  ToIsReconciled: boolean;
  CreatedDateUTC: number;
}

/** Money taken or paid beyond (over) or before (pre) a document; made by a bank transaction. */
export interface Overpayment extends TradeDocument {
  OverpaymentID: string;
  kind: 'Overpayment' | 'Prepayment';
  Type: string;
  Status: 'AUTHORISED' | 'PAID' | 'VOIDED';
  RemainingCredit: number;
}

/** The document a payment settles. */
export type PaymentTarget = 'Invoice' | 'CreditNote' | 'Overpayment' | 'Prepayment';

export interface Payment extends Stamped {
  PaymentID: string;
  target: PaymentTarget;
  targetID: string;
  accountID: string;
  Date: string;
  Amount: number;
  BankAmount: number;
  CurrencyRate: number;
  Reference?: string;
  Status: 'AUTHORISED' | 'DELETED';
  PaymentType: string;
  IsReconciled: boolean;
}

export interface Allocation extends Stamped {
  AllocationID: string;
  source: Exclude<PaymentTarget, 'Invoice'>;
  sourceID: string;
  invoiceID: string;
  Amount: number;
  Date: string;
}

export interface Attachment {
  AttachmentID: string;
  ownerID: string;
  FileName: string;
  MimeType: string;
  ContentLength: number;
  IncludeOnline: boolean;
  content: string;
}

export interface HistoryRecord {
  HistoryRecordID: string;
  ownerID: string;
  Changes: string;
  Details: string;
  User: string;
  DateUTC: number;
}
