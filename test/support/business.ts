import type { LocalEndpoints } from '../../infra/local/system.ts';
import { followOnce, kestrelBooks, postForm, stripeAt, xeroAt, type StripeOutside, type XeroOutside } from './outside-world.ts';
import { personAt, type Body, type Person } from './person.ts';
import { until } from './until.ts';

/** The people of a workspace and the two places outside that its money passes through. */
export interface Business {
  readonly admin: Person;
  readonly finance: Person;
  readonly noor: Person;
  readonly kai: Person;
  readonly xero: XeroOutside;
  readonly stripe: StripeOutside;
}

/** Signs everybody in at a running system. */
export const businessAt = ({ api, xero, stripe, tokens }: LocalEndpoints): Business => {
  const as = (name: string): Person => personAt(api, tokens[name] ?? '');
  return {
    admin: as('admin'),
    finance: as('finance'),
    noor: as('expert'),
    kai: as('expert2'),
    xero: xeroAt(xero),
    stripe: stripeAt(stripe),
  };
};

/** The workspace may charge British VAT, and its clients have 14 days. */
export const registerForVat = async ({ admin }: Business): Promise<Body> =>
  admin.patch('/v1/workspace', {
    address: ['1 Mill Lane', 'Bristol BS1 4ST'],
    taxRegistrations: [{ country: 'GB', number: 'GB123456782', from: '2020-01-01' }],
    paymentTermsDays: 14,
  });

/** Allows access on the consent page and comes back; what is left is to confirm the organisation. */
export const allowXero = async ({ admin }: Business): Promise<string> => {
  const { authorizationUrl } = await admin.post('/v1/xero/connect');
  return followOnce(await postForm(authorizationUrl, { organisation: kestrelBooks }));
};

/** Connects the books from beginning to end, and waits until its contacts are known. */
export const connectXero = async (business: Business): Promise<void> => {
  await allowXero(business);
  await business.admin.post('/v1/xero/connection/organisation', { tenantId: kestrelBooks });
  await until(
    'the contacts of the organisation are known',
    () => business.admin.get('/v1/xero/contacts?search=Harbour'),
    ({ items }) => items.length === 1,
  );
};

/** Connects the workspace's own Stripe account, onboarding done. */
export const connectStripe = async ({ admin }: Pick<Business, 'admin'>): Promise<void> => {
  const { url } = await admin.post('/v1/stripe/connect');
  await postForm(url, { outcome: 'complete' });
  const { state } = await admin.get('/v1/stripe/connection');
  if (state !== 'connected') throw new Error(`Stripe is ${state}`);
};

/** A British client, by default one that the books know. */
export const addClient = ({ finance }: Business, changes: object = {}): Promise<Body> =>
  finance.post('/v1/clients', {
    name: 'Harbour Bakery Ltd',
    email: 'accounts@harbourbakery.example',
    country: 'GB',
    ...changes,
  });

/** Issues an invoice over one free line to a client; `amount` in minor units, before tax. */
export const billItem = ({ finance }: Business, clientId: string, amount: number, changes: object = {}): Promise<Body> =>
  finance.post('/v1/invoices', {
    clientId,
    lines: [{ description: 'Workshop', unitPrice: { amount, currency: 'GBP' } }],
    ...changes,
  });

/** Waits until an invoice is in some state here; answers it. */
export const invoiceWhen = (
  { finance }: Business,
  id: string,
  what: string,
  isThere: (invoice: Body) => boolean,
): Promise<Body> => until(`the invoice ${what}`, () => finance.get(`/v1/invoices/${id}`), isThere);

/** Waits until an invoice has reached Xero; answers it. */
export const syncedInvoice = (business: Business, id: string): Promise<Body> =>
  invoiceWhen(business, id, 'is in Xero', ({ sync }) => sync.state === 'synced');

/** Pays an invoice on its Checkout page, as the client does. */
export const payOnPage = async ({ finance }: Business, invoiceId: string): Promise<void> => {
  const { url } = await finance.post(`/v1/invoices/${invoiceId}/checkout`);
  await postForm(url, { outcome: 'paid' });
};
