import type { DocumentCall } from '../../shared/api/documents.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { printQuote } from '../../shared/domain/print-quote.ts';
import type { PrintedDocument } from '../../shared/domain/printed.ts';
import { quoteStatusAt } from '../../shared/domain/quote.ts';
import { readLogo } from '../../shared/store/logos.ts';
import type { Table } from '../../shared/store/table.ts';
import { throttled } from '../../shared/store/throttles.ts';
import { placeOf, readByLink } from '../quotes/follow-link.ts';
import { quotePageUrl } from './page-url.ts';
import { fileName, pdfReply } from './printed-invoice.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly publicUrl: string;
  readonly draw: (document: PrintedDocument) => Promise<Uint8Array>;
}

/** Draws a quote for whoever has its link, which the file leads back to. Who answered it stands on it. */
export const getPublicQuotePdf =
  ({ table, now, publicUrl, draw }: Needs) =>
  async ({ params: { token } }: DocumentCall<'getPublicQuotePdf'>): Promise<Reply> => {
    const { head, lines, words } = await readByLink({ table, now }, token);
    const { workspaceId: ws } = placeOf(token);
    // Drawing takes far more than looking.
    await table.commit([throttled(ws, 'link', head.id, now()), throttled(ws, 'workspace', '', now())]);
    const date = dateIn(head.zone ?? 'UTC', head.sentAt ?? head.createdAt);
    const about = {
      status: quoteStatusAt(head, now()),
      date,
      logo: await readLogo(table)(ws),
      link: quotePageUrl(publicUrl, token),
    };
    const document = printQuote({ ...head, ...words }, lines, about);
    return pdfReply(await draw(document), fileName(document));
  };
