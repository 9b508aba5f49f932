import type { Party } from '../../shared/store/parties.ts';
import type { SyncItem } from '../../shared/store/sync-items.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Item } from '../../shared/store/write.ts';
import type { ContactLink } from '../../shared/store/xero-contacts.ts';
import { findContacts } from './find-contacts.ts';
import type { Run } from './run.ts';
import type { Settled } from './settle.ts';

// Flow of the worker: judges which documents are in Xero already, made there by hand or by an earlier system.

/** What becomes of a document that wasn't known to be in Xero. */
export interface Judged {
  readonly documentId: string;
  /** Linked or stopped; absent when Xero has nothing of it, so that it has to be sent. */
  readonly settled?: Settled;
  /** Payments of it that stand there too. */
  readonly payments?: readonly SyncItem[];
}

/** Finds what Xero has under some numbers: in the pages that were read, else by asking. */
export type LookUp = <T>(
  numbers: readonly string[],
  ask: (numbers: readonly string[]) => Promise<ReadonlyMap<string, T>>,
) => Promise<ReadonlyMap<string, T>>;

/** Documents of one kind that have to be judged, as work and as rows of their list. */
export interface ToJudge {
  readonly works: readonly WaitingWork[];
  readonly rows: readonly Item[];
  readonly lookUp: LookUp;
}

/** What stands there under the number of one of ours. */
interface Holder {
  readonly reference: string;
  readonly contactId: string;
}

interface Judging<O, H extends Holder> {
  readonly id: (one: O) => string;
  readonly party: (one: O) => Party;
  readonly holder: (one: O) => H | undefined;
  /** Whether it says the same: currency and sums. */
  readonly isSame: (one: O, holder: H) => boolean;
  readonly links: ReadonlyMap<string, ContactLink>;
}

/**
 * What stands under the numbers of ours, and whether it is the same document: our own reference says so; so does the same number with
 * the same contact and the same sums. Anything else is somebody else's. Contacts are only looked for where they decide.
 */
export const heldBy = async <O, H extends Holder>(
  run: Run,
  ones: readonly O[],
  { id, party, holder, isSame, links }: Judging<O, H>,
): Promise<Map<string, { holder: H; isOurs: boolean }>> => {
  const pairs = ones.flatMap((one) => {
    const there = holder(one);
    return there === undefined ? [] : [{ one, there }];
  });
  const open = pairs.filter(({ one, there }) => there.reference !== id(one) && isSame(one, there));
  const parties = [...new Map(open.map(({ one }) => [party(one).id, party(one)])).values()];
  const contacts = parties.length > 0 ? await findContacts(cautious(run), parties, links) : new Map<string, never>();
  const isTheirs = ({ one, there }: (typeof pairs)[number]): boolean => {
    const contact = contacts.get(party(one).id);
    return contact !== undefined && 'contactId' in contact && contact.contactId === there.contactId;
  };
  return new Map(
    pairs.map((pair) => {
      const isOurs = pair.there.reference === id(pair.one) || (open.includes(pair) && isTheirs(pair));
      return [id(pair.one), { holder: pair.there, isOurs }];
    }),
  );
};

/** Looking makes nothing, not even a contact. */
const cautious = (run: Run): Run => ({ ...run, settings: { ...run.settings, contactPolicy: 'match-only' } });
