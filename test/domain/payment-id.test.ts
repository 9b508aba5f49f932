import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeTime } from 'ulid';
import { paymentIdOf } from '../../shared/domain/payment-id.ts';

describe('the id of a card payment', () => {
  test.each([
    ['pi_3QxAbCdEfGh', '2026-11-20T09:00:00.000Z', 'pay_01M7W2Y7M0KSK8MAFHNJKABRZ0'],
    ['pi_3QxAbCdEfGi', '2026-11-20T09:00:00.000Z', 'pay_01M7W2Y7M0ZVDEG71TYDRSMKXC'],
    ['pi_1', '1970-01-01T00:00:00.000Z', 'pay_0000000000HB6VRXR7YWKAKS8E'],
  ])('of %s, made at %s, is %s', (intent, created, id) => {
    expect(paymentIdOf(intent, created)).toBe(id);
  });

  test('is a ULID of the time at which the intent was made', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
        (intent, made) => {
          const id = paymentIdOf(intent, made.toISOString());
          expect(id).toMatch(/^pay_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
          expect(decodeTime(id.slice(4))).toBe(made.getTime());
        },
      ),
    );
  });
});
