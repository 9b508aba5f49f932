import type { Instant } from '../../shared/domain/days.ts';
import { Refusal, refuse, refuseFields } from '../../shared/domain/refusal.ts';
import type { Client } from '../../shared/store/clients.ts';
import { letterWaits } from '../../shared/store/letters.ts';
import { countedInQuota } from '../../shared/store/quotas.ts';
import { epochOf, type ShareLinks } from '../../shared/store/share-links.ts';
import type { Write } from '../../shared/store/write.ts';

// Flow: a document is to be mailed to its client. What is written here leaves within a minute.

/** What somebody asks for who has a document mailed. */
export interface Wanted {
  /** Another address than the client's own. */
  readonly to?: string | undefined;
  /** The sender's own words. */
  readonly message?: string | undefined;
}

/** Refuses (`mail-off`) where this stage sends no mail. */
export const requireMail = (mailIsOn: boolean): void => {
  if (!mailIsOn) refuse('mail-off', 'This system sends no mail; share a link instead');
};

/** Where it goes: to the client's address as it is now, not as the document has it, since it may have been mended. `path` is the field. */
export const addressFor = ({ to }: Wanted, client: Client | undefined, path = 'to'): string =>
  to ?? client?.email ?? refuseFields({ path, message: 'must be given: the client has no e-mail address' });

/** The letter with its place in the quota of the day, for the commit in which it is asked for. `links` are those of the document. */
export const letterWrites = (
  ws: string,
  letter: { id: string; to: string; message: string; by: string; at: Instant } & ({ invoiceId: string } | { quoteId: string }),
  links: ShareLinks | undefined,
): Write[] => [
  letterWaits(ws, { ...letter, linksEpoch: epochOf(links) }),
  countedInQuota(
    ws,
    'letter',
    letter.at.slice(0, 10),
    () => new Refusal('quota-used-up', 'No more mails can be sent to clients today'),
  ),
];
