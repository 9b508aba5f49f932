/** The addresses of the outside services; only a machine without AWS sets others. */
const production = {
  XERO_API_URL: 'https://api.xero.com',
  XERO_IDENTITY_URL: 'https://identity.xero.com',
  XERO_LOGIN_URL: 'https://login.xero.com',
  STRIPE_API_URL: 'https://api.stripe.com',
} as const;

export type Setting =
  | keyof typeof production
  | 'TABLE_NAME'
  | 'STAGE'
  | 'DOORBELL_QUEUE_URL'
  | 'STRIPE_EVENTS_QUEUE_URL'
  | 'XERO_EVENTS_QUEUE_URL'
  | 'XERO_APP_SECRET_ID'
  | 'STRIPE_APP_SECRET_ID'
  | 'XERO_CONNECTION_SECRET_PREFIX'
  | 'XERO_CONNECTION_SECRET_KEY_ID'
  | 'USER_POOL_ID'
  | 'USER_POOL_CLIENT_ID'
  | 'PUBLIC_URL'
  | 'APP_URLS'
  | 'MAIL_FROM';

/** A setting of this function, from its environment. A missing one stops the function at its first start, not at its first use. */
export const setting = (name: Setting): string => {
  const value = process.env[name] ?? (production as Partial<Record<Setting, string>>)[name];
  if (value === undefined || value === '') throw new Error(`The setting ${name} is missing`);
  return value.replace(/\/$/, '');
};

/** A setting that need not be there. */
export const optionalSetting = (name: Setting): string | undefined => process.env[name] || undefined;
