import type { StripeEvent } from './event.ts';

/** What happened to a connected account: its owner took our access away, or what it may do changed and is to be read again. */
export type EventAccount = { accountId: string; change: 'updated' | 'disconnected' };

/** Events that tell about connected accounts. */
export const accountEventTypes: readonly string[] = ['account.updated', 'account.application.deauthorized'];

/** Which connected account an event is about; undefined when it isn't about one. */
export function eventAccount(event: StripeEvent): EventAccount | undefined {
  if (event.accountId === null || !accountEventTypes.includes(event.type)) return undefined;
  return { accountId: event.accountId, change: event.type === 'account.updated' ? 'updated' : 'disconnected' };
}
