import { until } from './until.ts';

export const kestrelBooks = '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e01';

/** Parts of what the Xero sandbox holds, in Xero's own names. */
export interface BookedLine {
  Description: string;
  Quantity: number;
  UnitAmount: number;
  LineAmount: number;
  TaxType: string;
  TaxAmount: number;
  AccountCode: string;
}
export interface BookedInvoice {
  InvoiceID: string;
  InvoiceNumber: string;
  Reference: string;
  Status: string;
  CurrencyCode: string;
  SubTotal: number;
  TotalTax: number;
  Total: number;
  AmountDue: number;
  AmountPaid: number;
  LineItems: BookedLine[];
  Contact: { ContactID: string; Name: string };
}
export interface BookedPayment {
  PaymentID: string;
  Status: string;
  Amount: number;
  Reference: string;
  Account: { Code: string };
  Invoice: { InvoiceID: string; InvoiceNumber: string };
}
export interface Books {
  contacts: { ContactID: string; Name: string; EmailAddress?: string }[];
  invoices: BookedInvoice[];
  payments: BookedPayment[];
}
export interface SeenCall {
  method: string;
  path: string;
  status: number;
  fault?: string;
}

const control = async (url: string, method: string, path: string, body?: unknown): Promise<unknown> => {
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.text();
  if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined;
};

/** Xero as its own people and its control calls show it. */
export const xeroAt = (url: string) => {
  const books = async (): Promise<Books> => {
    const state = await control(url, 'GET', `/_sandbox/state?tenantId=${kestrelBooks}`);
    const [own] = (state as { organisations: Books[] }).organisations;
    if (!own) throw new Error('The sandbox has no such books');
    return own;
  };
  const invoicesNumbered = async (number: string): Promise<BookedInvoice[]> =>
    (await books()).invoices.filter(({ InvoiceNumber }) => InvoiceNumber === number);
  const paymentsOf = async (number: string): Promise<BookedPayment[]> =>
    (await books()).payments.filter(({ Invoice, Status }) => Invoice.InvoiceNumber === number && Status !== 'DELETED');
  return {
    books,
    /** Every invoice of that number: there should be one. */
    invoicesNumbered,
    paymentsOf,
    /** Waits until an invoice has some number of payments there; answers them. */
    invoicePaidBy: (number: string, count: number): Promise<BookedPayment[]> =>
      until(
        `${number} has ${count} payments in Xero`,
        () => paymentsOf(number),
        ({ length }) => length >= count,
      ),
    /** Waits until an invoice stands there once in some status. */
    invoiceIn: async (number: string, status: string): Promise<BookedInvoice> => {
      const found = await until(
        `${number} is ${status} in Xero`,
        () => invoicesNumbered(number),
        ([first]) => first?.Status === status,
      );
      if (found.length !== 1) throw new Error(`${number} stands in Xero ${found.length} times`);
      return found[0] as BookedInvoice;
    },
    /** Accounting calls since the start or since they were forgotten. */
    calls: async (): Promise<SeenCall[]> => {
      const { items } = (await control(url, 'GET', '/_sandbox/requests')) as { items: SeenCall[] };
      return items.filter(({ path }) => path.startsWith('/api.xro/'));
    },
    forgetCalls: async (): Promise<void> => void (await control(url, 'DELETE', '/_sandbox/requests')),
    /** What goes wrong with the next matching calls. */
    fault: async (fault: string, match: { method?: string; path?: string }, more: object = {}): Promise<void> =>
      void (await control(url, 'POST', '/_sandbox/faults', { fault, match, ...more })),
    /** Faults that have not hit anything yet. */
    faults: async (): Promise<unknown[]> => ((await control(url, 'GET', '/_sandbox/faults')) as { items: unknown[] }).items,
    noFaults: async (): Promise<void> => void (await control(url, 'DELETE', '/_sandbox/faults')),
    /** What an accountant does on the page of the books. */
    accountant: async (action: string, fields: object): Promise<void> =>
      void (await control(url, 'POST', `/org/${kestrelBooks}`, { action, ...fields })),
    advance: async (seconds: number): Promise<void> =>
      void (await control(url, 'POST', '/_sandbox/clock', { advanceSeconds: seconds })),
  };
};
export type XeroOutside = ReturnType<typeof xeroAt>;

export interface StripeState {
  accounts: { id: string }[];
  sessions: { id: string; url: string; status: string; payment_status: string; payment_intent: string | null }[];
  paymentIntents: { id: string; status: string; amount: number; metadata: Record<string, string> }[];
  balanceTransactions: {
    id: string;
    account: string;
    type: string;
    amount: number;
    fee: number;
    net: number;
    currency: string;
  }[];
  events: { id: string; type: string; data: { object: { id: string; payment_intent?: string } } }[];
}

/** Stripe as payers and its control calls show it. */
export const stripeAt = (url: string) => ({
  state: async (): Promise<StripeState> => (await control(url, 'GET', '/_sandbox/state')) as StripeState,
  fault: async (fault: string, match: object = {}, times = 1): Promise<void> =>
    void (await control(url, 'POST', '/_sandbox/faults', { fault, match, times })),
  noFaults: async (): Promise<void> => void (await control(url, 'DELETE', '/_sandbox/faults')),
  resend: async (eventId: string): Promise<void> => void (await control(url, 'POST', `/_sandbox/events/${eventId}/resend`, {})),
  /** Sends everything to the bank, as if days had gone by; answers Stripe's id of the payout. */
  payOut: async (account: string, outcome: 'paid' | 'failed' = 'paid', currency = 'gbp'): Promise<string> => {
    await control(url, 'POST', '/_sandbox/available', { account });
    const payout = await control(url, 'POST', '/_sandbox/payouts', { account, currency, outcome });
    return (payout as { id: string }).id;
  },
  /** The payer's bank takes a payment back; answers the dispute's id. */
  dispute: async (paymentIntent: string): Promise<string> =>
    ((await control(url, 'POST', '/_sandbox/disputes', { paymentIntent })) as { id: string }).id,
  decide: async (disputeId: string, status: 'won' | 'lost'): Promise<void> =>
    void (await control(url, 'POST', `/_sandbox/disputes/${disputeId}`, { status })),
});
export type StripeOutside = ReturnType<typeof stripeAt>;

/** Posts a form as a browser does and tells where it is sent next. */
export const postForm = async (address: string, fields: Record<string, string>): Promise<string> => {
  const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  const next = answer.headers.get('location');
  if (next === null) throw new Error(`${new URL(address).pathname} answered ${answer.status} and sent nobody on`);
  return new URL(next, address).href;
};

/** Opens an address as a browser does and tells where it is sent next. */
export const followOnce = async (address: string): Promise<string> => {
  const answer = await fetch(address, { redirect: 'manual' });
  const next = answer.headers.get('location');
  if (next === null) throw new Error(`${new URL(address).pathname} answered ${answer.status} and sent nobody on`);
  return new URL(next, address).href;
};
