/** Adding an organisation, or emptying one that is there. */
import { randomUUID } from 'node:crypto';
import type { Sandbox } from './sandbox.ts';
import { organisationOf, seedOrganisations, setUp } from './seed.ts';

export interface OrganisationRequest {
  tenantId?: string | undefined;
  name?: string | undefined;
  country?: string | undefined;
  currency?: string | undefined;
  currencies?: string[] | undefined;
  contacts?: boolean | undefined;
}

/** Sets an organisation up anew; what isn't said stays as it was, or as a British company has it. Connections stay. */
export const resetOrganisation = (sandbox: Sandbox, request: OrganisationRequest): { tenantId: string; name: string } => {
  const tenantId = request.tenantId ?? randomUUID();
  const known = sandbox.organisations.get(tenantId);
  const seeded = seedOrganisations.some((each) => each.tenantId === tenantId);
  const organisation = organisationOf(
    {
      tenantId,
      name: request.name ?? known?.Name ?? 'Another Organisation Ltd',
      country: request.country ?? known?.CountryCode ?? 'GB',
      currency: request.currency ?? known?.BaseCurrency ?? 'GBP',
      ...(request.currencies && { currencies: request.currencies }),
    },
    sandbox.clock.now(),
  );
  sandbox.webhooks.mute(() => {
    sandbox.organisations.put(organisation);
    setUp(sandbox.books(tenantId)!, organisation, { contacts: request.contacts ?? seeded });
  });
  return { tenantId, name: organisation.Name };
};

/** Makes the organisations a fresh sandbox has. */
export const seedIfFresh = (sandbox: Sandbox): void => {
  if (sandbox.organisations.size > 0) return;
  for (const organisation of seedOrganisations) resetOrganisation(sandbox, { ...organisation, currencies: undefined });
};
