import { expect, test } from '@jest/globals';
import { addDays } from '../../shared/domain/days.ts';
import { readSchedule, replaceSchedule } from '../../shared/store/schedules.ts';
import { addClient, businessAt, registerForVat } from '../support/business.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import { startRunningSystem } from '../support/running-system.ts';

// What is billed by itself at the end of a week is billed by the clock, as the system runs.

const running = await forAllTests(startRunningSystem());
const business = businessAt(running.system.endpoints);
await registerForVat(business);

test('time of a week that is over is billed by the schedule, once', async () => {
  const workspaceId = (await business.admin.get('/v1/me')).workspace.id;
  const client = await addClient(business);
  const job = await business.finance.post('/v1/jobs', {
    clientId: client.id,
    name: 'Care',
    rate: { amount: 9_500, currency: 'GBP' },
  });
  const yesterday = new Date(running.system.clock.now() - 86_400_000).toISOString().slice(0, 10);
  await business.noor.post('/v1/time-entries', { jobId: job.id, date: yesterday, durationSeconds: 7200 });
  const { id } = await business.finance.post('/v1/invoice-schedules', { jobId: job.id, every: 'week', day: 1, dueInDays: 10 });

  // A week that is still to come becomes the one that ended yesterday.
  const made = await readSchedule(running.table)(workspaceId, id);
  if (!made) throw new Error('the schedule was not kept');
  const dueAt = `${addDays(yesterday, 1)}T00:00:00.000Z`;
  await running.table.commit([replaceSchedule(workspaceId, { ...made, nextEnd: yesterday, dueAt })]);
  await running.advance(901);
  await running.system.invoke('invoices-run-schedules', {});

  const { items } = await business.finance.get(`/v1/invoices?jobId=${job.id}`);
  expect(items).toMatchObject([{ status: 'issued', number: 'INV-0001', subtotal: { amount: 19_000, currency: 'GBP' } }]);
  const shown = await business.finance.get(`/v1/invoice-schedules/${id}`);
  expect(shown.runs).toMatchObject([{ periodEnd: yesterday, invoiceId: items[0].id }]);
  expect(shown.nextPeriodEnd > yesterday).toBe(true);
});
