import * as z from 'zod';
import { country, date, documentDate, id, region, text } from './common.ts';
import { defineRoutes } from './route.ts';

const rate = z.string().regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'must be a fraction from 0 to 1 with at most 6 decimals');
const component = z.strictObject({
  name: text(40, 1),
  rate,
  needs: z.literal('region').optional().meta({ description: 'Charged only by who is registered in that region' }),
});
const rateFields = {
  country,
  region: region.optional(),
  name: text(80, 1),
  components: z.array(component).max(5).meta({ description: 'What the rate is made of; none where no tax is charged' }),
  from: documentDate,
  to: documentDate.optional(),
};

export const taxRateSchema = z
  .object({
    id: z.string(),
    country: z.string(),
    region: z.string().nullable(),
    name: z.string(),
    rate: z.string(),
    components: z.array(z.object({ name: z.string(), rate: z.string(), needs: z.literal('region').optional() })),
    from: z.string(),
    to: z.string().nullable(),
  })
  .meta({ id: 'TaxRate', description: 'A rate that the workspace has said itself; it outranks the built-in one of its place' });

const period = z
  .object({
    from: z.string(),
    to: z.string().nullable(),
    name: z.string(),
    rate: z.string(),
    source: z.enum(['own', 'built-in']),
  })
  .meta({ id: 'TaxPeriod' });
const place = { country: z.string(), region: z.string().nullable() };

export const placeTaxSchema = z.object({ ...place, periods: z.array(period) }).meta({ id: 'PlaceTax' });
export const taxPreviewSchema = z
  .object({
    ...place,
    before: z.array(period),
    after: z.array(period),
    clients: z.int().meta({ description: 'Clients registered there' }),
    left: z.string().meta({ description: 'What stays as it is' }),
  })
  .meta({ id: 'TaxRatePreview' });

const room = { capability: 'workspace' } as const;
const byId = z.strictObject({ id: id('tax') });

/** Tax rates: what holds where and when, and what the workspace says otherwise. Part of the room of the workspace. */
export const taxRateRoutes = defineRoutes([
  {
    id: 'showTax',
    method: 'GET',
    path: '/v1/tax-rates/of-place',
    ...room,
    access: 'finance',
    summary: 'What holds in a place from a day on, by the built-in table and by own rates',
    query: z.strictObject({ country, region: region.optional(), from: date.optional() }),
    reply: { status: 200, schema: placeTaxSchema },
  },
  {
    id: 'listTaxRates',
    method: 'GET',
    path: '/v1/tax-rates',
    ...room,
    access: 'finance',
    summary: 'Rates that the workspace has said itself',
    reply: { status: 200, schema: z.object({ items: z.array(taxRateSchema) }) },
  },
  {
    id: 'previewTaxRate',
    method: 'POST',
    path: '/v1/tax-rates/preview',
    ...room,
    access: 'admin',
    idempotency: 'none',
    summary: 'What an own rate would change; nothing is written',
    body: z.strictObject(rateFields),
    reply: { status: 200, schema: taxPreviewSchema },
  },
  {
    id: 'createTaxRate',
    method: 'POST',
    path: '/v1/tax-rates',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Say a rate; what was issued, and quotes that were sent, keep theirs',
    body: z.strictObject(rateFields),
    reply: { status: 201, schema: taxRateSchema },
  },
  {
    id: 'endTaxRate',
    method: 'PATCH',
    path: '/v1/tax-rates/{id}',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Let a rate end on a day, or go on; what was issued, and quotes that were sent, keep theirs',
    params: byId,
    body: z.strictObject({ to: documentDate.nullable() }),
    reply: { status: 200, schema: taxRateSchema },
  },
  {
    id: 'deleteTaxRate',
    method: 'DELETE',
    path: '/v1/tax-rates/{id}',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Take a rate back, also one in effect; what was issued, and quotes that were sent, keep theirs',
    params: byId,
    reply: { status: 204 },
  },
]);
