import type { InvoiceCall } from '../../shared/api/invoices.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { editDraft as edited } from '../../shared/domain/invoice.ts';
import { lineTotals, pricesIncludeTax, retax } from '../../shared/domain/invoice-lines.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { newLines, replaceInvoice } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { partiesOf, readTerms } from './plan-invoice.ts';
import { freeLines, servicesOf } from './plan-lines.ts';
import { readShown, withLines } from './read-documents.ts';
import { invoiceView } from './views.ts';

/** Changes a draft: its dates and notes, and the lines of one that was written by hand. */
export const editDraft =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, params, body, ifMatch }: InvoiceCall<'updateInvoice'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { head, sync, today } = await readShown({ table, now })(ws, params.id);
    requireVersion(ifMatch, head.version);
    if (body.lines && head.source === 'time')
      return refuseFields({ path: 'lines', message: 'come from time entries; change those, or make the draft anew' });
    if (body.pricesIncludeTax !== undefined && !body.lines)
      return refuseFields({ path: 'pricesIncludeTax', message: 'changes prices: give the lines along with it' });
    const { issueDate = head.issueDate, dueDate = head.dueDate, notes = head.notes } = body;
    // Terms that nobody names follow the client's: a moved issue date moves the due date with it.
    const due = body.dueDate === undefined && body.issueDate !== undefined ? undefined : dueDate;
    const asked = { jobId: head.jobId, clientId: head.clientId, issueDate, dueDate: due };
    const before = await withLines(table)(ws, head);
    const withTax = body.pricesIncludeTax ?? pricesIncludeTax(before.lines);
    const terms = await readTerms({ table, now })(ws, {
      ...asked,
      pricesIncludeTax: withTax,
      serviceIds: servicesOf(body.lines ?? []),
    });
    const kept = () => (head.quoteId ? before.lines : before.lines.map((line) => retax(line, terms.taxRule)));
    const lines = body.lines ? freeLines(terms, body.lines, newId) : kept();
    const epoch = head.linesEpoch + 1;
    const sums = lineTotals(head.currency, lines);
    const dates = { issueDate: terms.issueDate, dueDate: terms.dueDate };
    const draft = edited(head, { ...dates, notes, ...sums, lineCount: lines.length, linesEpoch: epoch });
    const parties = partiesOf(terms);
    const text = `The draft for ${terms.client.name} was changed`;
    const trail = { id: newId('aud'), at: now(), who: caller.memberId, what: 'invoice-edited', about: head.id, text };
    await table.commit([
      replaceInvoice(ws, draft),
      ...newLines(ws, head.id, epoch, lines, parties, before.bills),
      audited(ws, trail),
    ]);
    const after = { ...draft, version: head.version + 1 };
    return { status: 200, etag: String(after.version), body: invoiceView({ head: after, lines, parties }, sync, today) };
  };
