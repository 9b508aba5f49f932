/** Every accounting endpoint the sandbox has. */
import type { Endpoint } from './api-call.ts';
import { attachmentEndpoints } from './attachment-endpoints.ts';
import { bankEndpoints } from './bank-endpoints.ts';
import { transferEndpoints } from './transfer-endpoints.ts';
import { contactEndpoints } from './contact-endpoints.ts';
import { creditEndpoints } from './credit-endpoints.ts';
import { invoiceEndpoints } from './invoice-endpoints.ts';
import { paymentEndpoints } from './payment-endpoints.ts';
import { quoteEndpoints } from './quote-endpoints.ts';
import { settingsEndpoints } from './settings-endpoints.ts';

export const endpoints: readonly Endpoint[] = [
  ...settingsEndpoints,
  ...contactEndpoints,
  ...invoiceEndpoints,
  ...paymentEndpoints,
  ...creditEndpoints,
  ...quoteEndpoints,
  ...bankEndpoints,
  ...transferEndpoints,
  ...attachmentEndpoints,
];
