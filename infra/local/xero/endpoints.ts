/** Every accounting endpoint the sandbox has. */
import type { Endpoint } from './api-call.ts';
import { contactEndpoints } from './contact-endpoints.ts';
import { invoiceEndpoints } from './invoice-endpoints.ts';
import { paymentEndpoints } from './payment-endpoints.ts';
import { settingsEndpoints } from './settings-endpoints.ts';

export const endpoints: readonly Endpoint[] = [
  ...settingsEndpoints,
  ...contactEndpoints,
  ...invoiceEndpoints,
  ...paymentEndpoints,
];
