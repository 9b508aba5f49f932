import { normalised } from '../../shared/domain/contact-match.ts';
import { readCandidates } from '../../shared/store/xero-contacts.ts';
import { contactUnknown } from './payout-blocks.ts';
import { pullContacts } from './pull-contacts.ts';
import type { Run } from './run.ts';
import type { Block } from './settle.ts';

const name = 'Stripe';

/**
 * Whom fees are paid to: the organisation's contact of that name. Where there is none, Xero makes it from the name, if contacts may
 * be made at all.
 */
export const contactOfFees = async (run: Run): Promise<{ contactID: string } | { name: string } | Block> => {
  const known = await find(run);
  if (known !== undefined) return { contactID: known };
  if (run.settings.contactPolicy === 'match-or-create') return { name };
  await pullContacts(run);
  const pulled = await find(run);
  return pulled === undefined ? contactUnknown : { contactID: pulled };
};

const find = async ({ ws, tenantId, world }: Run): Promise<string | undefined> => {
  const candidates = await readCandidates(world.table)(ws, tenantId, { id: name, name, email: null });
  return candidates
    .filter((one) => one.status === 'active' && normalised(one.name) === normalised(name))
    .map(({ contactId }) => contactId)
    .sort()[0];
};
