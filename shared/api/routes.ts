import { billRoutes } from './bills.ts';
import { correctionRoutes } from './corrections.ts';
import { creditNoteRoutes } from './credit-notes.ts';
import { documentRoutes } from './documents.ts';
import { escrowRoutes } from './escrow.ts';
import { invoiceRoutes } from './invoices.ts';
import { overviewRoutes } from './overview.ts';
import { paymentRoutes } from './payments.ts';
import { payoutRoutes } from './payouts.ts';
import { quoteRoutes } from './quotes.ts';
import type { Route } from './route.ts';
import { reRatingRoutes } from './re-rating.ts';
import { scheduleRoutes } from './schedules.ts';
import { timeRoutes } from './time.ts';
import { workspaceRoutes } from './workspace.ts';
import { xeroRoutes } from './xero.ts';

/** Every route of the API: infra makes API Gateway routes of it, OpenAPI is generated from it, tests walk it. */
export const routes: readonly Route[] = [
  ...timeRoutes,
  ...reRatingRoutes,
  ...workspaceRoutes,
  ...invoiceRoutes,
  ...escrowRoutes,
  ...scheduleRoutes,
  ...quoteRoutes,
  ...paymentRoutes,
  ...creditNoteRoutes,
  ...payoutRoutes,
  ...billRoutes,
  ...xeroRoutes,
  ...correctionRoutes,
  ...overviewRoutes,
  ...documentRoutes,
];
