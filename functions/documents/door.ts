import { documentRoutes } from '../../shared/api/documents.ts';
import { instantOf } from '../../shared/domain/days.ts';
import type { Picture, PrintedDocument } from '../../shared/domain/printed.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import type { RetryTools } from '../../shared/runtime/retry.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { deleteLogo } from './delete-logo.ts';
import { getCreditNotePdf } from './get-credit-note-pdf.ts';
import { getInvoicePdf } from './get-invoice-pdf.ts';
import { getLogo } from './get-logo.ts';
import { getPublicInvoice } from './get-public-invoice.ts';
import { getPublicInvoicePdf } from './get-public-invoice-pdf.ts';
import { getPublicQuotePdf } from './get-public-quote-pdf.ts';
import { getQuotePdf } from './get-quote-pdf.ts';
import { putLogo } from './put-logo.ts';
import { replayShare } from './replay-share.ts';
import { revokeInvoiceLinks } from './revoke-invoice-links.ts';
import { sendInvoice } from './send-invoice.ts';
import { shareInvoice } from './share-invoice.ts';
import { showAfterPayment } from './show-after-payment.ts';
import { showInvoicePage } from './show-invoice-page.ts';

/** The world that the room of documents works in. */
export interface DocumentWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
  /** 256 random bits, base64url. */
  readonly newSecret: () => string;
  readonly ring: RingDoorbell;
  /** Sets a document as a PDF file. */
  readonly draw: (document: PrintedDocument) => Promise<Uint8Array>;
  /** Makes of a file what documents can show; refuses what they can't. */
  readonly readPicture: (bytes: Uint8Array) => Promise<Picture>;
  /** The API's address, without a slash at its end. */
  readonly publicUrl: string;
  /** Whether this stage sends mail at all. */
  readonly mailIsOn: boolean;
}

/** Answers the routes of documents: files and links for finance, pages for clients. */
export const documentsDoor = ({ clock, random, sleep, ...world }: DocumentWorld) => {
  const needs = { ...world, now: () => instantOf(clock()) };
  return apiDoor({
    routes: documentRoutes,
    useCases: {
      getInvoicePdf: getInvoicePdf(needs),
      getQuotePdf: getQuotePdf(needs),
      getCreditNotePdf: getCreditNotePdf(needs),
      shareInvoice: shareInvoice(needs),
      revokeInvoiceLinks: revokeInvoiceLinks(needs),
      sendInvoice: sendInvoice(needs),
      getPublicInvoice: getPublicInvoice(needs),
      showInvoicePage: showInvoicePage(needs),
      getPublicInvoicePdf: getPublicInvoicePdf(needs),
      getPublicQuotePdf: getPublicQuotePdf(needs),
      showAfterPayment: showAfterPayment(),
      getLogo: getLogo(needs),
      putLogo: putLogo(needs),
      deleteLogo: deleteLogo(needs),
    },
    readEarlier: readEarlier(world.table),
    replay: replayShare(needs),
    release: release(world.table),
    stillMember: stillMember(world.table),
    tools: { clock, random, sleep },
  });
};
