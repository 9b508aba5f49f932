import { billsDoor } from '../../functions/bills/door.ts';
import { invoicesDoor } from '../../functions/invoices/door.ts';
import { paymentsDoor } from '../../functions/payments/door.ts';
import { timeDoor } from '../../functions/time/door.ts';
import { workspaceDoor } from '../../functions/workspace/door.ts';
import { testClock, type TestClock } from './clock.ts';
import type { Engine } from './engine.ts';
import { sendTo, type Send } from './send.ts';
import { newId } from './workspace.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20)));

const noStripe = {
  stripe: async () => {
    throw new Error('there is no Stripe here');
  },
  events: { send: async (): Promise<void> => undefined },
  appUrls: ['https://app.example.com'],
  publicUrl: 'https://api.example.com',
};

/** The people of a user pool that holds no secrets: the address gives the subject. Remembers what was asked of it. */
export const knownPeople = () => {
  const invited: string[] = [];
  const signedOut: string[] = [];
  return {
    invited,
    signedOut,
    people: {
      invite: async ({ email }: { email: string }) => {
        invited.push(email);
        return { sub: `sub-of-${email}` };
      },
      signOut: async (sub: string) => {
        signedOut.push(sub);
      },
    },
  };
};

/** Rooms behind their doors, on one engine, under one clock; the one of payments has no Stripe. */
export interface Rooms {
  readonly clock: TestClock;
  readonly time: Send;
  readonly workspace: Send;
  readonly invoices: Send;
  readonly bills: Send;
  readonly payments: Send;
  /** Addresses that were invited, subjects that were signed out, workspaces whose doorbell rang. */
  readonly invited: string[];
  readonly signedOut: string[];
  readonly rung: string[];
}

export const openRooms = (engine: Engine): Rooms => {
  const clock = testClock();
  const { people, invited, signedOut } = knownPeople();
  const rung: string[] = [];
  const ring = async (workspaceIds: readonly string[]): Promise<void> => void rung.push(...workspaceIds);
  const world = { table: engine.table, newId, clock: clock.clock, random: () => 0.5, sleep };
  const time = sendTo(timeDoor(world) as never);
  const workspace = sendTo(workspaceDoor({ ...world, people, ring }) as never);
  const invoices = sendTo(invoicesDoor({ ...world, ring, closeCheckout: async () => undefined } as never) as never);
  const bills = sendTo(billsDoor({ ...world, ring }) as never);
  const payments = sendTo(paymentsDoor({ ...world, ring, ...noStripe }) as never);
  return { clock, time, workspace, invoices, bills, payments, invited, signedOut, rung };
};
