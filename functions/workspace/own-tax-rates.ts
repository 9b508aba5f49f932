import { dateIn, type DateText } from '../../shared/domain/days.ts';
import { refuse, refuseFields } from '../../shared/domain/refusal.ts';
import { vatCountry } from '../../shared/domain/tax-areas.ts';
import { checkTaxRate, periodsOf, requireNoOverlap, tableWith, type OwnTaxRate } from '../../shared/domain/tax-rates.ts';
import { taxTable } from '../../shared/domain/tax-table.ts';
import { sumOfRates } from '../../shared/domain/tax.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { keyText } from '../../shared/store/table.ts';
import { parseTaxRates, taxRatesKey, type OwnTaxRates } from '../../shared/store/tax-rates.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import type { Needs } from './needs.ts';

/** The rates that a workspace has said itself, and today in its zone. */
export const readOwnRates = async (
  { table, now }: Pick<Needs, 'table' | 'now'>,
  ws: string,
): Promise<{ own: OwnTaxRates; today: DateText }> => {
  const found = await table.batchGet([taxRatesKey(ws), workspaceKey(ws)]);
  const { zone } = mustBeAt(found, workspaceKey(ws), parseWorkspace);
  return { own: parseTaxRates(found.get(keyText(taxRatesKey(ws)))), today: dateIn(zone, now()) };
};

/** A rate as it may stand among the others. Refuses what says no rate and what holds on the days of another one. */
export const checkedRate = (rate: OwnTaxRate, { rates }: OwnTaxRates): OwnTaxRate => {
  checkTaxRate(rate);
  const country = vatCountry(rate.country);
  if (country !== rate.country) refuseFields({ path: 'country', message: `has the tax of ${country}: say it there` });
  requireNoOverlap(rate, rates);
  return rate;
};

export const ownRateCalled = ({ rates }: OwnTaxRates, id: string): OwnTaxRate =>
  rates.find((one) => one.id === id) ?? refuse('not-found', 'There is no such thing here');

/** What holds in a place from a day on, with these own rates. */
export const periodsWith = (
  own: readonly OwnTaxRate[],
  place: { country: string; region?: string | undefined },
  from: DateText,
) => periodsOf(place, tableWith(own, taxTable()), { from, isOwn: (row) => own.some((one) => one === row) });

/** A rate as the API shows it. */
export const ownRateView = ({ id, country, region, name, components, from, to }: OwnTaxRate) => {
  const rate = sumOfRates(components.map((component) => component.rate));
  return { id, country, region: region ?? null, name, rate, components, from, to: to ?? null };
};

/** What the audit trail says of a rate. */
export const rateTold = (how: string, { name, country, region, from }: OwnTaxRate): string =>
  `Tax ${name} of ${[country, region].filter(Boolean).join('-')} from ${from} was ${how}`;
