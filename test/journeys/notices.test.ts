import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { takeDataDirectory } from '../../infra/local/host/data-directory.ts';
import { connectBooks, organisations } from '../support/filled-workspace.ts';
import { startRunningSystem, type Answer, type RunningSystem } from '../support/running-system.ts';

let directory: string;
let running: RunningSystem;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'finops-notices-'));
  running = await startRunningSystem({ data: await takeDataDirectory(directory, true) });
});
afterAll(async () => {
  await running?.close();
  rmSync(directory, { recursive: true, force: true });
});

const asFinance = (route: string, more: object = {}): Promise<Answer> =>
  running.send({ route, token: running.tokens.finance, ...more });
const told = () => running.system.host.outbox.list().filter(({ subject }) => subject.includes('cannot go on to Xero'));
const addressOf = async (token: string): Promise<string> =>
  (await running.send({ route: 'GET /v1/me', token })).body.member.email;

test('O4: what goes wrong on the way to Xero reaches admins and finance by mail within two minutes, once', async () => {
  const { admin, finance, expert } = running.tokens;
  await connectBooks(running, admin, organisations.first);
  const client = (await asFinance('POST /v1/clients', { body: { name: 'Nobody there knows them', country: 'GB' } })).body;
  const lines = [{ description: 'Work', quantity: '1', unitPrice: { amount: 9000, currency: 'GBP' } }];
  await asFinance('POST /v1/invoices', { body: { clientId: client.id, lines } });
  await running.system.host.settle();
  for (let minute = 0; minute < 3; minute += 1) await running.system.clock.advance(60);
  await running.system.host.settle();

  const receivers = told().flatMap(({ to }) => to);
  expect(receivers.toSorted()).toEqual([await addressOf(admin), await addressOf(finance)].toSorted());
  const outbox = join(directory, 'outbox');
  const letters = readdirSync(outbox).map((name) => readFileSync(join(outbox, name), 'utf8'));
  expect(letters.filter((letter) => letter.includes('cannot go on to Xero'))).toHaveLength(2);

  const [open] = (await asFinance('GET /v1/notifications')).body.items;
  expect(open).toMatchObject({ cause: 'xero-blocked', resolvedAt: null });
  expect((await running.send({ route: 'GET /v1/notifications', token: expert })).body.items).toEqual([]);
  expect((await asFinance('POST /v1/notifications/{id}/resolve', { params: { id: open.id } })).status).toBe(200);
  expect((await asFinance('GET /v1/notifications')).body.items).toEqual([]);
  expect((await asFinance('GET /v1/notifications', { query: { state: 'resolved' } })).body.items).toHaveLength(1);
  await running.system.invoke('time-find-forgotten', {});
});
