import { invoiceRoutes } from '../../shared/api/invoices.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import { systemClock, systemNow, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell, openQueue } from '../../shared/runtime/queue.ts';
import { retryLostRaces } from '../../shared/runtime/retry.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import { openTable } from '../../shared/store/table.ts';
import { createInvoice } from './create-invoice.ts';
import { deleteDraft } from './delete-draft.ts';
import { editDraft } from './edit-draft.ts';
import { getInvoice } from './get-invoice.ts';
import { issueDraft } from './issue-draft.ts';
import { listInvoiceLines } from './list-invoice-lines.ts';
import { listInvoices } from './list-invoices.ts';
import { previewInvoice } from './preview-invoice.ts';
import { replayInvoice } from './replay-invoice.ts';
import { syncInvoice } from './sync-invoice.ts';
import { voidInvoice } from './void-invoice.ts';

const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);
const tools = { clock: systemClock, random: systemRandom, sleep: systemSleep };
const payments = openQueue(setting('STRIPE_EVENTS_QUEUE_URL'));
const needs = {
  table,
  now: systemNow,
  newId,
  ring: openDoorbell(setting('DOORBELL_QUEUE_URL'), newId),
  retry: <T>(run: () => Promise<T>) => retryLostRaces(tools, run),
  closeCheckout: (workspaceId: string, invoiceId: string) => payments.send({ kind: 'close-checkout', workspaceId, invoiceId }),
};

/** The door of the invoices room. */
export const handler = apiDoor({
  routes: invoiceRoutes,
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
    syncInvoice: syncInvoice(needs),
  },
  readEarlier: readEarlier(table),
  release: release(table),
  replay: replayInvoice(needs),
  stillMember: stillMember(table),
  tools,
});
