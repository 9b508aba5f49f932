import type { Route } from '../../shared/api/route.ts';

const theLinkIsTheKey =
  'The link is the key: its token holds 256 random bits and can be revoked, and requests are counted by the minute.';

// Why nobody has to sign in, route by route. A public route that stands neither here nor is signed stops the synthesis.
const becauseOf: Readonly<Record<string, string>> = {
  xeroCallback:
    'Xero sends the browser here without a token; a state that lives ten minutes and works once stands for the person.',
  getOpenApi: 'The description of the API is the same for everybody and holds no data.',
  getPublicQuote: theLinkIsTheKey,
  acceptPublicQuote: theLinkIsTheKey,
  declinePublicQuote: theLinkIsTheKey,
  showQuotePage: theLinkIsTheKey,
  acceptOnPage: theLinkIsTheKey,
  declineOnPage: theLinkIsTheKey,
  getPublicInvoice: theLinkIsTheKey,
  showInvoicePage: theLinkIsTheKey,
  getPublicInvoicePdf: theLinkIsTheKey,
  getPublicQuotePdf: theLinkIsTheKey,
  payOnPage: theLinkIsTheKey,
  showAfterPayment: 'The page shows nothing; a browser that came from an invoice is led back by its own cookie.',
  getReference: 'The page that shows the description of the API holds no data.',
};

/**
 * Why a public route is safe without sign-in.
 * @throws Error when nobody has said so
 */
export const whyPublic = ({ id, rawBody }: Pick<Route, 'id' | 'rawBody'>): string => {
  const reason =
    rawBody === true
      ? 'The sender signs the raw body, and the signature is verified before anything is read from it.'
      : becauseOf[id];
  if (reason === undefined)
    throw new Error(`Route ${id} is public: say in infra/constructs/public-routes.ts why it needs no sign-in`);
  return reason;
};
