import { dateIn, type DateText, type Instant } from '../../shared/domain/days.ts';
import { askable } from '../../shared/domain/invoice.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { hashOfToken, readShareToken, tokenFor } from '../../shared/domain/share-token.ts';
import { foundAt } from '../../shared/store/found.ts';
import { parseQuote, quoteKey } from '../../shared/store/quotes.ts';
import { epochOf, leadsSomewhere, parseShareLinks, shareLinksKey, type ShareLinks } from '../../shared/store/share-links.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { parseStripeConnection, stripeConnectionKey } from '../../shared/store/stripe-connections.ts';
import type { Table } from '../../shared/store/table.ts';
import { throttled } from '../../shared/store/throttles.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { isLinked } from '../quotes/follow-link.ts';

/** An invoice that somebody may see because they have its link. */
export interface SharedInvoice {
  readonly workspaceId: string;
  readonly head: InvoiceHead;
  readonly today: DateText;
  /** Whether a card can be taken for it at this moment. */
  readonly isPayable: boolean;
}

const missing = 'There is no such thing here';

/**
 * Finds the invoice that a link leads to, in one read (two where it is the link of its quote): the token says where, and counts only if its hash is among the invoice's
 * links. Unknown, malformed and revoked links, and drafts, are the same `not-found`. Both hits and misses are counted by the minute.
 */
export const readShared =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async (token: string): Promise<SharedInvoice> => {
    const place = readShareToken(token, 'inv');
    if (!place) return refuse('not-found', missing);
    const { workspaceId: ws, documentId } = place;
    const at = {
      head: invoiceKey(ws, documentId),
      links: shareLinksKey(ws, documentId),
      workspace: workspaceKey(ws),
      stripe: stripeConnectionKey(ws),
    };
    const found = await table.batchGet(Object.values(at));
    const workspace = foundAt(found, at.workspace, parseWorkspace);
    const head = foundAt(found, at.head, parseInvoice);
    const links = foundAt(found, at.links, parseShareLinks);
    const isOpen = leadsSomewhere(links, token) || (head !== undefined && (await leadsByQuote(table, ws, head, links, token)));
    if (!workspace || !head || !isOpen || !clientsSee(head)) {
      if (workspace) await table.commit([throttled(ws, 'wrong-link', '', now())]);
      return refuse('not-found', missing);
    }
    await table.commit([throttled(ws, 'link', hashOfToken(token).slice(0, 16), now()), throttled(ws, 'workspace', '', now())]);
    const stripe = foundAt(found, at.stripe, parseStripeConnection);
    const takesCards = stripe !== undefined && stripe.state !== 'disconnected' && stripe.chargesEnabled;
    return {
      workspaceId: ws,
      head,
      today: dateIn(workspace.zone, now()),
      isPayable: takesCards && askable(head).amount > 0,
    };
  };

/**
 * Whether the secret is that of a link to the quote which the invoice was made of: who accepted it sees what it became. That ends with
 * the quote's link, and when the invoice's own links are revoked.
 */
const leadsByQuote = async (
  table: Table,
  ws: string,
  { id, quoteId }: InvoiceHead,
  links: ShareLinks | undefined,
  token: string,
): Promise<boolean> => {
  if (quoteId == null || epochOf(links) > 0) return false;
  const found = await table.batchGet([quoteKey(ws, quoteId), shareLinksKey(ws, quoteId)]);
  const head = foundAt(found, quoteKey(ws, quoteId), parseQuote);
  if (head?.invoiceId !== id) return false;
  return isLinked({ head, links: foundAt(found, shareLinksKey(ws, quoteId), parseShareLinks) }, tokenFor(token, quoteId));
};

/** What a client may see. One that goes back to draft is nobody's business until it is issued again. */
export const clientsSee = ({ status, number }: Pick<InvoiceHead, 'status' | 'number'>): boolean =>
  number !== null && shown.has(status);
const shown = new Set<InvoiceHead['status']>(['issued', 'partially-paid', 'paid', 'voiding', 'void']);
