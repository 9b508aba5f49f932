import { quoteRoutes } from '../../shared/api/quotes.ts';
import { instantOf } from '../../shared/domain/days.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import { retryLostRaces, type RetryTools } from '../../shared/runtime/retry.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { acceptOnPage } from './accept-on-page.ts';
import { acceptPublicQuote } from './accept-public-quote.ts';
import { createQuote } from './create-quote.ts';
import { declineOnPage } from './decline-on-page.ts';
import { declinePublicQuote } from './decline-public-quote.ts';
import { editQuote } from './edit-quote.ts';
import { getPublicQuote } from './get-public-quote.ts';
import { getQuote } from './get-quote.ts';
import { listQuotes } from './list-quotes.ts';
import { mailQuote } from './mail-quote.ts';
import { replayQuote } from './replay-quote.ts';
import { reviseQuote } from './revise-quote.ts';
import { revokeQuoteLink } from './revoke-link.ts';
import { sendQuote } from './send-quote.ts';
import { shareQuote } from './share-quote.ts';
import { showQuotePage } from './show-page.ts';
import { withdrawQuote } from './withdraw-quote.ts';

/** The world that the room of quotes works in. */
export interface QuoteWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
  /** 256 bits that nobody can guess, base64url. */
  readonly newSecret: () => string;
  /** Rings for a workspace whose documents wait to be sent to Xero. */
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
  /** Whether this stage sends mail at all. */
  readonly mailIsOn: boolean;
  /** The API's own address, which links begin with. */
  readonly publicUrl: string;
}

/** Answers the routes of quotes, and the pages of their clients. */
export const quotesDoor = ({ clock, random, sleep, ...world }: QuoteWorld) => {
  const tools = { clock, random, sleep };
  const needs = { ...world, now: () => instantOf(clock()), retry: <T>(run: () => Promise<T>) => retryLostRaces(tools, run) };
  return apiDoor({
    routes: quoteRoutes,
    useCases: {
      createQuote: createQuote(needs),
      listQuotes: listQuotes(needs),
      getQuote: getQuote(needs),
      updateQuote: editQuote(needs),
      sendQuote: sendQuote(needs),
      mailQuote: mailQuote(needs),
      reviseQuote: reviseQuote(needs),
      withdrawQuote: withdrawQuote(needs),
      shareQuote: shareQuote(needs),
      revokeQuoteLink: revokeQuoteLink(needs),
      getPublicQuote: getPublicQuote(needs),
      acceptPublicQuote: acceptPublicQuote(needs),
      declinePublicQuote: declinePublicQuote(needs),
      showQuotePage: showQuotePage(needs),
      acceptOnPage: acceptOnPage(needs),
      declineOnPage: declineOnPage(needs),
    },
    readEarlier: readEarlier(world.table),
    release: release(world.table),
    replay: replayQuote(needs),
    stillMember: stillMember(world.table),
    tools,
  });
};
