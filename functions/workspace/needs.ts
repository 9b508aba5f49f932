import type { Instant } from '../../shared/domain/days.ts';
import { audited, type AuditFact } from '../../shared/store/audit.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Write } from '../../shared/store/write.ts';

/** What a use case that changes something needs of the world. */
export interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Notes in the audit trail what a member has done, in the transaction of the deed itself. */
export const noted = (
  { now, newId }: Needs,
  { workspaceId, memberId }: { workspaceId: string; memberId: string },
  fact: Omit<AuditFact, 'id' | 'at' | 'who'>,
): Write => audited(workspaceId, { id: newId('aud'), at: now(), who: memberId, ...fact });

/** The fields that a change names, as they were and as they are. */
export const changed = <T extends object>(before: T, after: T): { before: Partial<T>; after: Partial<T> } => {
  const names = (Object.keys(after) as (keyof T)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const only = (thing: T) => Object.fromEntries(names.map((name) => [name, thing[name]])) as Partial<T>;
  return { before: only(before), after: only(after) };
};

/** A thing with those fields replaced that a request names; what it doesn't name stays. */
export const withChanges = <T extends object>(thing: T, changes: { readonly [K in keyof T]?: T[K] | undefined }): T => ({
  ...thing,
  ...(Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>),
});
