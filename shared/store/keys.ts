import type { Key } from './write.ts';

/** Keys lead with the workspace; only look-ups that start without one do not. */
const inWorkspace = (workspaceId: string, kind = ''): string => `W#${workspaceId}${kind}`;
const key = (pk: string, sk: string): Key => ({ pk, sk });

/** Turns a month YYYY-MM around, so that later months sort first. */
export const newestFirst = (month: string): string => String(999_999 - Number(month.replace('-', '')));

/** Where every kind of item stands. */
export const keys = {
  workspace: (ws: string) => key(inWorkspace(ws), 'WORKSPACE'),
  logo: (ws: string) => key(inWorkspace(ws), 'LOGO'),
  member: (ws: string, id: string) => key(inWorkspace(ws), `MEMBER#${id}`),
  client: (ws: string, id: string) => key(inWorkspace(ws), `CLIENT#${id}`),
  service: (ws: string, id: string) => key(inWorkspace(ws), `SERVICE#${id}`),
  job: (ws: string, id: string) => key(inWorkspace(ws), `JOB#${id}`),
  series: (ws: string, name: string) => key(inWorkspace(ws), `SERIES#${name}`),
  /** Tax rates that the workspace has said itself. */
  taxRates: (ws: string) => key(inWorkspace(ws), 'TAX-RATES'),
  xeroConnection: (ws: string) => key(inWorkspace(ws), 'XERO'),
  xeroSettings: (ws: string) => key(inWorkspace(ws), 'XERO-SETTINGS'),
  stripeConnection: (ws: string) => key(inWorkspace(ws), 'STRIPE'),
  timer: (ws: string, member: string) => key(inWorkspace(ws, '#TIMER'), member),
  timeEntry: (ws: string, id: string) => key(inWorkspace(ws, `#TE#${id}`), 'ENTRY'),
  /** A further day of an entry that crossed midnight, so that a range finds it there too. */
  timeEntryDay: (ws: string, id: string, date: string) => key(inWorkspace(ws, `#TE#${id}`), `DAY#${date}`),
  invoice: (ws: string, id: string) => key(inWorkspace(ws, `#INV#${id}`), 'HEAD'),
  invoiceLines: (ws: string, id: string, epoch: number, chunk: number) =>
    key(inWorkspace(ws, `#INV#${id}`), `LINES#${String(epoch).padStart(6, '0')}#${String(chunk).padStart(4, '0')}`),
  quote: (ws: string, id: string) => key(inWorkspace(ws, `#QUO#${id}`), 'HEAD'),
  quoteLines: (ws: string, id: string, epoch: number, chunk: number) =>
    key(inWorkspace(ws, `#QUO#${id}`), `LINES#${String(epoch).padStart(6, '0')}#${String(chunk).padStart(4, '0')}`),
  creditNote: (ws: string, id: string) => key(inWorkspace(ws, `#CN#${id}`), 'HEAD'),
  creditNoteLines: (ws: string, id: string, chunk: number) =>
    key(inWorkspace(ws, `#CN#${id}`), `LINES#${String(chunk).padStart(4, '0')}`),
  bill: (ws: string, id: string) => key(inWorkspace(ws, `#BILL#${id}`), 'BILL'),
  expense: (ws: string, id: string) => key(inWorkspace(ws, `#EXP#${id}`), 'EXPENSE'),
  payment: (ws: string, id: string) => key(inWorkspace(ws, `#PAY#${id}`), 'PAYMENT'),
  payout: (ws: string, id: string) => key(inWorkspace(ws, `#POT#${id}`), 'PAYOUT'),
  /** The links by which its client sees an invoice or a quote. */
  shareLinks: (ws: string, id: string) => key(inWorkspace(ws, `#${id.startsWith('quo_') ? 'QUO' : 'INV'}#${id}`), 'LINKS'),
  /** The latest Checkout page of an invoice. */
  checkout: (ws: string, invoiceId: string) => key(inWorkspace(ws, `#INV#${invoiceId}`), 'CHECKOUT'),
  /** What one Checkout page asked for; kept, since a payment may arrive long after the next page was made. */
  checkoutAsked: (ws: string, invoiceId: string, checkoutId: string) =>
    key(inWorkspace(ws, `#INV#${invoiceId}`), `CHECKOUT#${checkoutId}`),
  syncItem: (ws: string, documentId: string) => key(inWorkspace(ws, `#SYNC#${documentId}`), 'SYNC'),
  waitingWork: (ws: string, lane: string, kind: string, documentId: string) =>
    key(inWorkspace(ws, '#OUT'), `${lane}#${kind}#${documentId}`),
  manifest: (ws: string) => key(inWorkspace(ws, '#OUT'), '!MANIFEST'),
  aboutAggregates: (ws: string) => key(inWorkspace(ws, '#AGG'), '#ABOUT'),
  /** Sums of what is due, by day; one item a month. What has long been overdue stands together in `older`. */
  dues: (ws: string, month: string) => key(inWorkspace(ws, '#AGG'), `DUE#${month}`),
  /** Sums of what was issued, by day; one item a month, newest month first. */
  revenue: (ws: string, month: string) => key(inWorkspace(ws, '#AGG'), `REVENUE#${newestFirst(month)}`),
  audit: (ws: string, id: string) => key(inWorkspace(ws, '#AUDIT'), id),
  notification: (ws: string, cause: string) => key(inWorkspace(ws, '#NOTE'), cause),
  /** A mail to one member, from when it is to be sent until a month after. */
  mail: (ws: string, id: string) => key(inWorkspace(ws, '#MAIL'), id),
  /** A document on its way to a client by mail, and a month after. */
  letter: (ws: string, id: string) => key(inWorkspace(ws, '#LETTER'), id),
  /** How often something that costs others was done on a day. */
  quota: (ws: string, what: string, date: string) => key(inWorkspace(ws, '#QUOTA'), `${what}#${date}`),
  /** How often something that needs no sign-in was done in a minute. Spread by what it is: a crowd comes to one link. */
  throttle: (ws: string, what: string, minute: number) => key(inWorkspace(ws, `#THROTTLE#${what}`), String(minute)),
  /** A contact as the organisation has it. Kept per organisation: links to another one stay as they were. */
  xeroContact: (ws: string, tenantId: string, contactId: string) => key(inWorkspace(ws, `#XC#${tenantId}`), `ID#${contactId}`),
  /** Which contact a client is, and which client a contact is. */
  contactOfClient: (ws: string, tenantId: string, clientId: string) =>
    key(inWorkspace(ws, `#XC#${tenantId}`), `CLIENT#${clientId}`),
  clientOfContact: (ws: string, tenantId: string, contactId: string) =>
    key(inWorkspace(ws, `#XC#${tenantId}`), `LINKED#${contactId}`),
  /** An access that a person allowed and nobody has confirmed yet. */
  xeroConsent: (ws: string, id: string) => key(inWorkspace(ws, '#XERO-CONSENT'), id),
  /** Work that can't go on before something changes: a person, a contact, another document. */
  parkedWork: (ws: string, kind: string, documentId: string) => key(inWorkspace(ws, '#OUT'), `9-parked#${kind}#${documentId}`),
  discrepancy: (ws: string, place: string) => key(inWorkspace(ws, '#DIS'), place),
  reconciliation: (ws: string) => key(inWorkspace(ws), 'RECONCILIATION'),
  /** What one page of a comparison has shown. */
  comparedPage: (ws: string, run: string, page: string) => key(inWorkspace(ws, `#RECON#${run}`), page),
  /** Money in escrow, by the id under which it was told. */
  escrowFunding: (ws: string, id: string) => key(inWorkspace(ws, '#ESCROW'), `FUNDING#${id}`),
  escrowRelease: (ws: string, id: string) => key(inWorkspace(ws, '#ESCROW'), `RELEASE#${id}`),
  invoiceSchedule: (ws: string, id: string) => key(inWorkspace(ws), `SCHEDULE#${id}`),
  /** What a schedule has made of a period, for one job. */
  scheduleRun: (ws: string, id: string, period: string, jobId: string) =>
    key(inWorkspace(ws, `#SCHED#${id}`), `RUN#${period}#${jobId}`),
  backfill: (ws: string) => key(inWorkspace(ws), 'BACKFILL'),
  /** What Xero has under a number, as a backfill has read it. */
  backfillNumber: (ws: string, id: string, number: string) => key(inWorkspace(ws, `#BACKFILL#${id}`), number),
  membership: (sub: string, ws: string) => key(`SUB#${sub}`, `W#${ws}`),
  currentWorkspace: (sub: string) => key(`SUB#${sub}`, 'CURRENT'),
  stripeAccount: (accountId: string) => key(`STRIPE#${accountId}`, 'WORKSPACE'),
  xeroOrganisation: (tenantId: string) => key(`XERO#${tenantId}`, 'WORKSPACE'),
  xeroEvents: () => key('XERO-EVENTS', 'NUMBERS'),
  xeroState: (state: string) => key(`STATE#${state}`, 'STATE'),
} as const;

/** Partitions that are listed, of the table and of its indexes. */
export const partitions = {
  workspace: (ws: string) => inWorkspace(ws),
  waitingWork: (ws: string) => inWorkspace(ws, '#OUT'),
  aggregates: (ws: string) => inWorkspace(ws, '#AGG'),
  audit: (ws: string) => inWorkspace(ws, '#AUDIT'),
  notifications: (ws: string, state: 'open' | 'resolved') => inWorkspace(ws, `#NOTE#${state}`),
  xeroContacts: (ws: string, tenantId: string) => inWorkspace(ws, `#XC#${tenantId}`),
  xeroConsents: (ws: string) => inWorkspace(ws, '#XERO-CONSENT'),
  invoice: (ws: string, id: string) => inWorkspace(ws, `#INV#${id}`),
  memberships: (sub: string) => `SUB#${sub}`,
  /** list: all entries / invoices / payments of a workspace; sync items by state. */
  entriesOfWorkspace: (ws: string) => inWorkspace(ws, '#TE'),
  invoicesOfWorkspace: (ws: string) => inWorkspace(ws, '#INV'),
  quotesOfWorkspace: (ws: string) => inWorkspace(ws, '#QUO'),
  creditNotesOfWorkspace: (ws: string) => inWorkspace(ws, '#CN'),
  billsOfWorkspace: (ws: string) => inWorkspace(ws, '#BILL'),
  expensesOfWorkspace: (ws: string) => inWorkspace(ws, '#EXP'),
  paymentsOfWorkspace: (ws: string) => inWorkspace(ws, '#PAY'),
  payoutsOfWorkspace: (ws: string) => inWorkspace(ws, '#POT'),
  syncItems: (ws: string, state: string) => inWorkspace(ws, `#SYNC#${state}`),
  discrepancies: (ws: string, state: string) => inWorkspace(ws, `#DIS#${state}`),
  discrepanciesOf: (ws: string) => inWorkspace(ws, '#DIS'),
  comparedPages: (ws: string, run: string) => inWorkspace(ws, `#RECON#${run}`),
  /** job: what belongs to a job; and a discrepancy or a notification by its id. */
  discrepancyById: (ws: string, id: string) => inWorkspace(ws, `#DIS#ID#${id}`),
  /** job: documents by the id that they have in an organisation's books. */
  documentsThere: (ws: string, tenantId: string) => inWorkspace(ws, `#THERE#${tenantId}`),
  notificationById: (ws: string, id: string) => inWorkspace(ws, `#NOTE#ID#${id}`),
  entriesOfJob: (ws: string, job: string) => inWorkspace(ws, `#JOB#${job}#TE`),
  invoicesOfJob: (ws: string, job: string) => inWorkspace(ws, `#JOB#${job}#INV`),
  /** party: what belongs to a member, a client, or an invoice. */
  entriesOfMember: (ws: string, member: string) => inWorkspace(ws, `#MEMBER#${member}#TE`),
  billsOfMember: (ws: string, member: string) => inWorkspace(ws, `#MEMBER#${member}#BILL`),
  expensesOfMember: (ws: string, member: string) => inWorkspace(ws, `#MEMBER#${member}#EXP`),
  notificationsOfMember: (ws: string, member: string) => inWorkspace(ws, `#MEMBER#${member}#NOTE`),
  billsOfInvoice: (ws: string, invoice: string) => inWorkspace(ws, `#INV#${invoice}#BILL`),
  /** Fundings and releases of a job, by time. */
  escrowOfJob: (ws: string, job: string) => inWorkspace(ws, `#JOB#${job}#ESCROW`),
  scheduleRuns: (ws: string, id: string) => inWorkspace(ws, `#SCHED#${id}`),
  expensesOfJob: (ws: string, job: string) => inWorkspace(ws, `#JOB#${job}#EXP`),
  invoicesOfClient: (ws: string, client: string) => inWorkspace(ws, `#CLIENT#${client}#INV`),
  quotesOfClient: (ws: string, client: string) => inWorkspace(ws, `#CLIENT#${client}#QUO`),
  creditNotesOfClient: (ws: string, client: string) => inWorkspace(ws, `#CLIENT#${client}#CN`),
  creditNotesOfInvoice: (ws: string, invoice: string) => inWorkspace(ws, `#INV#${invoice}#CN`),
  paymentsOfInvoice: (ws: string, invoice: string) => inWorkspace(ws, `#INV#${invoice}#PAY`),
  /** unbilled: entries of a job that may still be billed. */
  unbilledOfJob: (ws: string, job: string) => inWorkspace(ws, `#JOB#${job}#UNBILLED`),
} as const;
