import type { DateText, Instant } from '../../shared/domain/days.ts';
import { toDecimal, type Money } from '../../shared/domain/money.ts';

const lang = 'en-GB';

/** An amount as people read it, with all decimals of its currency, exactly: a decimal text is formatted, never a fraction of a computer. */
export const amountText = (money: Money): string => {
  const decimal = toDecimal(money);
  const decimals = decimal.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(lang, {
    style: 'currency',
    currency: money.currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return format.format(decimal as unknown as number);
};

/** A decimal number with separators and without zeros at its end. */
export const numberText = (decimal: string): string =>
  new Intl.NumberFormat(lang, { maximumFractionDigits: 6 }).format(decimal as unknown as number);

/** A tax rate: 0.14975 is 14.975%. */
export const rateText = (rate: string): string =>
  new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 4 }).format(rate as unknown as number);

/** A day: 21 November 2026. */
export const dayText = (date: DateText): string =>
  new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00.000Z`));

/** A moment as the clock in a zone shows it, with the zone's name. */
export const momentText = (at: Instant, zone: string): string => {
  const format = new Intl.DateTimeFormat(lang, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone: zone,
  });
  return `${format.format(new Date(at))} (${zone})`;
};

/** The name of a country by its code. */
export const countryText = (code: string): string => new Intl.DisplayNames([lang], { type: 'region' }).of(code) ?? code;
