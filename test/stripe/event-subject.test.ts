import { describe, expect, test } from '@jest/globals';
import { receivedEvent } from '../../shared/stripe/event.ts';
import { eventSubject } from '../../shared/stripe/event-subject.ts';

const about = (object: object) =>
  eventSubject(
    receivedEvent.parse({ id: 'evt_1', object: 'event', type: 'any', livemode: false, created: 1_795_000_000, data: { object } }),
  );
const ours = { metadata: { invoiceId: 'inv_1' } };

describe('what an event is about', () => {
  test.each([
    ['payment_intent', { id: 'pi_1', latest_charge: 'ch_1' }, ['pi_1', null, null]],
    ['charge', { id: 'ch_1', payment_intent: 'pi_1' }, ['pi_1', 'ch_1', null]],
    ['charge', { id: 'ch_1', payment_intent: null }, [null, 'ch_1', null]],
    ['checkout.session', { id: 'cs_1', payment_intent: 'pi_1' }, ['pi_1', null, 'cs_1']],
    ['checkout.session', { id: 'cs_1' }, [null, null, 'cs_1']],
    ['refund', { id: 're_1', charge: 'ch_1', payment_intent: { id: 'pi_1', object: 'payment_intent' } }, ['pi_1', 'ch_1', null]],
    ['dispute', { id: 'dp_1', charge: 'ch_1', payment_intent: 'pi_1' }, ['pi_1', 'ch_1', null]],
  ])('%s %j, of whichever version', (object, fields, [paymentIntentId, chargeId, sessionId]) => {
    const subject = { paymentIntentId, chargeId, sessionId, isForeign: false };
    expect(about({ object, ...fields, ...ours, amount: 'no number', status: 7 })).toEqual(subject);
  });

  test.each(['payment_intent', 'charge', 'checkout.session'])('%s without our marks is foreign', (object) => {
    for (const metadata of [{}, { order: '17' }])
      expect(about({ object, id: 'x_1', metadata })).toMatchObject({ isForeign: true });
  });

  test.each(['refund', 'dispute'])('%s shows no marks, which says nothing', (object) =>
    expect(about({ object, id: 'x_1', charge: 'ch_1', metadata: {} })).toMatchObject({ isForeign: false }),
  );

  test('marks that are not shown say nothing', () =>
    expect(about({ object: 'charge', id: 'ch_1' })).toMatchObject({ isForeign: false }));

  test.each([{ object: 'account', id: 'acct_1' }, { object: 'charge' }])('%j is about no payment', (object) =>
    expect(about(object)).toBeUndefined(),
  );
});
