import { describe, expect, test } from '@jest/globals';
import { mappingProblems, proposeMapping, type Ledger, type Mapping } from '../../shared/domain/xero-mapping.ts';

const account = (code: string, kind: string, over: object = {}) => ({
  code,
  name: `Account ${code}`,
  type: kind === 'BANK' ? 'BANK' : kind,
  class: kind === 'BANK' ? 'ASSET' : kind,
  takesPayments: kind === 'BANK',
  takesLines: kind !== 'BANK',
  ...over,
});
const ledger: Ledger = {
  accounts: [
    account('090', 'BANK'),
    account('091', 'BANK'),
    account('199', 'REVENUE'),
    account('200', 'REVENUE'),
    account('400', 'EXPENSE'),
    account('800', 'LIABILITY', { takesLines: false }),
    account('970', 'EQUITY', { takesPayments: true }),
  ],
  taxRates: [
    { taxType: 'TAX009', name: 'Own 20', effectiveRate: '20', forRevenue: true },
    { taxType: 'OUTPUT2', name: '20', effectiveRate: '20', forRevenue: true },
    { taxType: 'INPUT2', name: '20', effectiveRate: '20', forRevenue: false },
    { taxType: 'TAX001', name: 'GST and QST', effectiveRate: '14.975', forRevenue: true },
    { taxType: 'ZERORATEDOUTPUT', name: '0', effectiveRate: '0', forRevenue: true },
    { taxType: 'NONE', name: 'none', effectiveRate: '0', forRevenue: true },
  ],
};
const nothing: Mapping = {
  revenueAccount: null,
  paymentAccount: null,
  stripeAccount: null,
  feeAccount: null,
  payoutAccount: null,
  escrowAccount: null,
  serviceAccounts: {},
  taxTypes: {},
};
const paths = (mapping: Partial<Mapping>) => mappingProblems({ ...nothing, ...mapping }, ledger).map(({ path }) => path);

describe('a mapping', () => {
  test('that says nothing is fine', () => expect(paths({})).toEqual([]));
  test('that Xero takes is fine', () =>
    expect(
      paths({
        revenueAccount: '200',
        paymentAccount: '090',
        stripeAccount: '970',
        feeAccount: '400',
        escrowAccount: '090',
        serviceAccounts: { svc_a: '199' },
        taxTypes: { 'domestic:0.2': 'OUTPUT2', 'domestic:0.14975': 'TAX001', export: 'ZERORATEDOUTPUT' },
      }),
    ).toEqual([]));
  test('payouts go from one bank account to another', () =>
    expect(paths({ stripeAccount: '091', payoutAccount: '090' })).toEqual([]));
  test.each([
    ['no bank account', { payoutAccount: '970' }, ['payoutAccount']],
    ['an account that is not there', { payoutAccount: '999' }, ['payoutAccount']],
    ['the account that they come from', { stripeAccount: '090', payoutAccount: '090' }, ['stripeAccount', 'payoutAccount']],
    ['a bank account, from one that is none', { stripeAccount: '970', payoutAccount: '090' }, ['stripeAccount', 'payoutAccount']],
  ])('payouts to %s are refused', (_case, mapping, where) => expect(paths(mapping)).toEqual(where));
  test.each([
    [{ revenueAccount: '999' }, 'revenueAccount'],
    [{ revenueAccount: '090' }, 'revenueAccount'],
    [{ revenueAccount: '400' }, 'revenueAccount'],
    [{ revenueAccount: '800' }, 'revenueAccount'],
    [{ paymentAccount: '200' }, 'paymentAccount'],
    [{ stripeAccount: '400' }, 'stripeAccount'],
    [{ escrowAccount: '800' }, 'escrowAccount'],
    [{ feeAccount: '200' }, 'feeAccount'],
    [{ feeAccount: '090' }, 'feeAccount'],
    [{ serviceAccounts: { svc_a: '400' } }, 'serviceAccounts.svc_a'],
    [{ taxTypes: { 'domestic:0.2': 'INPUT2' } }, 'taxTypes.domestic:0.2'],
    [{ taxTypes: { 'domestic:0.2': 'NONE' } }, 'taxTypes.domestic:0.2'],
    [{ taxTypes: { 'domestic:0.2': 'TAX001' } }, 'taxTypes.domestic:0.2'],
    [{ taxTypes: { export: 'OUTPUT2' } }, 'taxTypes.export'],
    [{ taxTypes: { export: 'NOWHERE' } }, 'taxTypes.export'],
    [{ taxTypes: { nonsense: 'NONE' } }, 'taxTypes.nonsense'],
  ])('%p is refused at %s', (mapping, path) => {
    expect(paths(mapping)).toEqual([path]);
  });
});

describe('a proposal', () => {
  test('fits the organisation it is made from', () => {
    expect(mappingProblems(proposeMapping(ledger), ledger)).toEqual([]);
  });
  test('takes the customary accounts and the rates of the system', () => {
    expect(proposeMapping(ledger)).toEqual({
      revenueAccount: '200',
      paymentAccount: '090',
      stripeAccount: null,
      feeAccount: null,
      payoutAccount: null,
      escrowAccount: null,
      serviceAccounts: {},
      taxTypes: {
        'domestic:0.2': 'OUTPUT2',
        'domestic:0.14975': 'TAX001',
        'reverse-charge': 'ZERORATEDOUTPUT',
        export: 'ZERORATEDOUTPUT',
        exempt: 'NONE',
        'not-registered': 'NONE',
      },
    });
  });
  test('leaves open what an empty organisation cannot tell', () => {
    expect(proposeMapping({ accounts: [], taxRates: [] })).toEqual({ ...nothing });
  });
});
