import * as z from 'zod';
import type { Xero } from './client.ts';
import { XeroError } from './failure.ts';

export const contactsPerPage = 1000;

const shape = z.object({
  contacts: z.array(
    z.object({
      contactID: z.string(),
      name: z.string().default(''),
      emailAddress: z.string().optional(),
      contactNumber: z.string().optional(),
      contactStatus: z.string().default('ACTIVE'),
      mergedToContactID: z.string().optional(),
      updatedDateUTC: z.date().optional(),
    }),
  ),
  pagination: z.object({ pageCount: z.number().optional() }).optional(),
});

/** A contact as the organisation has it. */
export interface XeroContact {
  readonly contactId: string;
  readonly name: string;
  readonly email: string | null;
  readonly contactNumber: string | null;
  readonly status: 'active' | 'archived';
  readonly mergedInto: string | null;
  readonly updatedAt: string | null;
}

const asContact = (found: z.infer<typeof shape>['contacts'][number]): XeroContact => ({
  contactId: found.contactID,
  name: found.name,
  email: found.emailAddress || null,
  contactNumber: found.contactNumber || null,
  status: found.contactStatus === 'ACTIVE' ? 'active' : 'archived',
  mergedInto: found.mergedToContactID || null,
  updatedAt: found.updatedDateUTC?.toISOString() ?? null,
});

/**
 * One page of contacts, archived ones too, in the order in which they were changed. `changedSince` (an instant) leaves out what
 * is older, to the second. One call. `more` tells that another page may follow.
 */
export const listContacts = async (
  xero: Xero,
  { page, changedSince }: { page: number; changedSince?: string | undefined },
): Promise<{ contacts: XeroContact[]; more: boolean }> => {
  try {
    const { contacts, pagination } = await xero.send(shape, (api, tenantId) =>
      api.getContacts(
        tenantId,
        changedSince === undefined ? undefined : new Date(changedSince),
        undefined,
        'UpdatedDateUTC ASC, ContactID ASC',
        undefined,
        page,
        true,
        undefined,
        undefined,
        contactsPerPage,
      ),
    );
    if (contacts.length === 0 && page < (pagination?.pageCount ?? 0)) throw new XeroError({ status: 200, code: 'bad-answer' });
    return {
      contacts: contacts.map(asContact),
      more: page < (pagination?.pageCount ?? (contacts.length >= contactsPerPage ? page + 1 : page)),
    };
  } catch (error) {
    if (error instanceof XeroError && error.code === 'not-modified') return { contacts: [], more: false };
    throw error;
  }
};

/**
 * One contact by its id, archived ones too; undefined only when Xero says in so many words that there is no such one. One call.
 */
export const readContactThere = async (xero: Xero, contactId: string): Promise<XeroContact | undefined> => {
  try {
    const { contacts } = await xero.send(shape, (api, tenantId) => api.getContact(tenantId, contactId));
    const found = contacts.map(asContact).find((one) => one.contactId === contactId);
    if (!found) throw new XeroError({ status: 200, code: 'bad-answer' });
    return found;
  } catch (error) {
    if (error instanceof XeroError && error.code === 'not-found') return undefined;
    throw error;
  }
};
