import { describe, expect, test } from '@jest/globals';
import { routes } from '../../shared/api/routes.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { parsePart } from '../../shared/runtime/api-request.ts';

const job = 'job_01KDEM00000000000000000001';
const client = 'cli_01KDEM00000000000000000001';
const quote = 'quo_01KDEM00000000000000000001';
const entry = 'te_01KDEM00000000000000000001';
const line = { description: 'Design', unitPrice: { amount: 100, currency: 'GBP' } };

/** What the body of a route is refused for. */
const refusalOf = (id: string, body: unknown): Refusal => {
  try {
    parsePart(routes.find((route) => route.id === id)?.body, body);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error('it was not refused');
};

describe('a refused body', () => {
  const weekly = { every: 'week', day: 1 };
  test.each([
    ['createInvoiceSchedule', { ...weekly, jobId: job, clientId: client }, 'clientId: does not go with jobId'],
    ['writeOffBill', { seconds: 60, timeEntryIds: [entry], reason: 'Rework' }, 'timeEntryIds: does not go with seconds'],
    ['createInvoice', { jobId: job, quoteId: quote }, 'quoteId: does not go with jobId'],
    ['createInvoice', { clientId: client, lines: [line], quoteId: quote }, 'quoteId: does not go with clientId and lines'],
  ])('of %s names the fields that are meant for two different things', (id, body, said) => {
    expect(refusalOf(id, body).message).toBe(said);
  });

  test.each([
    ['createInvoiceSchedule', { ...weekly, jobId: job, colour: 'red' }, 'colour: is not known'],
    [
      'createInvoiceSchedule',
      { ...weekly, jobId: job, clientId: client, colour: 'red' },
      /^clientId: .*jobId; colour: is not known$/,
    ],
  ])('of %s names what nobody knows', (id, body, said) => {
    expect(refusalOf(id, body).message).toEqual(typeof said === 'string' ? said : expect.stringMatching(said));
  });

  test.each([
    ['createService', {}, 'name: is missing'],
    ['createInvoiceSchedule', { jobId: job, day: 1 }, 'every: is missing'],
    ['createQuote', { clientId: client, lines: [{ unitPrice: { amount: 1 } }] }, /lines\.0\.description: is missing/],
  ])('of %s says what is missing', (id, body, said) => {
    expect(refusalOf(id, body).message).toEqual(typeof said === 'string' ? said : expect.stringMatching(said));
  });

  test('that is wrong as a whole is told of without the name of a field', () => {
    expect(refusalOf('createService', undefined)).toMatchObject({
      message: 'is missing',
      facts: { errors: [{ path: '', message: 'is missing' }] },
    });
    expect(refusalOf('updateMe', {}).message).toBe('must change something');
  });
});
