/** What a member is in a workspace: `expert` sells time, `finance` makes and follows documents, `admin` also runs the workspace. */
export type Role = 'admin' | 'finance' | 'expert';

/** Whether a role sees everybody's time, rates and documents and may act for other members. */
export function actsForOthers(role: Role): boolean {
  return role === 'admin' || role === 'finance';
}
