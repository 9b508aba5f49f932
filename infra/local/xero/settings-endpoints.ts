/** What an organisation is set up with: itself, accounts, tax rates, currencies, themes, users. */
import type { ApiCall, Endpoint, Reply } from './api-call.ts';
import { envelope, notFound } from './api-call.ts';
import { wireDay, wireInstant } from './dates.ts';
import type { Account, Organisation, TaxRate } from './documents.ts';
import { listReply } from './invoice-endpoints.ts';
import { fieldReader, list } from './list.ts';
import { people } from './people.ts';
import { saveAccount, saveCurrency, saveTaxRate } from './setup.ts';
import type { Wire } from './wire.ts';
import { accountWire } from './wire.ts';
import { writeElements } from './write.ts';

const scopes = ['accounting.settings'];

const organisationWire = (organisation: Organisation): Wire => {
  const { zone: _zone, currencies: _currencies, brandingThemes: _themes, nextNumbers: _numbers, ...fields } = organisation;
  return {
    ...fields,
    CreatedDateUTC: wireInstant(organisation.CreatedDateUTC),
    ...(organisation.PeriodLockDate && { PeriodLockDate: wireDay(organisation.PeriodLockDate) }),
    ...(organisation.EndOfYearLockDate && { EndOfYearLockDate: wireDay(organisation.EndOfYearLockDate) }),
    PaysTax: true,
    OrganisationType: 'COMPANY',
    OrganisationStatus: 'ACTIVE',
    OrganisationEntityType: 'COMPANY',
    FinancialYearEndDay: 31,
    FinancialYearEndMonth: 3,
    SalesTaxBasis: 'ACCRUALS',
    SalesTaxPeriod: 'QUARTERLY',
    DefaultSalesTax: 'Tax Exclusive',
    DefaultPurchasesTax: 'Tax Exclusive',
    Class: 'PREMIUM',
    Edition: 'BUSINESS',
    Addresses: [],
    Phones: [],
    ExternalLinks: [],
    PaymentTerms: {},
  };
};

export const taxRateWire = (rate: TaxRate): Wire => {
  const { CanApplyTo, ...fields } = rate;
  return {
    ...fields,
    DisplayTaxRate: rate.EffectiveRate,
    CanApplyToAssets: CanApplyTo.ASSET,
    CanApplyToEquity: CanApplyTo.EQUITY,
    CanApplyToExpenses: CanApplyTo.EXPENSE,
    CanApplyToLiabilities: CanApplyTo.LIABILITY,
    CanApplyToRevenue: CanApplyTo.REVENUE,
  };
};

const actions = [
  'CreateSalesInvoice',
  'CreateApprovedSalesInvoice',
  'UpdateSalesInvoice',
  'CreateBill',
  'CreateApprovedBill',
  'CreatePayment',
  'CreateCreditNote',
  'CreateContact',
  'UseMulticurrency',
];

const accountFields = [
  'AccountID',
  'Code',
  'Name',
  'Type',
  'Class',
  'Status',
  'TaxType',
  'EnablePaymentsToAccount',
  'SystemAccount',
  'UpdatedDateUTC',
];

const listAccounts = (call: ApiCall): Reply => {
  const { books } = call;
  const answer = list<Account>({
    collection: books.accounts,
    idOf: ({ AccountID }) => AccountID,
    read: fieldReader(accountFields),
    query: call.query,
    ifModifiedSince: call.headers['if-modified-since'],
    settings: books.settings,
    filter: ({ Status }) => Status !== 'DELETED',
    paged: 'never',
  });
  return listReply(call, 'Accounts', answer, accountWire);
};

const getAccount = (call: ApiCall): Reply => {
  const account = call.books.accounts.get(call.segments[1] ?? '');
  return account ? envelope(call, { Accounts: [accountWire(account)] }) : notFound();
};

const taxFields = ['Name', 'TaxType', 'Status', 'ReportTaxType', 'EffectiveRate'];

const listTaxRates = (call: ApiCall): Reply => {
  const { books } = call;
  const type = call.segments[1] ?? call.query.get('TaxType');
  const answer = list<TaxRate & { UpdatedDateUTC: number }>({
    collection: books.taxRates as never,
    idOf: ({ TaxType }) => TaxType,
    read: fieldReader(taxFields),
    query: call.query,
    ifModifiedSince: undefined,
    settings: books.settings,
    filter: ({ TaxType }) => !type || TaxType === type,
    paged: 'never',
  });
  if (call.segments[1] && answer.records.length === 0) return notFound();
  return listReply(call, 'TaxRates', answer, taxRateWire);
};

const saved = <T>(record: T) => ({ record, warnings: [] });

const putAccount = (call: ApiCall): Reply => {
  const id = call.segments[1];
  if (id && !call.books.accounts.get(id)) return notFound();
  const spec = { key: 'Accounts', idKey: 'AccountID', render: accountWire, most: 1 };
  return writeElements(call, { ...spec, save: (input) => saved(saveAccount(call.books, input, id)) }, true);
};

const putTaxRate = (call: ApiCall): Reply =>
  writeElements(
    call,
    { key: 'TaxRates', idKey: 'TaxType', render: taxRateWire, most: 1, save: (input) => saved(saveTaxRate(call.books, input)) },
    true,
  );

const putCurrency = (call: ApiCall): Reply =>
  writeElements(
    call,
    {
      key: 'Currencies',
      idKey: 'Code',
      render: (currency: Wire) => currency,
      most: 1,
      save: (input) => saved(saveCurrency(call.books, input)),
    },
    true,
  );

const users = (call: ApiCall): Reply =>
  envelope(call, {
    Users: people.map(({ id, name, email }) => ({
      UserID: id,
      EmailAddress: email,
      FirstName: name.split(' ')[0],
      LastName: name.split(' ')[1],
      IsSubscriber: false,
      OrganisationRole: 'FINANCIALADVISER',
      UpdatedDateUTC: wireInstant(call.books.organisation().CreatedDateUTC),
    })),
  });

const themes = (call: ApiCall): Reply =>
  envelope(call, {
    BrandingThemes: call.books
      .organisation()
      .brandingThemes.map((theme) => ({ ...theme, CreatedDateUTC: wireInstant(theme.CreatedDateUTC) })),
  });

export const settingsEndpoints: readonly Endpoint[] = [
  {
    path: 'Organisation',
    scopes,
    handlers: { GET: (call) => envelope(call, { Organisations: [organisationWire(call.books.organisation())] }) },
  },
  {
    path: 'Organisation/Actions',
    scopes,
    handlers: { GET: (call) => envelope(call, { Actions: actions.map((Name) => ({ Name, Status: 'ALLOWED' })) }) },
  },
  { path: 'Accounts', scopes, handlers: { GET: listAccounts, PUT: putAccount } },
  { path: 'Accounts/{id}', scopes, handlers: { GET: getAccount, POST: putAccount } },
  { path: 'TaxRates', scopes, handlers: { GET: listTaxRates, PUT: putTaxRate, POST: putTaxRate } },
  { path: 'TaxRates/{taxType}', scopes, handlers: { GET: listTaxRates } },
  {
    path: 'Currencies',
    scopes,
    handlers: { GET: (call) => envelope(call, { Currencies: call.books.organisation().currencies }), PUT: putCurrency },
  },
  { path: 'BrandingThemes', scopes, handlers: { GET: themes } },
  { path: 'Users', scopes, handlers: { GET: users } },
  { path: 'TrackingCategories', scopes, handlers: { GET: (call) => envelope(call, { TrackingCategories: [] }) } },
  {
    path: 'Items',
    scopes: ['accounting.settings', 'accounting.invoices'],
    handlers: { GET: (call) => envelope(call, { Items: [] }) },
  },
];
