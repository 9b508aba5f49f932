import { addDays } from './days.ts';
import { parseDecimal, shortestDecimal } from './decimal.ts';
import type { TaxTableRow } from './tax-row.ts';
import { worldTaxRates } from './world-tax-rates.ts';

/** Each change as the first day of the new rate and its percentage, or one percentage for each of several taxes: `5+9.975`. */
type Changes = string;

/** Standard rates of value added tax. */
const vat: Readonly<Record<string, Changes>> = {
  // European Union
  AT: '1984-01-01 20',
  BE: '1996-01-01 21',
  BG: '1999-01-01 20',
  CY: '2003-01-01 15, 2012-03-01 17, 2013-01-14 18, 2014-01-13 19',
  CZ: '2004-05-01 19, 2010-01-01 20, 2013-01-01 21',
  DE: '1998-04-01 16, 2007-01-01 19, 2020-07-01 16, 2021-01-01 19',
  DK: '1992-01-01 25',
  EE: '2009-07-01 20, 2024-01-01 22, 2025-07-01 24',
  ES: '1995-01-01 16, 2010-07-01 18, 2012-09-01 21',
  FI: '1994-06-01 22, 2010-07-01 23, 2013-01-01 24, 2024-09-01 25.5',
  FR: '2000-04-01 19.6, 2014-01-01 20',
  GR: '2005-04-01 19, 2010-03-15 21, 2010-07-01 23, 2016-06-01 24',
  HR: '2009-08-01 23, 2012-03-01 25',
  HU: '2006-01-01 20, 2009-07-01 25, 2012-01-01 27',
  IE: '2002-03-01 21, 2008-12-01 21.5, 2010-01-01 21, 2012-01-01 23, 2020-09-01 21, 2021-03-01 23',
  IT: '1997-10-01 20, 2011-09-17 21, 2013-10-01 22',
  LT: '2009-01-01 19, 2009-09-01 21',
  LU: '1992-01-01 15, 2015-01-01 17, 2023-01-01 16, 2024-01-01 17',
  LV: '2009-01-01 21, 2011-01-01 22, 2012-07-01 21',
  MT: '2004-01-01 18',
  NL: '2001-01-01 19, 2012-10-01 21',
  PL: '1993-07-05 22, 2011-01-01 23',
  PT: '2005-07-01 21, 2008-07-01 20, 2010-07-01 21, 2011-01-01 23',
  RO: '2000-01-01 19, 2010-07-01 24, 2016-01-01 20, 2017-01-01 19, 2025-08-01 21',
  SE: '1990-07-01 25',
  SI: '2002-01-01 20, 2013-07-01 22',
  SK: '2004-01-01 19, 2011-01-01 20, 2025-01-01 23',
  // The rest of Europe; Liechtenstein's tax follows Switzerland's.
  GB: '1991-04-01 17.5, 2008-12-01 15, 2010-01-01 17.5, 2011-01-04 20',
  NO: '2005-01-01 25',
  IS: '2010-01-01 25.5, 2015-01-01 24',
  CH: '2001-01-01 7.6, 2011-01-01 8, 2018-01-01 7.7, 2024-01-01 8.1',
  LI: '2001-01-01 7.6, 2011-01-01 8, 2018-01-01 7.7, 2024-01-01 8.1',
  // Elsewhere
  AE: '2018-01-01 5',
  BH: '2019-01-01 5, 2022-01-01 10',
  CL: '2003-10-01 19',
  IL: '2015-10-01 17, 2025-01-01 18',
  KR: '1977-07-01 10',
  OM: '2021-04-16 5',
  SA: '2018-01-01 5, 2020-07-01 15',
  ZA: '1993-04-07 14, 2018-04-01 15',
};

/** Taxes of the same kind that go by another name. */
const named: readonly (readonly [country: string, name: string, changes: Changes])[] = [
  ['AU', 'GST', '2000-07-01 10'],
  ['NZ', 'GST', '1989-07-01 12.5, 2010-10-01 15'],
  ['SG', 'GST', '2007-07-01 7, 2023-01-01 8, 2024-01-01 9'],
  // The rate of most services. Within a state it is written as two halves, CGST and SGST; the sum is the same.
  ['IN', 'GST', '2017-07-01 18'],
  ['JP', 'Consumption tax', '1997-04-01 5, 2014-04-01 8, 2019-10-01 10'],
];

/** Canada: the federal GST, or HST where a province has joined it; elsewhere the province's own tax beside it. */
const canada: readonly (readonly [region: string, name: string, changes: Changes])[] = [
  ['AB', 'GST', '2008-01-01 5'],
  ['NT', 'GST', '2008-01-01 5'],
  ['NU', 'GST', '2008-01-01 5'],
  ['YT', 'GST', '2008-01-01 5'],
  ['BC', 'GST + PST', '2013-04-01 5+7'],
  ['MB', 'GST + RST', '2008-01-01 5+7, 2013-07-01 5+8, 2019-07-01 5+7'],
  ['SK', 'GST + PST', '2008-01-01 5+5, 2017-03-23 5+6'],
  // From 2013 on QST is reckoned on the price without GST, so that the rates simply add up.
  ['QC', 'GST + QST', '2013-01-01 5+9.975'],
  ['ON', 'HST', '2010-07-01 13'],
  ['NB', 'HST', '2008-01-01 13, 2016-07-01 15'],
  ['NL', 'HST', '2008-01-01 13, 2016-07-01 15'],
  ['NS', 'HST', '2008-01-01 13, 2010-07-01 15, 2025-04-01 14'],
  ['PE', 'HST', '2013-04-01 14, 2016-10-01 15'],
];

/** Their tax depends on the region, or on goods and services apart: only somebody who knows can say it. */
const withoutOneRate = ['BR', 'US'];

/** Countries that tax no services at the sale. */
const untaxed = ['HK', 'KW', 'QA'];

/** Statutory standard rates on services that are certain, each from the day it took effect. */
const statutory = (): readonly TaxTableRow[] => [
  ...Object.entries(vat).flatMap(([country, changes]) => rows({ country }, 'VAT', changes)),
  ...named.flatMap(([country, name, changes]) => rows({ country }, name, changes)),
  ...canada.flatMap(([region, name, changes]) => rows({ country: 'CA', region }, name, changes)),
  ...untaxed.map((country) => ({ country, name: 'No tax', components: [], from: '2000-01-01' })),
];

/**
 * Standard rates on services, by country and region, each from the day it took effect: what is certain first, other countries from
 * the package `sales-tax`. A place that isn't here has no known rate, which isn't the same as no tax. A workspace may have rows of
 * its own, which outrank these.
 */
export function taxTable(): readonly TaxTableRow[] {
  reckoned ??= withTheWorld(statutory());
  return reckoned;
}

// Most requests to a function that has just started need no tax: it is reckoned when the first one does.
let reckoned: readonly TaxTableRow[] | undefined;

function withTheWorld(certain: readonly TaxTableRow[]): TaxTableRow[] {
  return [...certain, ...worldTaxRates(new Set([...certain.map(({ country }) => country), ...withoutOneRate]))];
}

function rows(place: { country: string; region?: string }, name: string, changes: Changes): TaxTableRow[] {
  const names = name.split(' + ');
  return changes.split(', ').map((change, index, all) => {
    const [from = '', percents = ''] = change.split(' ');
    const next = all[index + 1]?.slice(0, 10);
    const components = percents.split('+').map((percent, nth) => ({
      name: names[nth] ?? name,
      rate: fraction(percent),
      // The second tax is the province's own and has a registration of its own.
      ...(nth > 0 ? { needs: 'region' as const } : {}),
    }));
    return { ...place, name, components, from, ...(next ? { to: addDays(next, -1) } : {}) };
  });
}

function fraction(percent: string): string {
  const { numerator, denominator } = parseDecimal(percent);
  return shortestDecimal({ numerator, denominator: denominator * 100n });
}
