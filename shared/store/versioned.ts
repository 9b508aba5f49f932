import { Conflict } from '../domain/conflict.ts';
import { refuse } from '../domain/refusal.ts';
import type { Item } from './write.ts';

/** Refuses a change whose If-Match names another version than the one that stands. `*` and undefined match any. */
export const requireVersion = (ifMatch: string | undefined, version: number): void => {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== String(version))
    refuse('stale', 'It was changed since it was read', { currentVersion: String(version) });
};

/** The condition that an item still stands as it was read; its failure is a lost race, read and tried again. */
export const unchangedSince = (what: string, version: number) => ({
  condition: '#version = :readVersion',
  values: { ':readVersion': version },
  onFail: (_old: Item | undefined) => new Conflict(what),
});
