/** Says for which workspace, member and role a person's access token speaks; who belongs nowhere gets a token that opens nothing. */
import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import type { Membership } from '../../shared/store/memberships.ts';

interface Memberships {
  readonly memberships: readonly Membership[];
  readonly current: string | undefined;
}

export const tokenClaims =
  ({ memberships }: { memberships: (sub: string) => Promise<Memberships> }) =>
  async (event: PreTokenGenerationV2TriggerEvent): Promise<PreTokenGenerationV2TriggerEvent> => {
    const sub = event.request.userAttributes['sub'];
    const membership = sub === undefined ? undefined : chosen(await memberships(sub));
    if (!membership) return event;
    const claimsToAddOrOverride = {
      workspace: membership.workspaceId,
      member: membership.memberId,
      role: membership.role,
      export: String(membership.exportToAccounting),
    };
    const response = { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride } } };
    return { ...event, response };
  };

/** The workspace that the person chose last, else their first one. */
const chosen = ({ memberships, current }: Memberships): Membership | undefined =>
  memberships.find(({ workspaceId }) => workspaceId === current) ?? memberships[0];
