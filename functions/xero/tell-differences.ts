import type { Difference, DriftKind } from '../../shared/domain/discrepancy.ts';
import { closeDrift, noteDrift } from './note-drift.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: what is told of a document is remembered with it, so that a look that comes twice tells nothing twice.

/** A difference as it is remembered: its kind, and what Xero says. */
const rememberedAs = ({ kind, theirs }: Difference): string => `${kind} ${theirs ?? ''}`;
const kindIn = (remembered: string): DriftKind => (remembered.split(' ')[0] ?? '') as DriftKind;
export const isSameList = (one: readonly string[], other: readonly string[]): boolean => one.join('\n') === other.join('\n');

/** Tells what is new, closes what is gone, and leaves alone what was told already. Returns what is told by now. */
export const tell = async (
  run: Run,
  about: Pick<Difference, 'subject' | 'documentId'>,
  before: readonly string[],
  now: readonly Difference[],
): Promise<string[]> => {
  const at = instantAt(run.world);
  for (const difference of now)
    if (!before.includes(rememberedAs(difference))) await noteDrift(run.world)(run.ws, difference, at);
  for (const kind of before.map(kindIn))
    if (!now.some((difference) => difference.kind === kind))
      await closeDrift(run.world)(run.ws, { ...nothing, ...about, kind }, at);
  return now.map(rememberedAs).sort();
};

const nothing = { system: 'xero', outsideId: null, number: null, ours: null, theirs: null, amount: null, cause: '' } as const;
