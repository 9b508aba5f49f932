/** The organisations a fresh sandbox has, and what every organisation is set up with. Fixed ids, so that links and tests keep. */
import { createHash } from 'node:crypto';
import type { Books } from './books.ts';
import { bookCollections } from './books.ts';
import { currencyNames } from './currencies.ts';
import type { Account, Contact, Organisation, TaxRate } from './documents.ts';
import { classOf, effectiveRate } from './setup.ts';

export const kestrelId = '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e01';
export const secondId = '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e02';

/** An id that depends on what it names alone. */
const fixedId = (...parts: string[]): string => {
  const hex = createHash('sha256').update(parts.join('/')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const windowsZones: Record<string, [windows: string, iana: string]> = {
  GB: ['GMTSTANDARDTIME', 'Europe/London'],
  AU: ['AUSEASTERNSTANDARDTIME', 'Australia/Sydney'],
  NZ: ['NEWZEALANDSTANDARDTIME', 'Pacific/Auckland'],
  US: ['EASTERNSTANDARDTIME', 'America/New_York'],
  CA: ['EASTERNSTANDARDTIME', 'America/Toronto'],
};

export interface NewOrganisation {
  tenantId: string;
  name: string;
  country: string;
  currency: string;
  /** Beside the base currency; absent: all the sandbox knows. */
  currencies?: readonly string[];
}

export const organisationOf = ({ tenantId, name, country, currency, currencies }: NewOrganisation, now: number): Organisation => {
  const [Timezone, zone] = windowsZones[country] ?? ['UTC', 'Etc/UTC'];
  const codes = [...new Set([currency, ...(currencies ?? Object.keys(currencyNames))])];
  return {
    OrganisationID: tenantId,
    APIKey: fixedId(tenantId, 'key').replaceAll('-', '').toUpperCase(),
    Name: name,
    LegalName: name,
    ShortCode: `!${tenantId.slice(-5)}`,
    CountryCode: country,
    BaseCurrency: currency,
    Timezone,
    zone,
    CreatedDateUTC: now,
    IsDemoCompany: false,
    Version: country === 'GB' ? 'UK' : country,
    currencies: codes.map((Code) => ({ Code, Description: currencyNames[Code] ?? Code })),
    brandingThemes: [{ BrandingThemeID: fixedId(tenantId, 'theme'), Name: 'Standard', SortOrder: 0, CreatedDateUTC: now }],
    nextNumbers: {},
  };
};

type Side = 'sales' | 'purchases' | 'both';
const appliesTo = (side: Side): TaxRate['CanApplyTo'] => ({
  ASSET: true,
  EQUITY: true,
  LIABILITY: true,
  EXPENSE: side !== 'sales',
  REVENUE: side !== 'purchases',
});

/** Name, type, rate(s) in percent, side. */
type RateRow = [name: string, type: string, rate: number | readonly (readonly [string, number])[], side: Side];

const britishRates: readonly RateRow[] = [
  ['20% (VAT on Income)', 'OUTPUT2', 20, 'sales'],
  ['5% (VAT on Income)', 'RROUTPUT', 5, 'sales'],
  ['Zero Rated Income', 'ZERORATEDOUTPUT', 0, 'sales'],
  ['Exempt Income', 'EXEMPTOUTPUT', 0, 'sales'],
  ['Zero Rated EC Services', 'ECZROUTPUTSERVICES', 0, 'sales'],
  ['Zero Rated EC Goods Income', 'ECZROUTPUT', 0, 'sales'],
  ['Domestic Reverse Charge @ 20% (VAT on Income)', 'DRCHARGESUPPLY20', 0, 'sales'],
  ['20% (VAT on Expenses)', 'INPUT2', 20, 'purchases'],
  ['5% (VAT on Expenses)', 'RRINPUT', 5, 'purchases'],
  ['Zero Rated Expenses', 'ZERORATEDINPUT', 0, 'purchases'],
  ['Exempt Expenses', 'EXEMPTINPUT', 0, 'purchases'],
  [
    'Reverse Charge Expenses (20%)',
    'REVERSECHARGES',
    [
      ['VAT', 20],
      ['Reverse charge', -20],
    ],
    'purchases',
  ],
  ['No VAT', 'NONE', 0, 'both'],
  [
    'GST and QST (Quebec)',
    'TAX001',
    [
      ['GST', 5],
      ['QST', 9.975],
    ],
    'both',
  ],
  ['HST (Ontario)', 'TAX002', 13, 'both'],
];
const australianRates: readonly RateRow[] = [
  ['GST on Income', 'OUTPUT', 10, 'sales'],
  ['GST Free Income', 'EXEMPTOUTPUT', 0, 'sales'],
  ['GST Free Exports', 'EXEMPTEXPORT', 0, 'sales'],
  ['GST on Expenses', 'INPUT', 10, 'purchases'],
  ['GST Free Expenses', 'EXEMPTEXPENSES', 0, 'purchases'],
  ['GST on Capital', 'CAPEXINPUT', 10, 'purchases'],
  ['BAS Excluded', 'BASEXCLUDED', 0, 'both'],
  ['No tax', 'NONE', 0, 'both'],
];
const newZealandRates: readonly RateRow[] = [
  ['15% GST on Income', 'OUTPUT2', 15, 'sales'],
  ['Zero Rated', 'ZERORATED', 0, 'both'],
  ['15% GST on Expenses', 'INPUT2', 15, 'purchases'],
  ['No GST', 'NONE', 0, 'both'],
];
const otherRates: readonly RateRow[] = [
  ['Tax on Sales', 'OUTPUT', 0, 'sales'],
  ['Tax on Purchases', 'INPUT', 0, 'purchases'],
  ['Tax Exempt', 'NONE', 0, 'both'],
  ['Sales Tax 8.875%', 'TAX001', 8.875, 'both'],
];
const ratesBy: Record<string, readonly RateRow[]> = { GB: britishRates, AU: australianRates, NZ: newZealandRates };

/** Where a tax type's place in the return has another name than the type itself. */
const reportTypes: Readonly<Record<string, string>> = {
  DRCHARGESUPPLY20: 'DRCHARGESUPPLY',
  ECZROUTPUT: 'ECOUTPUT',
  ECZROUTPUTSERVICES: 'ECOUTPUTSERVICES',
  RRINPUT: 'INPUT',
  RROUTPUT: 'OUTPUT',
  ZERORATED: 'ZROUTPUT',
  TAX001: 'USSALESTAX',
  TAX002: 'USSALESTAX',
};

const taxRateOf = ([Name, TaxType, rate, side]: RateRow): TaxRate => {
  const parts = typeof rate === 'number' ? ([[Name, rate]] as const) : rate;
  const TaxComponents = parts.map(([name, Rate]) => ({ Name: name, Rate, IsCompound: false, IsNonRecoverable: false }));
  return {
    Name,
    TaxType,
    Status: 'ACTIVE',
    ReportTaxType: reportTypes[TaxType] ?? TaxType,
    EffectiveRate: effectiveRate(TaxComponents),
    TaxComponents,
    CanApplyTo: appliesTo(side),
  };
};

interface AccountRow {
  code: string;
  name: string;
  type: string;
  tax: 'sales' | 'purchases' | 'none';
  payments?: true;
  system?: string;
  archived?: true;
}

const accountRows: readonly AccountRow[] = [
  { code: '090', name: 'Business bank account', type: 'BANK', tax: 'none' },
  { code: '091', name: 'Stripe clearing', type: 'BANK', tax: 'none' },
  { code: '092', name: 'Escrow', type: 'BANK', tax: 'none' },
  { code: '200', name: 'Sales', type: 'REVENUE', tax: 'sales' },
  { code: '201', name: 'Design services', type: 'REVENUE', tax: 'sales' },
  { code: '202', name: 'Development services', type: 'REVENUE', tax: 'sales' },
  { code: '260', name: 'Other revenue', type: 'REVENUE', tax: 'sales' },
  { code: '299', name: 'Old sales', type: 'REVENUE', tax: 'sales', archived: true },
  { code: '310', name: 'Cost of goods sold', type: 'DIRECTCOSTS', tax: 'purchases' },
  { code: '320', name: 'Subcontractors', type: 'DIRECTCOSTS', tax: 'purchases' },
  { code: '400', name: 'Advertising and marketing', type: 'OVERHEADS', tax: 'purchases' },
  { code: '404', name: 'Bank and payment fees', type: 'OVERHEADS', tax: 'none' },
  { code: '429', name: 'General expenses', type: 'OVERHEADS', tax: 'purchases' },
  { code: '493', name: 'Travel', type: 'OVERHEADS', tax: 'purchases' },
  { code: '610', name: 'Accounts receivable', type: 'CURRENT', tax: 'none', system: 'DEBTORS' },
  { code: '620', name: 'Prepayments', type: 'CURRENT', tax: 'none' },
  { code: '800', name: 'Accounts payable', type: 'CURRLIAB', tax: 'none', system: 'CREDITORS' },
  { code: '820', name: 'Sales tax', type: 'CURRLIAB', tax: 'none', system: 'GST' },
  { code: '835', name: 'Directors loan account', type: 'CURRLIAB', tax: 'none', payments: true },
  { code: '860', name: 'Rounding', type: 'CURRLIAB', tax: 'none', system: 'ROUNDING' },
  { code: '960', name: 'Retained earnings', type: 'EQUITY', tax: 'none', system: 'RETAINEDEARNINGS' },
  { code: '970', name: 'Owner funds introduced', type: 'EQUITY', tax: 'none', payments: true },
];

const accountOf = (
  tenantId: string,
  currency: string,
  row: AccountRow,
  taxTypes: { sales: string; purchases: string; none: string },
  now: number,
): Account => ({
  AccountID: fixedId(tenantId, 'account', row.code),
  Code: row.code,
  Name: row.name,
  Type: row.type,
  Class: classOf(row.type)!,
  Status: row.archived ? 'ARCHIVED' : 'ACTIVE',
  TaxType: taxTypes[row.tax],
  EnablePaymentsToAccount: row.payments ?? false,
  ...(row.system && { SystemAccount: row.system }),
  ...(row.type === 'BANK' && { CurrencyCode: currency, BankAccountNumber: `12345678${row.code}` }),
  UpdatedDateUTC: now,
});

const contactRows: readonly { name: string; email?: string; archived?: true; supplier?: true }[] = [
  { name: 'Harbour Bakery Ltd', email: 'accounts@harbourbakery.example' },
  { name: 'Zoë Lindqvist', email: 'zoe@lindqvist.example' },
  { name: 'Northwind Traders', email: 'pay@northwind.example' },
  { name: 'Twin Peaks Consulting', email: 'office@twinpeaks.example' },
  // The same address twice: an e-mail that can't decide between contacts.
  { name: 'Twin Peaks Holdings', email: 'office@twinpeaks.example' },
  { name: 'Café Olé' },
  { name: 'Paper and Pens Supplies', email: 'sales@paperandpens.example', supplier: true },
  { name: 'Closed Shop Ltd', email: 'old@closedshop.example', archived: true },
];

const contactOf = (tenantId: string, row: (typeof contactRows)[number], now: number): Contact => ({
  ContactID: fixedId(tenantId, 'contact', row.name),
  ContactStatus: row.archived ? 'ARCHIVED' : 'ACTIVE',
  Name: row.name,
  ...(row.email && { EmailAddress: row.email }),
  Addresses: [],
  Phones: [],
  ContactPersons: [],
  IsCustomer: false,
  IsSupplier: row.supplier ?? false,
  HasAttachments: false,
  UpdatedDateUTC: now,
});

/** Empties an organisation's books and sets it up anew. */
export const setUp = (books: Books, organisation: Organisation, { contacts }: { contacts: boolean }): void => {
  const { OrganisationID: tenantId, CountryCode, BaseCurrency } = organisation;
  const now = books.stamp();
  for (const collection of bookCollections(books)) for (const id of [...collection.ids()]) collection.remove(id);
  const rates = ratesBy[CountryCode] ?? otherRates;
  for (const row of rates) books.taxRates.put(taxRateOf(row));
  const first = (side: Side): string => rates.find(([, , , each]) => each === side)?.[1] ?? 'NONE';
  const taxTypes = { sales: first('sales'), purchases: first('purchases'), none: CountryCode === 'AU' ? 'BASEXCLUDED' : 'NONE' };
  for (const row of accountRows) books.accounts.put(accountOf(tenantId, BaseCurrency, row, taxTypes, now));
  if (contacts) for (const row of contactRows) books.contacts.put(contactOf(tenantId, row, now));
};

export const seedOrganisations: readonly NewOrganisation[] = [
  { tenantId: kestrelId, name: 'Kestrel Studio Ltd', country: 'GB', currency: 'GBP' },
  { tenantId: secondId, name: 'Second Organisation Pty', country: 'AU', currency: 'AUD' },
];
