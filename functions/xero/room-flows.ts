import type { Instant } from '../../shared/domain/days.ts';
import type { Queue } from '../../shared/runtime/queue.ts';
import type { Table } from '../../shared/store/table.ts';
import { followVoid, voidConfirmed, voidRefused } from '../invoices/settle-void.ts';
import { returnConfirmed, returnRefused } from '../invoices/settle-return.ts';
import { takeOverDueDate } from '../invoices/take-over-due-date.ts';
import { followRefund } from '../payments/follow-refund.ts';
import { followMoney } from '../payments/follow-xero.ts';
import { answerInXero } from '../quotes/answer-in-xero.ts';
import type { RoomFlows } from './run.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Where payment pages are closed that ask for what is no longer due. */
  readonly stripeEvents: Queue;
}

/** What the worker says to the rooms whose documents it carries. */
export const roomFlows = ({ stripeEvents, ...needs }: Needs): RoomFlows => {
  const closeCheckout = (workspaceId: string, invoiceId: string): Promise<void> =>
    stripeEvents.send({ kind: 'close-checkout', workspaceId, invoiceId });
  return {
    voidConfirmed: voidConfirmed(needs),
    voidRefused: voidRefused(needs),
    returnConfirmed: returnConfirmed(needs),
    returnRefused: returnRefused(needs),
    voidedThere: followVoid({ ...needs, closeCheckout }),
    dueDateMoved: takeOverDueDate(needs),
    quoteAnswered: answerInXero(needs),
    moneyMoved: followMoney({ ...needs, closeCheckout }),
    refundedThere: followRefund(needs),
  };
};
