import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import type { EventsSeen } from '../domain/event-sequence.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';
import { put, type Write } from './write.ts';

const record = z.object({
  version: z.int(),
  last: z.number(),
  gaps: z.array(z.object({ from: z.number(), to: z.number(), since: z.string() })),
});

/** What is known of the numbers of Xero's events, which count through all organisations. Version 0: none came yet. */
export interface NumbersSeen {
  readonly version: number;
  readonly seen: EventsSeen | null;
}

export const readEventNumbers = async (table: Table): Promise<NumbersSeen> => {
  const item = await table.get(keys.xeroEvents());
  if (!item) return { version: 0, seen: null };
  const { version, last, gaps } = record.parse(item);
  return { version, seen: { last, gaps } };
};

/** Replaces it as it was read. */
export const replaceEventNumbers = ({ version }: NumbersSeen, seen: EventsSeen): Write =>
  put(
    'numbers of events',
    { ...keys.xeroEvents(), v: 1, version: version + 1, ...seen },
    {
      condition: version === 0 ? 'attribute_not_exists(#pk)' : '#version = :readVersion',
      values: version === 0 ? undefined : { ':readVersion': version },
      onFail: () => new Conflict('numbers of events'),
    },
  );
