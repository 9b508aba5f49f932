/** The address of an invoice's page, for the token of one of its links. */
export const pageUrl = (publicUrl: string, token: string): string => `${publicUrl}/i/${token}`;

/** The address of a quote's page, for the token of one of its links. */
export const quotePageUrl = (publicUrl: string, token: string): string => `${publicUrl}/q/${token}`;

/** Where a payment page leads back to. It holds no token: what Stripe is told, and what is stored of it, opens nothing. */
export const returnPath = (invoiceId: string): string => `/paid/${invoiceId}`;

const cookieName = 'link';
const cookieSeconds = 2 * 86_400;

/** Remembers in the payer's own browser which link they came by, for the way back from the payment page and for nothing else. */
export const linkCookie = (publicUrl: string, invoiceId: string, token: string): string =>
  [
    `${cookieName}=${token}`,
    `Path=${returnPath(invoiceId)}`,
    `Max-Age=${cookieSeconds}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(publicUrl.startsWith('https:') ? ['Secure'] : []),
  ].join('; ');

/** The link that a browser came by, from its cookies. */
export const linkOfCookie = (cookies: string | undefined): string | undefined =>
  (cookies ?? '')
    .split(';')
    .map((one) => one.trim())
    .find((one) => one.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1);
