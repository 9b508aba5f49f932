import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { date, documentDate, id, listOf, moneySchema, pageQuery, positiveAmount, syncSchema, text } from './common.ts';
import { defineRoutes } from './route.ts';

const billStatus = z.enum(['open', 'payable', 'paid', 'void']);

export const billSchema = z
  .object({
    id: z.string(),
    number: z.string().nullable().meta({ description: 'Given when the bill is approved' }),
    status: billStatus,
    memberId: z.string(),
    invoiceId: z.string(),
    invoiceNumber: z.string().nullable(),
    jobId: z.string().nullable(),
    date: z.string(),
    currency: z.string(),
    seconds: z.int().meta({ description: 'Raw seconds of the expert on the invoice' }),
    owedSeconds: z.int(),
    writtenOffSeconds: z.int(),
    lines: z.array(
      z.object({
        rate: moneySchema.nullable().meta({ description: 'Per hour; null where the expert had no cost rate' }),
        seconds: z.int(),
        writtenOffSeconds: z.int(),
        quantity: z.string(),
        amount: moneySchema,
      }),
    ),
    writeOffs: z.array(
      z.object({
        seconds: z.int(),
        reason: z.string(),
        at: z.string(),
        by: z.string().nullable(),
        timeEntryIds: z.array(z.string()).optional(),
      }),
    ),
    total: moneySchema,
    sync: syncSchema,
  })
  .meta({ id: 'Bill' });

export const expenseSchema = z
  .object({
    id: z.string(),
    jobId: z.string(),
    memberId: z.string(),
    date: z.string(),
    description: z.string(),
    amount: moneySchema,
    taxIncluded: z.boolean(),
    billable: z.boolean(),
    paidBy: z.enum(['member', 'workspace']),
    status: z.enum(['unbilled', 'non-billable', 'held', 'billed']),
    invoiceId: z.string().nullable(),
    invoiceNumber: z.string().nullable(),
    sync: syncSchema,
  })
  .meta({ id: 'Expense' });

const bill = { capability: 'bills', access: 'finance' } as const;
const room = { capability: 'bills', access: 'member' } as const;
const billId = z.strictObject({ id: id('bil') });
const expenseId = z.strictObject({ id: id('exp') });
const writeOffBody = z.union([
  z.strictObject({ seconds: z.int().min(1).max(1_000_000_000), reason: text(500, 1) }),
  z.strictObject({ timeEntryIds: z.array(id('te')).min(1).max(100), reason: text(500, 1) }),
]);
const expenseFields = {
  jobId: id('job'),
  date: documentDate,
  amount: positiveAmount,
  description: text(1000, 1),
  billable: z.boolean(),
  paidBy: z.enum(['member', 'workspace']),
  taxIncluded: z.boolean(),
};

export const billRoutes = defineRoutes([
  {
    id: 'listBills',
    method: 'GET',
    path: '/v1/bills',
    ...room,
    summary: 'Bills of experts, newest first; an expert sees their own',
    query: z.strictObject({
      memberId: id('mem').optional(),
      invoiceId: id('inv').optional(),
      status: billStatus.optional(),
      from: date.optional(),
      to: date.optional(),
      ...pageQuery,
    }),
    reply: { status: 200, schema: listOf(billSchema) },
  },
  {
    id: 'getBill',
    method: 'GET',
    path: '/v1/bills/{id}',
    ...room,
    summary: 'One bill',
    params: billId,
    reply: { status: 200, schema: billSchema },
  },
  {
    id: 'writeOffBill',
    method: 'POST',
    path: '/v1/bills/{id}/write-off',
    ...bill,
    idempotency: 'required',
    summary: 'Take time off an open bill, with the reason: so many seconds, the lowest rate first, or the time of some entries',
    params: billId,
    body: writeOffBody,
    reply: { status: 200, schema: billSchema },
  },
  {
    id: 'approveBill',
    method: 'POST',
    path: '/v1/bills/{id}/approve',
    ...bill,
    idempotency: 'required',
    summary: 'Approve an open bill for payment: it gets its number',
    params: billId,
    reply: { status: 200, schema: billSchema },
  },
  {
    id: 'createExpense',
    method: 'POST',
    path: '/v1/expenses',
    ...room,
    idempotency: 'required',
    summary: 'Enter an expense on a job; a billable one goes onto the next invoice of the job',
    body: z.strictObject({
      ...expenseFields,
      billable: z.boolean().default(true),
      paidBy: z.enum(['member', 'workspace']).default('member'),
      taxIncluded: z.boolean().default(true),
      memberId: id('mem').optional(),
    }),
    reply: { status: 201, schema: expenseSchema },
  },
  {
    id: 'listExpenses',
    method: 'GET',
    path: '/v1/expenses',
    ...room,
    summary: 'Expenses, newest first; an expert sees their own',
    query: z.strictObject({
      jobId: id('job').optional(),
      memberId: id('mem').optional(),
      from: date.optional(),
      to: date.optional(),
      ...pageQuery,
    }),
    reply: { status: 200, schema: listOf(expenseSchema) },
  },
  {
    id: 'getExpense',
    method: 'GET',
    path: '/v1/expenses/{id}',
    ...room,
    summary: 'One expense',
    params: expenseId,
    reply: { status: 200, schema: expenseSchema },
  },
  {
    id: 'updateExpense',
    method: 'PATCH',
    path: '/v1/expenses/{id}',
    ...room,
    summary:
      'Correct an expense that is on no invoice, in any field that it was entered with but its member; what Xero has of it stays as it is',
    params: expenseId,
    body: z
      .strictObject(expenseFields)
      .partial()
      .refine((body) => Object.keys(body).length > 0, 'must change something'),
    reply: { status: 200, schema: expenseSchema },
  },
  {
    id: 'deleteExpense',
    method: 'DELETE',
    path: '/v1/expenses/{id}',
    ...room,
    summary: 'Delete an expense that is neither on an invoice nor in Xero',
    params: expenseId,
    reply: { status: 204 },
  },
]);

/** A parsed request to one of the routes above. */
export type BillCall<Id extends (typeof billRoutes)[number]['id']> = Call<RouteOf<typeof billRoutes, Id>>;
