import { escrowRoutes } from '../../shared/api/escrow.ts';
import { invoiceRoutes } from '../../shared/api/invoices.ts';
import { scheduleRoutes } from '../../shared/api/schedules.ts';
import { instantOf } from '../../shared/domain/days.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import { retryLostRaces, type RetryTools } from '../../shared/runtime/retry.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { addSchedule } from './add-schedule.ts';
import { changeSchedule } from './change-schedule.ts';
import { createInvoice } from './create-invoice.ts';
import { deleteDraft } from './delete-draft.ts';
import { deleteSchedule } from './delete-schedule.ts';
import { editDraft } from './edit-draft.ts';
import { getInvoice } from './get-invoice.ts';
import { getSchedule } from './get-schedule.ts';
import { issueDraft } from './issue-draft.ts';
import { listEscrow } from './list-escrow.ts';
import { listInvoiceLines } from './list-invoice-lines.ts';
import { listInvoices } from './list-invoices.ts';
import { listSchedules } from './list-schedules.ts';
import { previewInvoice } from './preview-invoice.ts';
import { recordFunding } from './record-funding.ts';
import { recordRelease } from './record-release.ts';
import { replayInvoice } from './replay-invoice.ts';
import { returnToDraft } from './return-to-draft.ts';
import { syncInvoice } from './sync-invoice.ts';
import { voidInvoice } from './void-invoice.ts';

/** The world that the room of invoices works in. */
export interface InvoiceWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
  /** Rings for a workspace whose documents wait to be sent to Xero. */
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
  /** Closes a Checkout page that is still open for an invoice. */
  readonly closeCheckout: (workspaceId: string, invoiceId: string) => Promise<void>;
}

/** Answers the routes of invoices. */
export const invoicesDoor = ({ clock, random, sleep, ...world }: InvoiceWorld) => {
  const tools = { clock, random, sleep };
  const needs = { ...world, now: () => instantOf(clock()), retry: <T>(run: () => Promise<T>) => retryLostRaces(tools, run) };
  return apiDoor({
    routes: [...invoiceRoutes, ...escrowRoutes, ...scheduleRoutes],
    useCases: {
      previewInvoice: previewInvoice(needs),
      createInvoice: createInvoice(needs),
      listInvoices: listInvoices(needs),
      getInvoice: getInvoice(needs),
      listInvoiceLines: listInvoiceLines(needs),
      updateInvoice: editDraft(needs),
      deleteInvoice: deleteDraft(needs),
      issueInvoice: issueDraft(needs),
      voidInvoice: voidInvoice(needs),
      returnToDraft: returnToDraft(needs),
      syncInvoice: syncInvoice(needs),
      recordEscrowFunding: recordFunding(needs),
      listEscrow: listEscrow(needs),
      recordEscrowRelease: recordRelease(needs),
      createInvoiceSchedule: addSchedule(needs),
      listInvoiceSchedules: listSchedules(needs),
      getInvoiceSchedule: getSchedule(needs),
      updateInvoiceSchedule: changeSchedule(needs),
      deleteInvoiceSchedule: deleteSchedule(needs),
    },
    readEarlier: readEarlier(world.table),
    release: release(world.table),
    replay: replayInvoice(needs),
    stillMember: stillMember(world.table),
    tools,
  });
};
