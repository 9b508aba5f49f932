import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import type { OwnTaxRate } from '../domain/tax-rates.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { put, type Item, type Write } from './write.ts';

const record = z.object({
  version: z.int(),
  rates: z.array(
    z.object({
      id: z.string(),
      country: z.string(),
      region: z.string().optional(),
      name: z.string(),
      components: z.array(z.object({ name: z.string(), rate: z.string(), needs: z.literal('region').optional() })),
      from: z.string(),
      to: z.string().optional(),
    }),
  ),
});

/** The tax rates that a workspace has said itself, all in one item. Version 0: it has said none. */
export interface OwnTaxRates {
  readonly version: number;
  readonly rates: readonly OwnTaxRate[];
}

export const taxRatesKey = keys.taxRates;
export const parseTaxRates = (item: Item | undefined): OwnTaxRates => (item ? record.parse(item) : { version: 0, rates: [] });

export const readTaxRates =
  (table: Table) =>
  async (ws: string): Promise<OwnTaxRates> =>
    parseTaxRates(await table.get(keys.taxRates(ws)));

/** Replaces them as they were read. */
export const replaceTaxRates = (ws: string, { version }: OwnTaxRates, rates: readonly OwnTaxRate[]): Write =>
  put(
    'tax rates',
    { ...keys.taxRates(ws), v: 1, version: version + 1, rates },
    version === 0
      ? { condition: 'attribute_not_exists(#pk)', onFail: () => new Conflict('tax rates') }
      : unchangedSince('tax rates', version),
  );
