import { describe, expect, test } from '@jest/globals';
import { matchContact, normalised, type KnownContact } from '../../shared/domain/contact-match.ts';

const contact = (contactId: string, over: Partial<KnownContact> = {}): KnownContact => ({
  contactId,
  name: contactId,
  email: null,
  contactNumber: null,
  status: 'active',
  clientId: null,
  ...over,
});
const client = { id: 'cli_1', name: 'Zoë  Lindqvist', email: 'Zoe@Example.com ' };

test('text is compared without regard to case, blanks and compatible forms', () => {
  expect(normalised('  ZOË   Ｌindqvist ')).toBe('zoë lindqvist');
});

describe('a client is', () => {
  test('the contact that carries its number, whatever else fits', () => {
    const found = matchContact(client, [contact('a', { email: 'zoe@example.com' }), contact('b', { contactNumber: 'cli_1' })]);
    expect(found).toEqual({ found: 'contact', contactId: 'b', by: 'number' });
  });
  test('the only active contact with its address, before one with its name', () => {
    const found = matchContact(client, [contact('a', { name: 'zoë lindqvist' }), contact('b', { email: 'zoe@example.com' })]);
    expect(found).toEqual({ found: 'contact', contactId: 'b', by: 'email' });
  });
  test('the only active contact with its name', () => {
    const found = matchContact(client, [
      contact('a', { name: 'zoë lindqvist', status: 'archived' }),
      contact('b', { name: 'Zoë Lindqvist' }),
    ]);
    expect(found).toEqual({ found: 'contact', contactId: 'b', by: 'name' });
  });
  test('nobody where nothing fits', () => {
    expect(matchContact(client, [contact('a')])).toEqual({ found: 'none' });
    expect(matchContact({ ...client, name: ' ', email: ' ' }, [contact('a', { name: '', email: '' })])).toEqual({
      found: 'none',
    });
  });
  test('not told from two with its address, even if one has its name', () => {
    const found = matchContact(client, [
      contact('a', { email: 'zoe@example.com', name: 'Zoë Lindqvist' }),
      contact('b', { email: 'zoe@example.com' }),
    ]);
    expect(found).toEqual({ found: 'ambiguous', by: 'email', names: ['Zoë Lindqvist', 'b'] });
  });
  test('not told where the only fitting contact is another client’s', () => {
    expect(matchContact(client, [contact('a', { email: 'zoe@example.com', clientId: 'cli_2' })])).toMatchObject({
      found: 'ambiguous',
    });
    expect(matchContact(client, [contact('a', { email: 'zoe@example.com', clientId: 'cli_1' })])).toMatchObject({
      found: 'contact',
    });
  });
  test('an archived contact where there is no active one', () => {
    const archived = contact('a', { email: 'zoe@example.com', status: 'archived' });
    expect(matchContact(client, [archived])).toEqual({ found: 'archived', contactId: 'a' });
    expect(matchContact(client, [contact('b', { contactNumber: 'cli_1', status: 'archived' })])).toEqual({
      found: 'archived',
      contactId: 'b',
    });
  });
});
