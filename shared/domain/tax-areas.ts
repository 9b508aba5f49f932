/** Member states of the European Union. */
const eu = new Set('AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '));

/** Territories that use another country's tax as their own: Man the United Kingdom's, Monaco the French one. */
const partOf: Readonly<Record<string, string>> = { IM: 'GB', MC: 'FR' };

/**
 * Regions of member states that lie outside the area of the common VAT (Directive 2006/112/EC, article 6): the Canaries with their
 * two provinces, Ceuta, Melilla, Åland, Mount Athos and the French overseas departments.
 */
const outside: Readonly<Record<string, ReadonlySet<string>>> = {
  ES: new Set(['CN', 'GC', 'TF', 'CE', 'ML']),
  FI: new Set(['01']),
  GR: new Set(['69']),
  FR: new Set(['971', '972', '973', '974', '976', 'GP', 'MQ', 'GF', 'RE', 'YT']),
};

type Place = { country: string; region?: string | null | undefined };

/** The country whose tax a country uses; mostly itself. */
export function vatCountry(country: string): string {
  return partOf[country] ?? country;
}

/** Whether a place belongs to an EU member state but not to the area of its VAT. */
export function outsideEuVat({ country, region }: Place): boolean {
  return region != null && (outside[country]?.has(region) ?? false);
}

/** 'EU' inside the area of the common VAT, else the country itself. The United Kingdom left the area with the end of 2020. */
export function vatArea(country: string, region?: string | null): string {
  const own = vatCountry(country);
  return eu.has(own) && !outsideEuVat({ country: own, region }) ? 'EU' : own;
}
