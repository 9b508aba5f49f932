import { addDays } from '../../shared/domain/days.ts';
import { readParkedWork } from '../../shared/store/waiting-work.ts';
import { progressNoted } from '../../shared/store/xero-connections.ts';
import { readOrganisation } from '../../shared/xero/read-organisation.ts';
import { releaseParked } from './release-parked.ts';
import type { Run } from './run.ts';
import type { Block } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: follows what an accountant changes at the organisation itself, above all which periods are closed.

const dayMs = 24 * 3600_000;
/** Contacts are looked at every hour or two; after a longer silence they go first. */
const pulledLatelyMs = 5 * 3600_000;
/** What invoices in a closed period are parked on. */
export const onLockDate = 'lock-date';

/** Reads the organisation, keeps its lock date, and lets go on what waited for a period to be opened. One call. */
export const followOrganisation = async (run: Run): Promise<void> => {
  const { lockDate = null } = await readOrganisation(run.books);
  const before = run.connection.lockDate;
  const progress = { lockDate, organisationReadAt: instantAt(run.world), ...run.books.learned() };
  await run.world.table.commit([progressNoted(run.ws, run.connection, progress)]);
  run.connection = { ...run.connection, ...progress };
  if ((lockDate ?? '') >= (before ?? '')) return;
  const parked = await readParkedWork(run.world.table)(run.ws);
  await releaseParked(
    run.world,
    run.ws,
    parked.filter(({ on }) => on === onLockDate),
  );
};

/**
 * Once a day the organisation is read in place of what the hourly look would have asked for, so that it costs no call of its own.
 * Not while something waits for a contact. Returns whether it was.
 */
export const organisationInstead = async (run: Run): Promise<boolean> => {
  const { organisationReadAt, contactsComplete, contactsPulledAt } = run.connection;
  const now = run.world.clock();
  const isFresh = now - Date.parse(organisationReadAt ?? '1970-01-01') < dayMs;
  const pulledLately = now - Date.parse(contactsPulledAt ?? '1970-01-01') < pulledLatelyMs;
  if (isFresh || !contactsComplete || !pulledLately) return false;
  const parked = await readParkedWork(run.world.table)(run.ws);
  if (parked.some(({ waitsFor }) => waitsFor === 'contact')) return false;
  await followOrganisation(run);
  return true;
};

/** Whether Xero's words make it worth a call to look at the lock date; what is found there decides. */
export const mayBeLocked = (messages: readonly string[]): boolean => messages.some((message) => /lock date/i.test(message));

/** Whether nothing dated on a day can be written, as far as is known. */
export const isLocked = ({ connection: { lockDate } }: Run, date: string): boolean => lockDate !== null && date <= lockDate;

/** The first day on or after a date that something can be written on. */
export const firstOpenDate = ({ connection: { lockDate } }: Run, date: string): string =>
  lockDate !== null && date <= lockDate ? addDays(lockDate, 1) : date;

/** Why an invoice dated in a closed period can't be sent. */
export const lockedBlock = ({ connection: { lockDate } }: Run, date: string): Block => ({
  code: 'locked-period',
  reason: `The invoice is dated ${date}, and the books in Xero are closed up to ${lockDate ?? date}`,
  mend: 'Open the period in Xero and try again, or void the invoice here and make it anew with a later date.',
});
