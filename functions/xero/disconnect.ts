import type { XeroCall } from '../../shared/api/xero.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { resolved } from '../../shared/store/notifications.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { readXeroConnection, replaceXeroConnection, type XeroConnection } from '../../shared/store/xero-connections.ts';
import { organisationFreed } from '../../shared/store/xero-organisations.ts';
import { deleteConnection } from '../../shared/xero/oauth.ts';
import { forgetTokens, lostAccessCause, type AccessTokens } from './access-token.ts';
import { instantAt, type XeroWorld } from './world.ts';

/** Ends the flow to and from Xero for an admin. What is in the books stays there, what is here stays here. */
export const disconnectXero =
  (world: XeroWorld, tokens: AccessTokens) =>
  async ({ caller, ifMatch }: XeroCall<'disconnectXero'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const connection = await readXeroConnection(world.table)(ws);
    const { organisation } = connection;
    if (connection.state === 'disconnected' || !organisation) return { status: 204 };
    requireVersion(ifMatch, connection.version);
    const removed = await leave(world, tokens, ws, connection);
    // Refreshing the token for it may have moved the connection on.
    const current = await readXeroConnection(world.table)(ws);
    // Somebody else has left it meanwhile, and may have connected anew: that connection is none of this request's.
    if (current.state === 'disconnected' || current.organisation?.connectionId !== organisation.connectionId)
      return { status: 204 };
    const at = instantAt(world);
    const gone = {
      state: 'disconnected',
      reason: removed ? null : 'Xero could not be reached. Remove this app there as well, under Connected apps.',
      tokenVersionId: null,
      tokenExpiresAt: null,
      pausedUntil: null,
      outage: null,
      pauseCode: null,
    } as const;
    await world.table.commit([
      replaceXeroConnection(ws, current, gone, at),
      organisationFreed(ws, organisation.tenantId),
      resolved(ws, lostAccessCause, at),
      audited(ws, {
        id: world.newId('aud'),
        at,
        who: caller.memberId,
        what: 'xero-disconnected',
        about: 'xero',
        text: `Disconnected from ${organisation.name} in Xero`,
      }),
    ]);
    await forgetTokens(world, ws, current.version + 1);
    return { status: 204 };
  };

/**
 * Removes this one connection at Xero. Tokens aren't revoked: that would end every connection of the person who allowed it,
 * those of other workspaces too. Disconnecting succeeds also when Xero doesn't answer.
 */
const leave = async (world: XeroWorld, tokens: AccessTokens, ws: string, connection: XeroConnection): Promise<boolean> => {
  if (connection.state !== 'connected') return true;
  try {
    const token = await tokens.get(ws, connection);
    await deleteConnection(world.http, world.addresses.api, token, connection.organisation?.connectionId ?? '');
    return true;
  } catch (error) {
    if (error instanceof Refusal) return true;
    if (error instanceof OutsideError) return false;
    throw error;
  }
};
