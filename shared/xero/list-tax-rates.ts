import * as z from 'zod';
import type { LedgerTaxRate } from '../domain/xero-mapping.ts';
import type { Xero } from './client.ts';

const shape = z.object({
  taxRates: z.array(
    z.object({
      name: z.string().default(''),
      taxType: z.string().optional(),
      status: z.string().default('ACTIVE'),
      effectiveRate: z.number().default(0),
      canApplyToRevenue: z.boolean().default(false),
    }),
  ),
});

/** Active tax rates. `effectiveRate` is a percentage as a plain decimal, e.g. "20" or "14.975". One call. */
export const listTaxRates = async (xero: Xero): Promise<LedgerTaxRate[]> => {
  const { taxRates } = await xero.send(shape, (api, tenantId) => api.getTaxRates(tenantId));
  return taxRates.flatMap(({ taxType, status, name, effectiveRate, canApplyToRevenue }) =>
    taxType === undefined || status !== 'ACTIVE'
      ? []
      : [{ taxType, name, effectiveRate: plainDecimal(effectiveRate), forRevenue: canApplyToRevenue }],
  );
};

/** Up to 6 decimals, no exponent, no zeros at the end. */
const plainDecimal = (value: number): string => value.toFixed(6).replace(/\.?0+$/, '');
