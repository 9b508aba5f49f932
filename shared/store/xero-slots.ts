import { keys } from './keys.ts';
import { update, type Write } from './write.ts';

// How many people's calls may be on the wire at once: slots on the connection's item.

const slotOf = (slot: 1 | 2 | 3): string => `slot${slot}`;

/** Takes one of the slots for calls that people wait for, until an instant. A slot whose holder died is free again then. */
export const slotTaken = (ws: string, slot: 1 | 2 | 3, now: string, until: string): Write =>
  update(
    'slot',
    keys.xeroConnection(ws),
    { set: { [slotOf(slot)]: until } },
    {
      condition: `attribute_exists(#pk) AND (attribute_not_exists(#${slotOf(slot)}) OR #${slotOf(slot)} <= :now)`,
      values: { ':now': now },
    },
  );

/** Gives a slot back, unless somebody else has it by now. */
export const slotFreed = (ws: string, slot: 1 | 2 | 3, until: string): Write =>
  update(
    'slot',
    keys.xeroConnection(ws),
    { set: { [slotOf(slot)]: undefined } },
    { condition: `#${slotOf(slot)} = :until`, values: { ':until': until } },
  );
