import { randomUUID } from 'node:crypto';
import { openApi } from './api-client.ts';
import type { DemoContext, DemoPeople } from './context.ts';

/** The two workspaces of a fresh system. Their ids are fixed, so that making them again changes nothing. */
export const demoWorkspace = 'ws_01KDEM00000000000000000001';
export const otherWorkspace = 'ws_01KDEM00000000000000000002';

const admins = [
  {
    workspaceId: demoWorkspace,
    name: 'Kestrel Studio',
    country: 'GB',
    zone: 'Europe/London',
    currency: 'GBP',
    adminEmail: 'ada@kestrel.example',
    adminName: 'Ada Osei',
  },
  {
    workspaceId: otherWorkspace,
    name: 'Second Venture',
    country: 'AU',
    zone: 'Australia/Sydney',
    currency: 'AUD',
    adminEmail: 'sam@second.example',
    adminName: 'Sam Reyes',
  },
] as const;

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const colleagues = [
  { email: 'femi@kestrel.example', name: 'Femi Grant', role: 'finance', zone: 'Europe/London' },
  {
    email: 'noor@kestrel.example',
    name: 'Noor Haddad',
    role: 'expert',
    zone: 'Europe/London',
    rate: gbp(9500),
    costRate: gbp(6000),
  },
  {
    email: 'kai@kestrel.example',
    name: 'Kai Lindgren',
    role: 'expert',
    zone: 'America/New_York',
    rate: gbp(8000),
    costRate: gbp(5000),
  },
] as const;

/** Makes the people who can sign in, with their workspaces, unless they are there. Answers their subs. */
export const seedPeople = async (context: DemoContext): Promise<DemoPeople> => {
  for (const workspace of admins) await context.createWorkspace(workspace);
  const ada = openApi(context.api, await context.tokenFor(admins[0].adminEmail), randomUUID);
  const there = await ada.get<{ items: { email: string }[] }>('/v1/members');
  for (const person of colleagues) {
    if (!there.items.some(({ email }) => email === person.email)) await ada.post('/v1/members', person);
  }
  const subOf = (email: string): string => {
    const sub = context.subOf(email);
    if (sub === undefined) throw new Error(`${email} can't sign in`);
    return sub;
  };
  return {
    admin: subOf(admins[0].adminEmail),
    finance: subOf(colleagues[0].email),
    expert: subOf(colleagues[1].email),
    expert2: subOf(colleagues[2].email),
    otherWorkspaceAdmin: subOf(admins[1].adminEmail),
  };
};
