/** What an app may ask for: the granular scopes. The broad ones of old apps are unknown here, as they are to every new app. */

const readable = [
  'accounting.invoices',
  'accounting.payments',
  'accounting.banktransactions',
  'accounting.manualjournals',
  'accounting.settings',
  'accounting.contacts',
  'accounting.attachments',
  'payroll.timesheets',
  'payroll.employees',
  'payroll.settings',
  'projects',
  'files',
  'assets',
];
const reports = [
  'aged',
  'balancesheet',
  'banksummary',
  'budgetsummary',
  'executivesummary',
  'profitandloss',
  'trialbalance',
  'taxreports',
];
const known = new Set([
  'openid',
  'profile',
  'email',
  'offline_access',
  'accounting.budgets.read',
  'accounting.journals.read',
  'paymentservices',
  ...readable,
  ...readable.map((scope) => `${scope}.read`),
  ...reports.map((report) => `accounting.reports.${report}.read`),
]);

/** Scopes of a request, split; undefined when one isn't to be had. */
export const parseScopes = (text: string): string[] | undefined => {
  const asked = [...new Set(text.split(/\s+/).filter(Boolean))];
  return asked.length > 0 && asked.every((scope) => known.has(scope)) ? asked : undefined;
};

/** Whether the granted scopes let a method through; reading is allowed by `<scope>.read` too. */
export const permits = (granted: readonly string[], needed: readonly string[], method: string): boolean =>
  needed.some((scope) => granted.includes(scope) || (method === 'GET' && granted.includes(`${scope}.read`)));
