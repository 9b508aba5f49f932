// Xero may add words one day. What is said with a word that nobody knows here is not understood, and nothing is concluded from it.

const invoiceStatuses = new Set(['DRAFT', 'SUBMITTED', 'AUTHORISED', 'PAID', 'VOIDED', 'DELETED']);
const paymentStatuses = new Set(['AUTHORISED', 'DELETED']);
const documentTypes = new Set([
  'ACCREC',
  'ACCPAY',
  'ACCRECCREDIT',
  'ACCPAYCREDIT',
  'AROVERPAYMENT',
  'APOVERPAYMENT',
  'ARPREPAYMENT',
  'APPREPAYMENT',
]);

const shownMax = 40;
const quoted = (word: string): string => word.slice(0, shownMax);

/** Whether a payment's status says that it stands or that it doesn't. Inside an invoice payments come without one. */
export const isKnownPaymentStatus = (status: string | undefined): boolean =>
  status === undefined || status === '' || paymentStatuses.has(status);

/** What of an invoice is not understood, for people; undefined when all of it is. */
export const unclearIn = ({
  type,
  status,
  total,
  payments = [],
}: {
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly total?: number | undefined;
  readonly payments?: readonly { readonly status?: string | undefined }[] | undefined;
}): string | undefined => {
  if (type !== undefined && !documentTypes.has(type)) return `type ${quoted(type)}`;
  if (status === undefined || status === '') return 'no status';
  if (!invoiceStatuses.has(status)) return `status ${quoted(status)}`;
  if (total === undefined) return 'no total';
  const strange = payments.find((payment) => !isKnownPaymentStatus(payment.status));
  return strange && `payment with the status ${quoted(strange.status ?? '')}`;
};
