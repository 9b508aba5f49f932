import type { Instant } from '../domain/days.ts';
import { syncItemKey, type SyncItem } from './sync-items.ts';
import { countingWork, waits } from './waiting-work.ts';
import { remove, type Write } from './write.ts';

/**
 * Forgets how a document stood on its way to Xero, as it never has to get there any more. Where it was blocked, what is told of
 * blocked documents is counted anew.
 */
export const syncForgotten = (workspaceId: string, documentId: string, before: SyncItem | undefined, at: Instant): Write[] => [
  remove('sync item', syncItemKey(workspaceId, documentId)),
  ...(before?.state === 'blocked'
    ? [waits(workspaceId, { ...countingWork, version: Date.parse(at), dueAt: at, since: at })]
    : []),
];
