import type { Haste } from '../../shared/domain/call-budget.ts';
import type { Money } from '../../shared/domain/money.ts';
import type { Manifest } from '../../shared/store/manifests.ts';
import type { Deadline } from '../../shared/runtime/worker-door.ts';
import type { Lane } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import type { XeroConnection } from '../../shared/store/xero-connections.ts';
import type { XeroSettings } from '../../shared/store/xero-settings.ts';
import type { RefundThere } from '../payments/follow-refund.ts';
import type { MoneyMoved } from '../payments/follow-xero.ts';
import type { Books } from './open-books.ts';
import type { XeroWorld } from './world.ts';

/** What the worker needs from the rooms whose documents it carries. */
export interface RoomFlows {
  /** Xero has confirmed a void; `also` is written in the same commit. */
  readonly voidConfirmed: (workspaceId: string, invoiceId: string, also: readonly Write[]) => Promise<void>;
  readonly voidRefused: (workspaceId: string, invoiceId: string, reason: string, also: readonly Write[]) => Promise<void>;
  /** The unapproved document of an invoice that goes back to a draft is gone there. */
  readonly returnConfirmed: (workspaceId: string, invoiceId: string, also: readonly Write[]) => Promise<void>;
  readonly returnRefused: (workspaceId: string, invoiceId: string, reason: string, also: readonly Write[]) => Promise<void>;
  /** Somebody voided or deleted the invoice in Xero; `also` is written in the same commit. */
  readonly voidedThere: (workspaceId: string, invoiceId: string, also: readonly Write[]) => Promise<void>;
  readonly dueDateMoved: (workspaceId: string, invoiceId: string, dueDate: string) => Promise<void>;
  /** The accountant has answered an open quote; `also` is written in the same commit. Refuses what is not open any more. */
  readonly quoteAnswered: (
    workspaceId: string,
    quoteId: string,
    kind: 'accepted' | 'declined',
    also: readonly Write[],
  ) => Promise<void>;
  readonly moneyMoved: (workspaceId: string, invoiceId: string, moved: MoneyMoved) => Promise<void>;
  /** What was given back there for a credit note; answers with what of it can't have gone back of any payment here. */
  readonly refundedThere: (workspaceId: string, refund: RefundThere) => Promise<Money>;
}

/** One run of a workspace's worker: what it read at its start, and what changes on its way. */
export interface Run {
  readonly world: XeroWorld;
  readonly flows: RoomFlows;
  readonly ws: string;
  readonly tenantId: string;
  readonly settings: XeroSettings;
  /** The workspace's time zone. */
  readonly zone: string;
  readonly books: Books;
  readonly deadline: Deadline;
  connection: XeroConnection;
  manifest: Manifest;
  /** Payments that this run has to leave waiting, with the invoice that goes first. */
  readonly deferred: Map<string, string>;
  /** The lane in which the work at hand waits, and after how many calls the lanes above it were last looked at. */
  readonly looked: { lane: Lane | undefined; calls: number };
  /** How soon the call that comes next has to be made. */
  readonly haste: { now: Haste };
  /** Set once the connection turned out to be another than the one this run began with: nothing more is sent. */
  readonly stopped: { now: boolean };
  /** After how many calls it was last written down what they taught about the limits. */
  readonly noted: { calls: number };
  /** Whether this run may have changed which documents are blocked since they were counted last. */
  readonly blockage: { touched: boolean };
}
