import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { LineItem } from 'xero-node/dist/gen/model/accounting/lineItem.js';
import { parseDecimal, roundHalfUp } from '../domain/decimal.ts';
import { hundredthsOf } from '../domain/hundredths.ts';
import { minorUnits, toDecimal, unitsOf, type Money } from '../domain/money.ts';
import { moneyText } from '../domain/money-text.ts';
import { taxKey } from '../domain/tax-key.ts';
import type { TaxRuleKind } from '../domain/tax.ts';
import { cutForXero } from '../domain/text.ts';
import type { XeroInvoice } from './invoice-answer.ts';

/** What Xero gets to know of a line. */
export interface LineForXero {
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: Money;
  readonly amount: Money;
  readonly serviceId: string | null;
  readonly tax: { readonly rule: TaxRuleKind; readonly rate: string; readonly amount: Money };
  /** Whether the amount holds its tax. */
  readonly taxIncluded: boolean;
}

/** What Xero gets to know of an invoice. */
export interface InvoiceForXero {
  readonly id: string;
  readonly number: string;
  readonly currency: string;
  readonly issueDate: string;
  readonly dueDate: string;
  readonly subtotal: Money;
  readonly tax: Money;
  readonly total: Money;
  readonly lines: readonly LineForXero[];
  /** It was sent to its client already. */
  readonly isSent?: boolean;
}

/** Where its parts belong in the books. */
export interface InvoicePlace {
  readonly contactId: string;
  readonly status: 'DRAFT' | 'SUBMITTED' | 'AUTHORISED';
  /** The account of the invoice's job; it outranks those of services. */
  readonly jobAccount: string | null;
  readonly revenueAccount: string | null;
  readonly serviceAccounts: Readonly<Record<string, string>>;
  readonly taxTypes: Readonly<Record<string, string>>;
}

/** Something that a person has to settle before the document can be sent. `field` is the setting, in dotted form. */
export interface MappingGap {
  readonly code: 'mapping-missing' | 'amount-not-sayable';
  readonly field: string;
  readonly reason: string;
}

const descriptionMax = 4000;

/** The settings that are missing for an invoice; empty when it can be sent. */
export const invoiceGaps = (invoice: InvoiceForXero, place: InvoicePlace): MappingGap[] => {
  const gaps = invoice.lines.flatMap((line): MappingGap[] => [
    ...(accountOf(line, place) === null
      ? [{ code: 'mapping-missing' as const, field: 'revenueAccount', reason: 'No revenue account is chosen for Xero' }]
      : []),
    ...(place.taxTypes[taxKey(line.tax)] === undefined
      ? [
          {
            code: 'mapping-missing' as const,
            field: `taxTypes.${taxKey(line.tax)}`,
            reason: `No tax type in Xero is chosen for the tax rule ${taxKey(line.tax)}`,
          },
        ]
      : []),
    ...(sayable(line.amount) && sayable(line.tax.amount)
      ? []
      : [
          {
            code: 'amount-not-sayable' as const,
            field: 'lines',
            reason: `Xero has 2 decimals only, and ${moneyText(line.amount)} needs more`,
          },
        ]),
  ]);
  return [...new Map(gaps.map((gap) => [gap.field, gap])).values()];
};

const accountOf = ({ serviceId }: LineForXero, place: InvoicePlace): string | null =>
  place.jobAccount ?? (serviceId === null ? undefined : place.serviceAccounts[serviceId]) ?? place.revenueAccount;

/** Whether an amount can be written with 2 decimals. */
const sayable = (money: Money): boolean => {
  const beyond = minorUnits(money.currency) - 2;
  return beyond <= 0 || unitsOf(money) % 10n ** BigInt(beyond) === 0n;
};

const major = (money: Money): number => Number(toDecimal(money));

/**
 * An issued invoice as Xero takes it. Totals are never sent: Xero reckons them, and what it reckons is compared afterwards.
 * The invoice must have no gaps.
 */
export const invoiceFor = (invoice: InvoiceForXero, place: InvoicePlace): Invoice => {
  const inclusive = invoice.lines.some(({ taxIncluded }) => taxIncluded);
  return {
    type: 'ACCREC',
    status: place.status,
    contact: { contactID: place.contactId },
    invoiceNumber: invoice.number,
    reference: invoice.id,
    date: invoice.issueDate,
    dueDate: invoice.dueDate,
    currencyCode: invoice.currency,
    lineAmountTypes: inclusive ? 'Inclusive' : 'Exclusive',
    lineItems: linesFor(invoice.lines, place),
    // Xero takes the mark on approved invoices only.
    ...(invoice.isSent === true && place.status === 'AUTHORISED' ? { sentToContact: true } : {}),
    // The SDK's enums are numbers to the compiler and texts at run time.
  } as unknown as Invoice;
};

/** Lines as Xero takes them, of an invoice or of a credit note. */
export const linesFor = (lines: readonly LineForXero[], place: InvoicePlace): LineItem[] =>
  lines.map((line) => lineFor(line, place));

/**
 * A line that Xero reckons to the same cents is sent as it is. Where it would not (it rounds every currency to 2 decimals), or
 * where the result hangs on how an exact half is rounded, the line is sent as one whole amount, with its tax where that differs.
 */
const lineFor = (line: LineForXero, place: InvoicePlace): LineItem => {
  const ownTax = !taxComesOutTheSame(line);
  const whole = ownTax || !reckonsTheSame(line);
  const amounts = whole
    ? { quantity: 1, unitAmount: major(line.amount) }
    : { quantity: Number(line.quantity), unitAmount: major(line.unitPrice) };
  const explained = whole && Number(line.quantity) !== 1;
  const description = explained ? `${line.description} (${line.quantity} × ${toDecimal(line.unitPrice)})` : line.description;
  return {
    description: cutForXero(description, descriptionMax),
    ...amounts,
    accountCode: accountOf(line, place) ?? '',
    taxType: place.taxTypes[taxKey(line.tax)] ?? '',
    ...(ownTax ? { taxAmount: major(line.tax.amount) } : {}),
  };
};

const nowhere: InvoicePlace = {
  ...{ contactId: '', status: 'AUTHORISED', jobAccount: null, revenueAccount: null },
  ...{ serviceAccounts: {}, taxTypes: {} },
};

/** Description and quantity of each line as they are sent, for comparing them with what stands there. */
export const linesAsSent = (lines: readonly LineForXero[]): { description: string; quantity: number }[] =>
  lines.map((line) => {
    const { description, quantity } = lineFor(line, nowhere);
    return { description: description ?? '', quantity: quantity ?? 0 };
  });

const reckonsTheSame = ({ quantity, unitPrice, amount }: LineForXero): boolean => {
  if (minorUnits(amount.currency) !== 2) return Number(quantity) === 1 && unitsOf(unitPrice) === unitsOf(amount);
  const { numerator, denominator } = parseDecimal(quantity, 'quantity');
  return roundsTo(numerator * unitsOf(unitPrice), denominator, unitsOf(amount));
};

const taxComesOutTheSame = ({ amount, tax, taxIncluded }: LineForXero): boolean => {
  const { numerator, denominator } = parseDecimal(tax.rate, 'rate');
  const cents = hundredthsOf(amount);
  const taxCents = hundredthsOf(tax.amount);
  if (cents === undefined || taxCents === undefined) return false;
  return roundsTo(cents * numerator, taxIncluded ? denominator + numerator : denominator, taxCents);
};

/** Whether a fraction is rounded to a whole number by everybody, however they round an exact half. */
const roundsTo = (numerator: bigint, denominator: bigint, wanted: bigint): boolean => {
  const isHalf = (2n * numerator) % denominator === 0n && numerator % denominator !== 0n;
  return !isHalf && roundHalfUp(numerator, denominator) === wanted;
};

/** Sums that Xero reckoned differently from us, with both amounts; empty when every cent agrees. */
export const totalsThatDiffer = (
  ours: Pick<InvoiceForXero, 'subtotal' | 'tax' | 'total'>,
  theirs: Pick<XeroInvoice, 'subtotal' | 'tax' | 'total'>,
): { sum: 'subtotal' | 'tax' | 'total'; ours: string; theirs: string }[] =>
  (['subtotal', 'tax', 'total'] as const).flatMap((sum) =>
    hundredthsOf(ours[sum]) === centsOf(theirs[sum]) ? [] : [{ sum, ours: toDecimal(ours[sum]), theirs: theirs[sum].toFixed(2) }],
  );

/** Hundredths of an amount in Xero's JSON; its amounts stay far below the size at which a number loses cents. */
const centsOf = (amount: number): bigint => BigInt(Math.round(amount * 100));
