import * as z from 'zod';
import type { Xero } from './client.ts';
import { XeroError } from './failure.ts';

const day = z
  .union([z.date().transform((value) => value.toISOString().slice(0, 10)), z.string().transform((value) => value.slice(0, 10))])
  .optional();
const shape = z.object({
  organisations: z.array(
    z.object({
      organisationID: z.string(),
      name: z.string(),
      baseCurrency: z.string().optional(),
      countryCode: z.string().optional(),
      shortCode: z.string().optional(),
      isDemoCompany: z.boolean().optional(),
      organisationStatus: z.string().optional(),
      periodLockDate: day,
      endOfYearLockDate: day,
    }),
  ),
});

export interface Organisation {
  readonly name: string;
  readonly baseCurrency: string | undefined;
  readonly countryCode: string | undefined;
  readonly shortCode: string | undefined;
  readonly active: boolean;
  /** Nothing dated on or before this day can be written. */
  readonly lockDate: string | undefined;
}

/** The organisation itself: the cheapest call that proves token, tenant and scope. One call. */
export const readOrganisation = async (xero: Xero): Promise<Organisation> => {
  const { organisations } = await xero.send(shape, (api, tenantId) => api.getOrganisations(tenantId));
  const [found] = organisations;
  if (!found) throw new XeroError({ status: 200, code: 'bad-answer' });
  const locks = [found.periodLockDate, found.endOfYearLockDate].filter((value) => value !== undefined).sort();
  return {
    name: found.name,
    baseCurrency: found.baseCurrency,
    countryCode: found.countryCode,
    shortCode: found.shortCode,
    active: (found.organisationStatus ?? 'ACTIVE') === 'ACTIVE',
    lockDate: locks.at(-1),
  };
};
