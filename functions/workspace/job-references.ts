import { mustBeAt, type Found } from '../../shared/store/found.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { parseService, serviceKey } from '../../shared/store/services.ts';
import type { Key } from '../../shared/store/write.ts';

interface References {
  readonly memberIds?: readonly string[] | undefined;
  readonly serviceId?: string | null | undefined;
}

/** Where the members and the service that a job names must stand. */
export const referenceKeys = (workspaceId: string, { memberIds = [], serviceId }: References): Key[] => [
  ...memberIds.map((id) => memberKey(workspaceId, id)),
  ...(serviceId ? [serviceKey(workspaceId, serviceId)] : []),
];

/** Refuses (`not-found`) a job that names a member or a service which this workspace doesn't have. */
export const requireReferences = (found: Found, workspaceId: string, { memberIds = [], serviceId }: References): void => {
  for (const id of memberIds) mustBeAt(found, memberKey(workspaceId, id), parseMember);
  if (serviceId) mustBeAt(found, serviceKey(workspaceId, serviceId), parseService);
};
