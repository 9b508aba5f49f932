import { documentMail } from '../../shared/domain/document-mail.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { wasIssued } from '../../shared/domain/invoice.ts';
import type { MailText } from '../../shared/domain/notice-mail.ts';
import { printQuote } from '../../shared/domain/print-quote.ts';
import type { PrintedDocument } from '../../shared/domain/printed.ts';
import { quoteStatusAt } from '../../shared/domain/quote.ts';
import { shareTokenOf } from '../../shared/domain/share-token.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, stillAsRead } from '../../shared/store/invoices.ts';
import type { Letter } from '../../shared/store/letters.ts';
import { readLogo } from '../../shared/store/logos.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { quoteAsRead, quoteIn, sentQuoteKeys } from '../../shared/store/quotes.ts';
import { epochOf, linkAdded, parseShareLinks, shareLinksKey } from '../../shared/store/share-links.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import type { Write } from '../../shared/store/write.ts';
import { pageUrl, quotePageUrl } from './page-url.ts';
import { printedInvoice } from './printed-invoice.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newSecret: () => string;
  readonly publicUrl: string;
}

/** A letter as it would leave now. */
export interface Composed {
  readonly mail: MailText & { readonly to: string; readonly replyTo: string | undefined };
  readonly document: PrintedDocument;
  /** What has to be true, and to be written, for it to leave: its own link, and that its document and links are as they were read. */
  readonly writes: readonly Write[];
}

/** Why a letter must not leave any more, as a word. */
export type Reason = string;

/** The letter as it reads now, with a link of its own; or why it must not leave any more. */
export const composeLetter = async (needs: Needs, ws: string, letter: Letter): Promise<Composed | Reason> => {
  const documentId = letter.quoteId ?? letter.invoiceId ?? '';
  const found = await needs.table.batchGet([
    ...(letter.quoteId === null ? [invoiceKey(ws, documentId)] : sentQuoteKeys(ws, documentId)),
    ...(letter.quoteId === null ? [shareLinksKey(ws, documentId)] : []),
    workspaceKey(ws),
    memberKey(ws, letter.by),
  ]);
  const links = foundAt(found, shareLinksKey(ws, documentId), parseShareLinks);
  if (epochOf(links) !== letter.linksEpoch) return 'link-revoked';
  const token = shareTokenOf({ workspaceId: ws, documentId }, needs.newSecret());
  const print = letter.quoteId === null ? printedNow : quotePrintedNow;
  const printed = await print(needs, ws, documentId, found, token);
  if (typeof printed === 'string') return printed;
  const { document, url, asRead } = printed;
  const member = foundAt(found, memberKey(ws, letter.by), parseMember);
  const replyTo = member?.status === 'active' ? member.email : undefined;
  return {
    mail: { to: letter.to, replyTo, ...documentMail(document, { message: letter.message, url }) },
    document,
    writes: [linkAdded(ws, documentId, links, token), asRead],
  };
};

type PrintedNow = { document: PrintedDocument; url: string; asRead: Write };

const printedNow = async (
  { table, now, publicUrl }: Needs,
  ws: string,
  id: string,
  found: Found,
  token: string,
): Promise<PrintedNow | Reason> => {
  const head = foundAt(found, invoiceKey(ws, id), parseInvoice);
  const workspace = foundAt(found, workspaceKey(ws), parseWorkspace);
  if (!head || !workspace || !wasIssued(head) || head.status === 'void' || head.status === 'voiding') return 'not-issued';
  const url = pageUrl(publicUrl, token);
  const document = await printedInvoice(table)(ws, head, { today: dateIn(workspace.zone, now()), link: url });
  return { document, url, asRead: stillAsRead(ws, head) };
};

/** A quote is mailed for an answer: one that is no longer open would only mislead. */
const quotePrintedNow = async (
  { table, now, publicUrl }: Needs,
  ws: string,
  id: string,
  found: Found,
  token: string,
): Promise<PrintedNow | Reason> => {
  const quote = quoteIn(found, ws, id);
  const status = quote && quoteStatusAt(quote.head, now());
  if (!quote || status !== 'sent') return `quote-${status ?? 'missing'}`;
  const { head, lines, words } = quote;
  const url = quotePageUrl(publicUrl, token);
  const date = dateIn(head.zone ?? 'UTC', head.sentAt ?? head.createdAt);
  const logo = await readLogo(table)(ws);
  const document = printQuote({ ...head, ...words }, lines, { status, date, logo, link: url });
  return { document, url, asRead: quoteAsRead(ws, head) };
};
