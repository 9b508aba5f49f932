/** Changing what an organisation is set up with: accounts, custom tax rates, currencies. */
import type { Books } from './books.ts';
import { currencyNames } from './currencies.ts';
import { decimal, plus, round, times, toNumber } from './decimal.ts';
import type { Account, Input, TaxRate } from './documents.ts';
import { amount, defined, filled, flag, Invalid, listOf, refuseIf, tooLong } from './input.ts';

const classes: Record<string, Account['Class']> = {
  BANK: 'ASSET',
  CURRENT: 'ASSET',
  FIXED: 'ASSET',
  PREPAYMENT: 'ASSET',
  CURRLIAB: 'LIABILITY',
  LIABILITY: 'LIABILITY',
  TERMLIAB: 'LIABILITY',
  EQUITY: 'EQUITY',
  EXPENSE: 'EXPENSE',
  OVERHEADS: 'EXPENSE',
  DIRECTCOSTS: 'EXPENSE',
  DEPRECIATN: 'EXPENSE',
  REVENUE: 'REVENUE',
  SALES: 'REVENUE',
  OTHERINCOME: 'REVENUE',
};

export const classOf = (type: string): Account['Class'] | undefined => classes[type];

/** Makes an account, or changes (renames, archives) the one with this id. */
export const saveAccount = (books: Books, input: Input, id?: string): Account => {
  const old = id ? books.accounts.get(id) : undefined;
  const Code = filled(input, 'Code') ?? old?.Code;
  const Name = filled(input, 'Name') ?? old?.Name;
  const Type = filled(input, 'Type') ?? old?.Type;
  const Class = Type ? classOf(Type) : undefined;
  const problems = tooLong(input, { Code: 10, Name: 150 });
  if (!Code) problems.push('Account code is required.');
  if (!Name) problems.push('Account name is required.');
  if (!Class) problems.push('Account type is not valid.');
  const taken = Code ? books.accounts.find('code', Code).find((account) => account.AccountID !== id) : undefined;
  if (taken) problems.push('Please enter a unique Code.');
  const taxType = filled(input, 'TaxType') ?? old?.TaxType ?? 'NONE';
  if (!books.taxRates.get(taxType)) problems.push(`The TaxType code '${taxType}' does not exist.`);
  refuseIf(problems);
  const Status = (filled(input, 'Status') ?? old?.Status ?? 'ACTIVE') as Account['Status'];
  const account = defined<Account>({
    AccountID: old?.AccountID ?? books.newId(),
    Code: Code!,
    Name: Name!,
    Type: Type!,
    Class: Class!,
    Status,
    TaxType: taxType,
    EnablePaymentsToAccount: flag(input, 'EnablePaymentsToAccount') ?? old?.EnablePaymentsToAccount ?? false,
    SystemAccount: old?.SystemAccount,
    CurrencyCode:
      filled(input, 'CurrencyCode') ?? old?.CurrencyCode ?? (Type === 'BANK' ? books.organisation().BaseCurrency : undefined),
    BankAccountNumber: filled(input, 'BankAccountNumber') ?? old?.BankAccountNumber,
    Description: filled(input, 'Description') ?? old?.Description,
    UpdatedDateUTC: books.stamp(),
  });
  books.accounts.put(account);
  return account;
};

/** Sum of the components; compound ones also tax the others. 4 decimals. */
export const effectiveRate = (components: TaxRate['TaxComponents']): number => {
  const simple = components.filter(({ IsCompound }) => !IsCompound).map(({ Rate }) => decimal(Rate));
  const base = simple.reduce(plus, decimal(0));
  const compound = components
    .filter(({ IsCompound }) => IsCompound)
    .map(({ Rate }) => times(decimal(Rate), plus(decimal(1), times(base, decimal('0.01')))));
  return toNumber(round(compound.reduce(plus, base), 4, 'half-up'));
};

/** Makes a custom rate (TAX001, TAX002 …) or changes one; the system's own can't be changed. */
export const saveTaxRate = (books: Books, input: Input): TaxRate => {
  const type = filled(input, 'TaxType');
  const old = type ? books.taxRates.get(type) : undefined;
  if (type && !old) throw new Invalid([`The TaxType code '${type}' does not exist.`]);
  if (old && !/^TAX\d{3}$/.test(old.TaxType)) throw new Invalid(['System tax rates cannot be updated.']);
  const Name = filled(input, 'Name') ?? old?.Name;
  if (!Name) throw new Invalid(['Tax rate name is required.']);
  if ([...books.taxRates.values()].some((rate) => rate.Name === Name && rate.TaxType !== type))
    throw new Invalid(['Tax rate name must be unique.']);
  const TaxComponents =
    listOf(input, 'TaxComponents')?.map((component) => ({
      Name: filled(component, 'Name') ?? Name,
      Rate: amount(component, 'Rate') ?? 0,
      IsCompound: flag(component, 'IsCompound') ?? false,
      IsNonRecoverable: flag(component, 'IsNonRecoverable') ?? false,
    })) ?? old?.TaxComponents;
  if (!TaxComponents || TaxComponents.length === 0) throw new Invalid(['At least one tax component is required.']);
  let number = 1;
  while (books.taxRates.get(`TAX${String(number).padStart(3, '0')}`)) number++;
  const rate = defined<TaxRate>({
    Name,
    TaxType: old?.TaxType ?? `TAX${String(number).padStart(3, '0')}`,
    Status: (filled(input, 'Status') ?? old?.Status ?? 'ACTIVE') as TaxRate['Status'],
    ReportTaxType: filled(input, 'ReportTaxType') ?? old?.ReportTaxType,
    EffectiveRate: effectiveRate(TaxComponents),
    TaxComponents,
    CanApplyTo: { ASSET: true, EQUITY: true, EXPENSE: true, LIABILITY: true, REVENUE: true },
  });
  books.taxRates.put(rate);
  return rate;
};

/** Subscribes the organisation to a currency. */
export const saveCurrency = (books: Books, input: Input): Input => {
  const Code = filled(input, 'Code');
  if (!Code || !/^[A-Z]{3}$/.test(Code)) throw new Invalid(['A valid currency code is required.']);
  const organisation = books.organisation();
  const currency = { Code, Description: currencyNames[Code] ?? Code };
  if (!organisation.currencies.some((each) => each.Code === Code))
    books.setOrganisation({ ...organisation, currencies: [...organisation.currencies, currency] });
  return currency;
};
