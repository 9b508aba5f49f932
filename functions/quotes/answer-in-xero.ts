import type { Instant } from '../../shared/domain/days.ts';
import { mustExist } from '../../shared/store/found.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Write } from '../../shared/store/write.ts';
import { answerWith } from './answer-quote.ts';

// Flow of the worker for Xero: the accountant has accepted or declined an open quote there.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Takes the answer over, with the invoice where it is a yes; `also` is written in the same commit. Refuses what is not open any more. */
export const answerInXero =
  (needs: Needs) =>
  async (ws: string, quoteId: string, kind: 'accepted' | 'declined', also: readonly Write[]): Promise<void> => {
    const answer = answerWith({ ...needs, retry: (run) => run() });
    const said = { kind, name: 'the accountant', termsHash: null, by: 'xero' } as const;
    await answer({ ws, quoteId, ...said, allow: mustExist, also: () => also });
  };
