import { balanceOf, owedOf, statusAfter, type InvoiceState } from './invoice.ts';
import type { Line, LineTaxShown } from './invoice-lines.ts';
import {
  add,
  compareMoney,
  moneyOf,
  roundToStep,
  subtract,
  sumMoney,
  unitsOf,
  zero,
  type AmountStep,
  type Money,
} from './money.ts';
import { refuse, refuseFields } from './refusal.ts';
import { lineTax, parseRate, taxIncluded } from './tax.ts';
import { amountFor } from './time-rounding.ts';
import { parseDecimal } from './decimal.ts';

/** A line of a credit note: what of a line of its invoice is taken off again. Its amounts are positive and reduce what is owed. */
export type CreditLine = {
  id: string;
  /** The line of the invoice that it is about. */
  lineId: string;
  serviceId: string | null;
  description: string;
  quantity: string;
  unit: 'hour' | 'item';
  unitPrice: Money;
  amount: Money;
  /** By the rule that is locked on the invoice's line, whatever holds by now. */
  tax: LineTaxShown;
  /** Whether the amount holds its tax. */
  taxIncluded: boolean;
};

/** What somebody wants to be credited. A line's amount is meant as the line shows it: with tax only where prices include it. */
export type CreditAsked =
  | { kind: 'full' }
  | { kind: 'lines'; lines: readonly { lineId: string; quantity?: string | undefined; amount?: Money | undefined }[] }
  | { kind: 'amount'; amount: Money };

/** What of a line is left to be credited. */
type Rest = { line: Line; amount: Money; tax: Money };

/**
 * The lines of a credit note. Over all credit notes of an invoice neither the amount nor the tax of any line is credited beyond
 * what it says, to the cent: what closes a line takes exactly what is left of both. Refuses `credit-exceeds-invoice`.
 */
export function creditLines(
  lines: readonly Line[],
  earlier: readonly Pick<CreditLine, 'lineId' | 'amount' | 'tax'>[],
  asked: CreditAsked,
  nextId: () => string,
): CreditLine[] {
  const before = Map.groupBy(earlier, ({ lineId }) => lineId);
  const rests = lines.map((line) => restOf(line, before.get(line.id) ?? []));
  if (asked.kind === 'lines') {
    const twice = asked.lines.findIndex(({ lineId }, place) => asked.lines.findIndex((one) => one.lineId === lineId) < place);
    if (twice >= 0) return refuseFields({ path: `lines.${twice}.lineId`, message: 'must be named once' });
    return asked.lines.map((wanted, place) => byLine(rests, wanted, place, nextId));
  }
  const left = rests.filter(({ amount }) => amount.amount > 0);
  if (left.length === 0) return refuse('credit-exceeds-invoice', 'Nothing of the invoice is left to be credited');
  return asked.kind === 'full' ? left.map((rest) => closing(rest, nextId())) : byAmount(left, asked.amount, nextId);
}

/** A credit note takes effect on its invoice. `allocated` is set against what was due, the rest was paid already and stands open. */
export type Credited<I> = { invoice: I; allocated: Money; open: Money };

/**
 * Takes the total of a credit note off an invoice. Refuses one that is void (`invoice-void`) or was never issued
 * (`invoice-not-issued`), and credit notes that add up to more than the invoice (`credit-exceeds-invoice`).
 */
export function creditInvoice<I extends InvoiceState>(invoice: I, total: Money): Credited<I> {
  const { status } = invoice;
  if (status === 'void' || status === 'voiding') refuse('invoice-void', `The invoice is ${status}`, { invoiceStatus: status });
  if (status !== 'issued' && status !== 'partially-paid' && status !== 'paid')
    refuse('invoice-not-issued', `A ${status} invoice can't be credited`, { invoiceStatus: status });
  if (unitsOf(total) <= 0n) refuseFields({ path: 'amount', message: 'must be more than nothing' });
  const left = owedOf(invoice);
  if (compareMoney(total, left) > 0)
    refuse('credit-exceeds-invoice', 'Credit notes can not add up to more than their invoice', { left });
  const { due } = balanceOf(invoice);
  const allocated = compareMoney(total, due) > 0 ? due : total;
  const credited = add(invoice.credited ?? zero(total.currency), total);
  const after = { ...invoice, credited };
  return {
    invoice: { ...after, status: statusAfter(owedOf(after), invoice.paid) },
    allocated,
    open: subtract(total, allocated),
  };
}

function restOf(line: Line, earlier: readonly Pick<CreditLine, 'amount' | 'tax'>[]): Rest {
  const { currency } = line.amount;
  const amounts = sumMoney(
    currency,
    earlier.map(({ amount }) => amount),
  );
  const taxes = sumMoney(
    currency,
    earlier.map(({ tax }) => tax.amount),
  );
  return { line, amount: subtract(line.amount, amounts), tax: subtract(line.tax.amount, taxes) };
}

/** Everything that is left of a line. */
function closing(rest: Rest, id: string): CreditLine {
  const { line, amount } = rest;
  const isWhole = compareMoney(amount, line.amount) === 0;
  return finish(id, rest, { amount, tax: rest.tax, quantity: isWhole ? line.quantity : undefined });
}

function byLine(
  rests: readonly Rest[],
  { lineId, quantity, amount }: { lineId: string; quantity?: string | undefined; amount?: Money | undefined },
  place: number,
  nextId: () => string,
): CreditLine {
  const at = `lines.${place}`;
  const rest = rests.find(({ line }) => line.id === lineId);
  if (!rest) return refuseFields({ path: `${at}.lineId`, message: 'is no line of this invoice' });
  if (rest.amount.amount <= 0)
    return refuse('credit-exceeds-invoice', 'A line has been credited whole already', { lineId, left: rest.amount });
  if (amount && amount.currency !== rest.amount.currency)
    return refuseFields({ path: `${at}.amount.currency`, message: `must be ${rest.amount.currency}` });
  if (amount && compareMoney(amount, rest.amount) > 0)
    return refuse('credit-exceeds-invoice', 'A line can not be credited beyond what is left of it', {
      lineId,
      left: rest.amount,
    });
  const wanted = amount ?? (quantity === undefined ? rest.amount : quantityWorth(rest, quantity, at));
  if (compareMoney(wanted, rest.amount) === 0) return closing(rest, nextId());
  return finish(nextId(), rest, { amount: wanted, tax: taxFor(rest, wanted), quantity });
}

/** What a part of a line's quantity is worth, at most what is left of the line. */
function quantityWorth({ line, amount }: Rest, quantity: string, at: string): Money {
  const [part, whole] = [parseDecimal(quantity, `${at}.quantity`), parseDecimal(line.quantity)];
  if (part.numerator * whole.denominator > whole.numerator * part.denominator)
    return refuseFields({ path: `${at}.quantity`, message: `must not be more than the line's ${line.quantity}` });
  const worth = amountFor(quantity, line.unitPrice, stepOf(line));
  if (worth.amount <= 0) return refuseFields({ path: `${at}.quantity`, message: 'is worth nothing' });
  return compareMoney(worth, amount) > 0 ? amount : worth;
}

/** A sum with its tax, spread over what is left of the lines in proportion; what doesn't divide goes to the largest remainders. */
function byAmount(left: readonly Rest[], wanted: Money, nextId: () => string): CreditLine[] {
  const { currency } = wanted;
  const step = stepOf((left[0] as Rest).line);
  if (currency !== left[0]?.amount.currency)
    return refuseFields({ path: 'amount.currency', message: `must be ${left[0]?.amount.currency}` });
  const grosses = left.map(grossOf);
  const all = grosses.reduce((sum, gross) => sum + gross, 0n);
  const sum = unitsOf(wanted);
  if (sum > all)
    return refuse('credit-exceeds-invoice', 'Credit notes can not add up to more than their invoice', {
      left: moneyOf(all, currency),
    });
  if (sum % BigInt(step) !== 0n) return refuseFields({ path: 'amount', message: `must be a multiple of ${step} minor units` });
  const shares = spread(sum, grosses, BigInt(step));
  return left.flatMap((rest, place) => {
    const gross = shares[place] ?? 0n;
    if (gross === 0n) return [];
    if (gross === grosses[place]) return [closing(rest, nextId())];
    return [finish(nextId(), rest, { ...partsOf(rest, gross), quantity: undefined })];
  });
}

const grossOf = ({ line, amount, tax }: Rest): bigint => unitsOf(amount) + (line.explanation.taxIncluded ? 0n : unitsOf(tax));

/** Whole steps by weight; nobody gets more than their weight. */
function spread(sum: bigint, weights: readonly bigint[], step: bigint): bigint[] {
  const all = weights.reduce((total, weight) => total + weight, 0n);
  const shares = weights.map((weight) => ((sum * weight) / all / step) * step);
  let left = sum - shares.reduce((total, share) => total + share, 0n);
  const byRest = weights.map((weight, place) => ({ place, rest: sum * weight - (shares[place] ?? 0n) * all }));
  byRest.sort((a, b) => (a.rest < b.rest ? 1 : a.rest > b.rest ? -1 : a.place - b.place));
  while (left > 0n)
    for (const { place } of byRest) {
      const [share = 0n, weight = 0n] = [shares[place], weights[place]];
      const more = left < step ? left : step;
      if (left === 0n || share + more > weight) continue;
      shares[place] = share + more;
      left -= more;
    }
  return shares;
}

/** A gross sum as amount and tax, neither of them more than is left. */
function partsOf(rest: Rest, gross: bigint): { amount: Money; tax: Money } {
  const { line, amount, tax } = rest;
  const { currency } = amount;
  if (line.explanation.taxIncluded) {
    const part = moneyOf(gross, currency);
    return { amount: part, tax: taxFor(rest, part) };
  }
  const { numerator, denominator } = parseRate(line.tax.rate);
  const exact = roundToStep(gross * numerator, denominator + numerator, stepOf(line));
  // Something of the amount stays, or its tax would be left alone.
  const least = gross - unitsOf(amount) + BigInt(stepOf(line));
  const most = unitsOf(tax);
  const taxed = exact > most ? most : exact < least ? least : exact;
  return { amount: moneyOf(gross - taxed, currency), tax: moneyOf(taxed, currency) };
}

/** The tax of a part of a line by the rule that is locked on it, at most what is left. */
function taxFor({ line, tax: left }: Rest, amount: Money): Money {
  const reckon = line.explanation.taxIncluded ? taxIncluded : lineTax;
  const { tax } = reckon(amount, { rate: line.tax.rate, components: [] }, { roundTo: stepOf(line) });
  return compareMoney(tax, left) > 0 ? left : tax;
}

const stepOf = ({ explanation }: Line): AmountStep => explanation.amountRounding.step;

function finish(
  id: string,
  { line }: Rest,
  { amount, tax, quantity }: { amount: Money; tax: Money; quantity: string | undefined },
): CreditLine {
  const fits = quantity !== undefined && compareMoney(amountFor(quantity, line.unitPrice, stepOf(line)), amount) === 0;
  const counted = fits ? { quantity, unit: line.unit, unitPrice: line.unitPrice } : onePiece(amount);
  const { serviceId, description } = line;
  return {
    ...{ id, lineId: line.id, serviceId, description, ...counted, amount },
    tax: { ...line.tax, amount: tax, components: componentsOf(line.tax, tax) },
    taxIncluded: line.explanation.taxIncluded,
  };
}

const onePiece = (amount: Money) => ({ quantity: '1', unit: 'item' as const, unitPrice: amount });

/** The tax of a part, handed to the components as the tax of the line was. */
function componentsOf({ amount, components }: LineTaxShown, tax: Money): LineTaxShown['components'] {
  const weights = components.map((component) => unitsOf(component.amount));
  if (unitsOf(amount) <= 0n || components.length === 0) return components.map((one) => ({ ...one, amount: zero(tax.currency) }));
  const shares = spread(unitsOf(tax), weights, 1n);
  return components.map((component, place) => ({ ...component, amount: moneyOf(shares[place] ?? 0n, tax.currency) }));
}
