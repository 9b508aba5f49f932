/** Makes a workspace with its first admin for the engineer who set the stage up. Sent again with the same id it answers the same. */
import type { Instant } from '../../shared/domain/days.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import type { People } from '../../shared/runtime/people.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt } from '../../shared/store/found.ts';
import { addMember } from '../../shared/store/members.ts';
import { addMembership, membershipKey, parseMembership } from '../../shared/store/memberships.ts';
import { addSeries } from '../../shared/store/number-series.ts';
import type { Table } from '../../shared/store/table.ts';
import { addWorkspace, parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';

/** What the engineer says. */
export interface NewWorkspace {
  readonly name: string;
  readonly country: string;
  readonly zone: string;
  readonly currency: string;
  readonly adminEmail: string;
  readonly adminName: string;
  readonly workspaceId?: string | undefined;
}

const paymentTermsDays = 14;
const firstNumber = { prefix: 'INV-', digits: 4, next: 1 };

export const makeWorkspace =
  (needs: { table: Table; people: Pick<People, 'invite'>; now: () => Instant; newId: (prefix: string) => string }) =>
  async (wanted: NewWorkspace): Promise<{ workspaceId: string; memberId: string; sub: string }> => {
    const { table, people, now, newId } = needs;
    const { name, country, zone, currency, adminName, workspaceId = newId('ws') } = wanted;
    const email = wanted.adminEmail.toLowerCase();
    const { sub } = await people.invite({ email, name: adminName });
    const found = await table.batchGet([workspaceKey(workspaceId), membershipKey(sub, workspaceId)]);
    const membership = foundAt(found, membershipKey(sub, workspaceId), parseMembership);
    if (membership) return { workspaceId, memberId: membership.memberId, sub };
    if (foundAt(found, workspaceKey(workspaceId), parseWorkspace))
      return refuse('duplicate', 'This workspace exists and this person is not a member; an admin of it may invite them');
    const memberId = newId('mem');
    const isAdmin = { role: 'admin', exportToAccounting: true } as const;
    await table.commit([
      ...addWorkspace({
        id: workspaceId,
        version: 1,
        name,
        country,
        zone,
        currency,
        address: [],
        paymentTermsDays,
        dayPolicy: 'start-day',
        timerLimitSeconds: 36_000,
        rate: null,
        taxRegistrations: [],
        integrations: true,
      }),
      addSeries(workspaceId, 'invoice', firstNumber),
      addMember(workspaceId, {
        id: memberId,
        version: 1,
        sub,
        name: adminName,
        email,
        ...isAdmin,
        zone,
        rate: null,
        costRate: null,
        status: 'active',
      }),
      addMembership(sub, { workspaceId, memberId, ...isAdmin }),
      audited(workspaceId, {
        id: newId('aud'),
        at: now(),
        who: null,
        what: 'workspace-made',
        about: workspaceId,
        text: `${name} was set up with ${adminName} as its admin`,
      }),
    ]);
    return { workspaceId, memberId, sub };
  };
