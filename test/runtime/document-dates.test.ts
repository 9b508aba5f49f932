import { describe, expect, test } from '@jest/globals';
import { routes } from '../../shared/api/routes.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { parsePart } from '../../shared/runtime/api-request.ts';

// A day of another century on a document is a year mistyped, and Xero refuses some of them: every such field has the same bounds.

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const id = (prefix: string) => `${prefix}_01KAK3V2M0000000000000000A`;
const lines = [{ description: 'Work', unitPrice: gbp(100) }];
const spent = { jobId: id('job'), date: '2026-11-20', amount: gbp(1), description: 'Train' };
const tax = { country: 'GB', name: 'VAT', components: [], from: '2026-01-01' };
const registered = { country: 'GB', number: 'GB1' };

/** Bodies of a route, each with the path of the day in it. */
const places: [route: string, path: string, body: (day: string) => object][] = [
  ['createInvoice', 'issueDate', (issueDate) => ({ jobId: id('job'), issueDate })],
  ['createInvoice', 'dueDate', (dueDate) => ({ clientId: id('cli'), lines, dueDate })],
  ['createInvoice', 'issueDate', (issueDate) => ({ quoteId: id('quo'), issueDate })],
  ['previewInvoice', 'dueDate', (dueDate) => ({ jobId: id('job'), dueDate })],
  ['updateInvoice', 'issueDate', (issueDate) => ({ issueDate })],
  ['updateInvoice', 'dueDate', (dueDate) => ({ dueDate })],
  ['recordPayment', 'receivedOn', (receivedOn) => ({ amount: gbp(1), receivedOn })],
  ['createExpense', 'date', (date) => ({ ...spent, date })],
  ['updateExpense', 'date', (date) => ({ date })],
  ['createQuote', 'validUntil', (validUntil) => ({ clientId: id('cli'), lines, validUntil })],
  ['updateQuote', 'validUntil', (validUntil) => ({ validUntil })],
  ['createInvoiceSchedule', 'until', (until) => ({ jobId: id('job'), every: 'month', day: 'last', until })],
  ['updateInvoiceSchedule', 'until', (until) => ({ until })],
  ['createTaxRate', 'from', (from) => ({ ...tax, from })],
  ['createTaxRate', 'to', (to) => ({ ...tax, to })],
  ['previewTaxRate', 'from', (from) => ({ ...tax, from })],
  ['endTaxRate', 'to', (to) => ({ to })],
  ['updateWorkspace', 'taxRegistrations.0.from', (from) => ({ taxRegistrations: [{ ...registered, from }] })],
  ['updateWorkspace', 'taxRegistrations.0.to', (to) => ({ taxRegistrations: [{ ...registered, from: '2020-01-01', to }] })],
];

const refusedBy = (route: string, body: object): unknown => {
  const found = routes.find((one) => one.id === route);
  if (!found || !('body' in found)) throw new Error(`there is no body of ${route}`);
  try {
    parsePart(found.body, body);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.facts['errors'];
  }
};

describe.each(places)('%s: %s', (route, path, body) => {
  test.each(['0001-01-01', '1899-12-31', '1999-12-31', '2200-01-01', '9999-12-31'])('refuses %s with the bounds', (day) => {
    expect(refusedBy(route, body(day))).toEqual([{ path, message: 'must be from 2000-01-01 to 2199-12-31' }]);
  });

  test.each(['2000-01-01', '2026-11-20', '2199-12-31'])('takes %s', (day) => {
    expect(refusedBy(route, body(day))).toBeUndefined();
  });

  test.each(['2026-02-30', '20261120', '', '2026-11-20T00:00:00Z'])('refuses %j, which is no day', (day) => {
    expect(refusedBy(route, body(day))).toEqual([{ path, message: 'must be a date YYYY-MM-DD' }]);
  });
});
