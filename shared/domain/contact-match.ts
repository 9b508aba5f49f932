/** A contact of the organisation, as far as matching needs it. */
export type KnownContact = {
  contactId: string;
  name: string;
  email: string | null;
  contactNumber: string | null;
  status: 'active' | 'archived';
  /** The client that this contact is already, if any. */
  clientId: string | null;
};

export type ClientToMatch = { id: string; name: string; email: string | null };

/** Which contact a client is. `ambiguous`: several could be, or the only one belongs to another client. */
export type Match =
  | { found: 'contact'; contactId: string; by: 'number' | 'email' | 'name' }
  | { found: 'archived'; contactId: string }
  | { found: 'ambiguous'; by: 'email' | 'name'; names: string[] }
  | { found: 'none' };

/** E-mail addresses and names are compared without regard to case, and to blanks around and within. */
export function normalised(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/**
 * Finds a client among the contacts that carry its number, e-mail or name. Our number decides; then a contact that is the only
 * active one with the e-mail address; then the only active one with the name. Archived ones count when there is no active one.
 */
export function matchContact(client: ClientToMatch, candidates: readonly KnownContact[]): Match {
  const numbered = candidates.find(({ contactNumber }) => contactNumber === client.id);
  if (numbered) return fit(numbered, 'number');
  const steps = [
    { by: 'email' as const, has: (one: KnownContact) => client.email !== null && same(one.email, client.email) },
    { by: 'name' as const, has: (one: KnownContact) => same(one.name, client.name) },
  ];
  let archived: KnownContact | undefined;
  for (const { by, has } of steps) {
    const all = candidates.filter(has);
    const active = all.filter(({ status }) => status === 'active');
    const [only] = active;
    if (only && active.length === 1) {
      const taken = only.clientId !== null && only.clientId !== client.id;
      return taken ? { found: 'ambiguous', by, names: [only.name] } : fit(only, by);
    }
    if (active.length > 1) return { found: 'ambiguous', by, names: active.map(({ name }) => name) };
    archived ??= all[0];
  }
  return archived ? { found: 'archived', contactId: archived.contactId } : { found: 'none' };
}

function fit({ contactId, status }: KnownContact, by: 'number' | 'email' | 'name'): Match {
  return status === 'active' ? { found: 'contact', contactId, by } : { found: 'archived', contactId };
}

function same(one: string | null, other: string): boolean {
  return one !== null && normalised(one) === normalised(other) && normalised(other) !== '';
}
