import { parseDecimal, shortestDecimal } from './decimal.ts';
import type { FieldError } from './refusal.ts';
import { rateOfTaxKey } from './tax-key.ts';

/** An active account of the organisation that has a code. */
export type LedgerAccount = {
  code: string;
  name: string;
  /** Xero's account type, e.g. BANK, REVENUE, SALES, CURRENT. */
  type: string;
  /** ASSET, EQUITY, EXPENSE, LIABILITY or REVENUE. */
  class: string;
  /** A payment can be booked on it: a bank account, or one with payments enabled. */
  takesPayments: boolean;
  /** An invoice line can name it. */
  takesLines: boolean;
};

/** An active tax rate of the organisation. `effectiveRate` is a percentage as a plain decimal. */
export type LedgerTaxRate = { taxType: string; name: string; effectiveRate: string; forRevenue: boolean };

/** What the organisation's lists must contain for what the workspace says about Xero. */
export type Mapping = {
  revenueAccount: string | null;
  paymentAccount: string | null;
  stripeAccount: string | null;
  feeAccount: string | null;
  escrowAccount: string | null;
  billAccount?: string | null;
  expenseAccount?: string | null;
  purchaseTaxType?: string | null;
  payoutAccount: string | null;
  serviceAccounts: Readonly<Record<string, string>>;
  taxTypes: Readonly<Record<string, string>>;
};

export type Ledger = { accounts: readonly LedgerAccount[]; taxRates: readonly LedgerTaxRate[] };

/** Every field that Xero would refuse, or whose tax would come out different there; empty when all is well. */
export function mappingProblems(mapping: Mapping, ledger: Ledger): FieldError[] {
  const account = (path: string, code: string | null, wrong: (account: LedgerAccount) => string | undefined): FieldError[] => {
    if (code === null) return [];
    const found = ledger.accounts.find((one) => one.code === code);
    const message = found ? wrong(found) : `${code} is not an active account of the organisation`;
    return message === undefined ? [] : [{ path, message }];
  };
  return [
    ...account('revenueAccount', mapping.revenueAccount, notForRevenue),
    ...account('paymentAccount', mapping.paymentAccount, notForPayments),
    ...account('stripeAccount', mapping.stripeAccount, notForPayments),
    ...account('escrowAccount', mapping.escrowAccount, notForPayments),
    ...account('feeAccount', mapping.feeAccount, notForFees),
    ...account('billAccount', mapping.billAccount ?? null, notForFees),
    ...account('expenseAccount', mapping.expenseAccount ?? null, notForFees),
    ...purchaseTaxProblems(mapping.purchaseTaxType ?? null, ledger.taxRates),
    ...account('payoutAccount', mapping.payoutAccount, notForPayouts),
    ...payoutProblems(mapping, ledger),
    ...Object.entries(mapping.serviceAccounts).flatMap(([id, code]) => account(`serviceAccounts.${id}`, code, notForRevenue)),
    ...Object.entries(mapping.taxTypes).flatMap(([key, taxType]) => taxProblems(key, taxType, ledger.taxRates)),
  ];
}

function notForRevenue({ code, class: kind, takesLines }: LedgerAccount): string | undefined {
  if (!takesLines) return `${code} can't stand on an invoice line`;
  return kind === 'REVENUE' ? undefined : `${code} is not a revenue account`;
}

function notForPayments({ code, takesPayments }: LedgerAccount): string | undefined {
  return takesPayments ? undefined : `${code} is neither a bank account nor enabled for payments in Xero`;
}

function notForFees({ code, class: kind, takesLines }: LedgerAccount): string | undefined {
  return takesLines && kind === 'EXPENSE' ? undefined : `${code} is not an expense account`;
}

function notForPayouts({ code, type }: LedgerAccount): string | undefined {
  return type === 'BANK' ? undefined : `${code} is not a bank account`;
}

/** Xero moves money between two bank accounts only. Said of both, because either may be what was chosen last. */
function payoutProblems({ stripeAccount, payoutAccount }: Mapping, { accounts }: Ledger): FieldError[] {
  if (payoutAccount === null || stripeAccount === null) return [];
  const both = ['stripeAccount', 'payoutAccount'];
  if (stripeAccount === payoutAccount)
    return both.map((path) => ({
      path,
      message: 'payouts have to reach another account than the one card payments are booked on',
    }));
  const clearing = accounts.find(({ code }) => code === stripeAccount);
  if (!clearing || clearing.type === 'BANK') return [];
  const message = `payouts can only be booked from a bank account, which ${stripeAccount} (stripeAccount) is not`;
  return both.map((path) => ({ path, message }));
}

function purchaseTaxProblems(taxType: string | null, rates: readonly LedgerTaxRate[]): FieldError[] {
  if (taxType === null || rates.some((rate) => rate.taxType === taxType)) return [];
  return [{ path: 'purchaseTaxType', message: `${taxType} is not an active tax type of the organisation` }];
}

function taxProblems(key: string, taxType: string, rates: readonly LedgerTaxRate[]): FieldError[] {
  const path = `taxTypes.${key}`;
  const ours = rateOfTaxKey(key);
  if (ours === undefined) return [{ path, message: 'is not a tax rule; write e.g. domestic:0.2, reverse-charge or export' }];
  const found = rates.find((rate) => rate.taxType === taxType);
  if (!found) return [{ path, message: `${taxType} is not an active tax type of the organisation` }];
  if (!found.forRevenue) return [{ path, message: `${taxType} can't be used on revenue` }];
  if (fractionOf(found.effectiveRate) !== ours) {
    return [{ path, message: `${taxType} is ${found.effectiveRate} % in Xero, but this rule is ${percentOf(ours)} %` }];
  }
  return [];
}

function fractionOf(percent: string): string {
  const { numerator, denominator } = parseDecimal(percent, 'effectiveRate');
  return shortestDecimal({ numerator, denominator: denominator * 100n });
}

function percentOf(fraction: string): string {
  const { numerator, denominator } = parseDecimal(fraction, 'rate');
  return shortestDecimal({ numerator: numerator * 100n, denominator });
}

/**
 * Settings that work from the start: the first revenue account (the customary 200 first), a bank account for payments, and a tax
 * type for every rule whose rate the organisation knows. What can't be told stays open.
 */
export function proposeMapping({ accounts, taxRates }: Ledger): Mapping {
  const revenue = accounts.filter((account) => notForRevenue(account) === undefined);
  const bank = accounts.find(({ type }) => type === 'BANK') ?? accounts.find(({ takesPayments }) => takesPayments);
  const clearing = accounts.find(({ name, takesPayments }) => takesPayments && /stripe|clearing/i.test(name));
  const escrow = accounts.find(({ name, takesPayments }) => takesPayments && /escrow/i.test(name));
  const fees = accounts.find((account) => notForFees(account) === undefined && /(bank|merchant|stripe).*fee/i.test(account.name));
  return {
    revenueAccount: (revenue.find(({ code }) => code === '200') ?? revenue[0])?.code ?? null,
    paymentAccount: bank?.code ?? null,
    stripeAccount: clearing?.code ?? null,
    feeAccount: fees?.code ?? null,
    escrowAccount: escrow?.code ?? null,
    payoutAccount: null,
    serviceAccounts: {},
    taxTypes: proposeTaxTypes(taxRates.filter(({ forRevenue }) => forRevenue)),
  };
}

/** Tax types that Xero itself uses for each rule where no tax is charged, the most fitting first. */
const untaxedTypes: Readonly<Record<string, readonly RegExp[]>> = {
  'reverse-charge': [/^ECOUTPUTSERVICES$/, /^EC.*SERVICES$/, /REVERSE/, /^ECZROUTPUT/, /^ZERORATED/, /^NONE$/, /^EXEMPT/],
  export: [/^ZERORATEDOUTPUT$/, /^ZERORATED/, /^EXEMPTEXPORT$/, /^EXEMPTOUTPUT$/, /^NONE$/],
  exempt: [/^EXEMPTOUTPUT$/, /^EXEMPT/, /^NONE$/, /^ZERORATED/],
  'not-registered': [/^NONE$/, /^BASEXCLUDED$/, /^EXEMPTOUTPUT$/, /^ZERORATED/],
};

function proposeTaxTypes(rates: readonly LedgerTaxRate[]): Record<string, string> {
  const proposed: Record<string, string> = {};
  for (const rate of rates) {
    const fraction = fractionOf(rate.effectiveRate);
    const key = `domestic:${fraction}`;
    if (fraction === '0' || rateOfTaxKey(key) === undefined) continue;
    const better = proposed[key] === undefined || (isOutput(rate.taxType) && !isOutput(proposed[key]));
    if (better) proposed[key] = rate.taxType;
  }
  const untaxed = rates.filter(({ effectiveRate }) => fractionOf(effectiveRate) === '0');
  for (const [rule, patterns] of Object.entries(untaxedTypes)) {
    const found = patterns.flatMap((pattern) => untaxed.find(({ taxType }) => pattern.test(taxType)) ?? [])[0] ?? untaxed[0];
    if (found) proposed[rule] = found.taxType;
  }
  return proposed;
}

/** System rates for sales are called OUTPUT, OUTPUT2 and so on; a company's own ones TAX001. */
function isOutput(taxType: string): boolean {
  return taxType.startsWith('OUTPUT');
}
