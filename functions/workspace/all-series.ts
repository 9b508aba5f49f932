import { seriesKey, seriesOr, type StoredSeries } from '../../shared/store/number-series.ts';
import { keyText } from '../../shared/store/table.ts';
import type { Item } from '../../shared/store/write.ts';

/** What the settings call each series. */
export const seriesNamed = { invoice: 'invoice', creditNote: 'credit-note', quote: 'quote', bill: 'bill' } as const;

type Each<T> = { readonly [K in keyof typeof seriesNamed]: T };

/** The number series of a workspace, by their names in the settings. */
export type AllSeries = Each<StoredSeries>;

/** Does the same with each of the series. */
export const mapSeries = <T>(series: AllSeries, change: (one: StoredSeries, name: keyof AllSeries) => T): Each<T> => ({
  invoice: change(series.invoice, 'invoice'),
  creditNote: change(series.creditNote, 'creditNote'),
  quote: change(series.quote, 'quote'),
  bill: change(series.bill, 'bill'),
});

export const allSeriesKeys = (ws: string) => Object.values(seriesNamed).map((name) => seriesKey(ws, name));

/** All series out of what was read. */
export const allSeriesAt = (found: ReadonlyMap<string, Item>, ws: string): AllSeries => {
  const at = (name: keyof typeof seriesNamed) =>
    seriesOr(found.get(keyText(seriesKey(ws, seriesNamed[name]))), seriesNamed[name]);
  return { invoice: at('invoice'), creditNote: at('creditNote'), quote: at('quote'), bill: at('bill') };
};
