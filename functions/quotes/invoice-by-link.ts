import { askable } from '../../shared/domain/invoice.ts';
import { tokenFor } from '../../shared/domain/share-token.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import type { WholeQuote } from '../../shared/store/quotes.ts';
import { epochOf, parseShareLinks, shareLinksKey } from '../../shared/store/share-links.ts';
import type { Table } from '../../shared/store/table.ts';
import { clientsSee } from '../documents/read-shared.ts';
import { placeOf } from './follow-link.ts';

// Flow: who has the link of a quote sees the invoice that it became, by the same secret and without anything being written.

/** Where the invoice of a quote is seen. */
export interface LinkedInvoice {
  /** Of its page, from the API's address on. */
  readonly path: string;
  readonly number: string;
  readonly isDue: boolean;
}

/** The invoice's page for the reader of a quote; undefined where there is none, or its links were revoked. One read if there is one. */
export const invoiceByLink =
  (table: Table) =>
  async (token: string, { head: { invoiceId } }: Pick<WholeQuote, 'head'>): Promise<LinkedInvoice | undefined> => {
    if (invoiceId === null) return undefined;
    const { workspaceId: ws } = placeOf(token);
    const found = await table.batchGet([invoiceKey(ws, invoiceId), shareLinksKey(ws, invoiceId)]);
    const invoice = foundAt(found, invoiceKey(ws, invoiceId), parseInvoice);
    const links = foundAt(found, shareLinksKey(ws, invoiceId), parseShareLinks);
    if (!invoice || !clientsSee(invoice) || epochOf(links) > 0) return undefined;
    return { path: invoicePath(token, invoiceId), number: invoice.number ?? '', isDue: askable(invoice).amount > 0 };
  };

/** The path of an invoice's page, for the link of the quote that it was made of. */
export const invoicePath = (token: string, invoiceId: string): string => `/i/${tokenFor(token, invoiceId)}`;
