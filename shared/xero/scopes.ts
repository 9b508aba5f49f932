/**
 * What we ask a person to allow, and no more: documents, payments, payouts and contacts to write, settings to read, and a refresh token.
 * Apps made since March 2026 may only ask for such granular scopes.
 */
export const scopes = [
  'offline_access',
  'accounting.invoices',
  'accounting.payments',
  'accounting.banktransactions',
  'accounting.contacts',
  'accounting.settings.read',
] as const;
