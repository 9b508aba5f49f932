import { checkoutFor, connected, fromStripe, issued, openTill, payAt } from '../support/till.ts';
import { atMost, type Figure } from './figure.ts';

/** G15: what it costs to record a payment that Stripe tells of, the first time and every time after that. */
export const paymentFigures = async (): Promise<Figure[]> => {
  const till = await openTill();
  try {
    const shop = await connected(till);
    const invoice = await issued(till, shop);
    const { body } = await checkoutFor(till, shop, invoice.id);
    till.stage.receiver.received.splice(0);
    await payAt(body.url, 'paid');
    const told = till.stage.receiver.received.splice(0).filter(({ event }) => event.type === 'payment_intent.succeeded');
    for (const hook of told) await till.payments(fromStripe(hook));
    const [message] = till.queue.splice(0);
    const cost = async (): Promise<{ trips: number; writeUnits: number }> => {
      till.engine.reset();
      if ((await till.work([message])) !== 0) throw new Error('The payment could not be recorded');
      const { trips, writeUnits } = till.engine.counted;
      return { trips, writeUnits };
    };
    const first = await cost();
    const again = await cost();
    return [
      atMost('G15', 'payment recorded: round trips', first.trips, 2),
      atMost('G15', 'payment recorded: write units', first.writeUnits, 16),
      atMost('G15', 'the same payment again: round trips', again.trips, 1),
    ];
  } finally {
    await till.close();
  }
};
