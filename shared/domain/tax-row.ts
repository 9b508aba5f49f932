import type { DateText } from './days.ts';

/**
 * One tax that makes up a rate. `needs: 'region'`: charged only by who is registered in that region (Quebec's QST, a provincial
 * PST); everything else comes with any registration in the country.
 */
export type TaxComponent = { name: string; rate: string; needs?: 'region' | undefined };

/**
 * The standard rate on services in a country, or in a region of it, from one day to another (both included). Rates are decimal
 * fractions: "0.09975" is 9.975 %. No components: there is no such tax there.
 */
export type TaxTableRow = {
  country: string;
  region?: string | undefined;
  name: string;
  components: readonly TaxComponent[];
  from: DateText;
  to?: DateText | undefined;
};
