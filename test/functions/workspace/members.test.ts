import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { makeWorkspace } from '../../../functions/workspace/make-workspace.ts';
import { tokenClaims } from '../../../functions/workspace/token-claims.ts';
import type { Caller } from '../../../shared/api/call.ts';
import { readMember } from '../../../shared/store/members.ts';
import { readMemberships } from '../../../shared/store/memberships.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { knownPeople, openRooms, type Rooms } from '../../support/rooms.ts';
import { newId, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
let rooms: Rooms;
let seeded: TestWorkspace;

beforeEach(async () => {
  rooms = openRooms(engine);
  seeded = await seedWorkspace(engine.table);
});

interface Member extends Record<string, unknown> {
  id: string;
  role: string;
  code?: string;
}

const invite = (body: object, headers: Record<string, string> = {}, from: Caller = seeded.admin) =>
  rooms.workspace<Member>({ route: 'POST /v1/members', from, headers, body: { name: 'Nia', role: 'expert', ...body } });
const change = (id: string, body: object, ifMatch = '*', from: Caller = seeded.admin) =>
  rooms.workspace<Member>({
    route: 'PATCH /v1/members/{id}',
    from,
    params: { id },
    headers: { 'if-match': ifMatch },
    body,
  });
const remove = (id: string, ifMatch = '*', from: Caller = seeded.admin) =>
  rooms.workspace<Member>({ route: 'DELETE /v1/members/{id}', from, params: { id }, headers: { 'if-match': ifMatch } });
const claimsOf = async (sub: string) => {
  const event = { request: { userAttributes: { sub } }, response: {} } as unknown as PreTokenGenerationV2TriggerEvent;
  const answer = await tokenClaims({ memberships: readMemberships(engine.table) })(event);
  return answer.response.claimsAndScopeOverrideDetails?.accessTokenGeneration?.claimsToAddOrOverride;
};
const address = (): string => `${newId('p').toLowerCase()}@example.com`;

describe('inviting', () => {
  test('makes a person, a member and what their tokens say', async () => {
    const email = address();
    const made = await invite({ email: email.toUpperCase() });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^mem_/),
      name: 'Nia',
      email,
      role: 'expert',
      zone: 'Europe/London',
      rate: null,
      costRate: null,
      exportToAccounting: false,
      emailNotices: true,
      status: 'active',
      xeroContactId: null,
    });
    expect(rooms.invited).toEqual([email]);
    expect(await claimsOf(`sub-of-${email}`)).toEqual({
      workspace: seeded.workspace.id,
      member: made.body.id,
      role: 'expert',
      export: 'false',
    });
  });

  test('admin and finance may export at first', async () => {
    expect((await invite({ email: address(), role: 'finance' })).body['exportToAccounting']).toBe(true);
    expect((await invite({ email: address(), role: 'finance', exportToAccounting: false })).body['exportToAccounting']).toBe(
      false,
    );
  });

  test('the same person twice is refused, also at the same moment', async () => {
    const email = address();
    const answers = await Promise.all([invite({ email }), invite({ email }), invite({ email })]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect(await invite({ email })).toMatchObject({ status: 409, body: { code: 'duplicate' } });
  });

  test('the same key makes one member', async () => {
    const email = address();
    const first = await invite({ email }, { 'idempotency-key': 'i' });
    expect((await invite({ email }, { 'idempotency-key': 'i' })).text).toBe(first.text);
  });

  test('is for admins', async () => {
    for (const from of [seeded.finance, seeded.expert]) expect((await invite({ email: address() }, {}, from)).status).toBe(403);
    expect(rooms.invited).toEqual([]);
  });

  test.each([
    ['no address', { email: 'nia' }, 'email'],
    ['a role that does not exist', { email: 'nia@example.com', role: 'owner' }, 'role'],
    ['a status', { email: 'nia@example.com', status: 'active' }, 'status'],
  ])('%s is refused', async (_what, body, path) => {
    const answer = await invite(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ path }] });
  });
});

describe('changing', () => {
  test('name, zone and rates; the role is what tokens say', async () => {
    const { memberId, sub } = seeded.expert;
    const rate = { amount: 8000, currency: 'GBP' };
    const changed = await change(memberId, { name: 'Esme B', zone: 'Europe/Paris', rate, costRate: rate });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(changed.body).toMatchObject({ name: 'Esme B', zone: 'Europe/Paris', rate, costRate: rate, role: 'expert' });
    await change(memberId, { role: 'finance' }, '"2"');
    expect(await claimsOf(sub)).toMatchObject({ role: 'finance', export: 'true' });
    await change(memberId, { exportToAccounting: false });
    expect(await claimsOf(sub)).toMatchObject({ role: 'finance', export: 'false' });
    await change(memberId, { role: 'admin' });
    expect(await claimsOf(sub)).toMatchObject({ role: 'admin', export: 'false' });
    await change(memberId, { role: 'expert' });
    expect(await claimsOf(sub)).toMatchObject({ role: 'expert', export: 'false' });
  });

  test('the version counts', async () => {
    const { memberId } = seeded.expert;
    await change(memberId, { name: 'a' }, '"1"');
    expect((await change(memberId, { name: 'b' }, '"1"')).status).toBe(412);
  });

  test('the last admin stays admin', async () => {
    expect(await change(seeded.admin.memberId, { role: 'finance' })).toMatchObject({ status: 409, body: { code: 'in-use' } });
    expect(await remove(seeded.admin.memberId)).toMatchObject({ status: 409, body: { code: 'in-use' } });
    await change(seeded.finance.memberId, { role: 'admin' });
    expect((await change(seeded.admin.memberId, { role: 'finance' })).status).toBe(200);
  });

  test('two admins who demote each other at the same moment leave one', async () => {
    await change(seeded.finance.memberId, { role: 'admin' });
    const other: Caller = { ...seeded.finance, role: 'admin' };
    await Promise.all([
      change(other.memberId, { role: 'expert' }, '*', seeded.admin),
      change(seeded.admin.memberId, { role: 'expert' }, '*', other),
    ]);
    const read = readMember(engine.table);
    const roles = await Promise.all([other, seeded.admin].map(({ memberId }) => read(seeded.workspace.id, memberId)));
    expect(roles.map((member) => member?.role).toSorted()).toEqual(['admin', 'expert']);
  });

  test('two admins who leave at the same moment leave one', async () => {
    await change(seeded.finance.memberId, { role: 'admin' });
    const other: Caller = { ...seeded.finance, role: 'admin' };
    const answers = await Promise.all([remove(other.memberId, '*', other), remove(seeded.admin.memberId)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
  });
});

describe('removing', () => {
  test('ends sign-ins and claims at once; time and member stay readable', async () => {
    const { memberId, sub } = seeded.expert;
    expect((await remove(memberId, '"1"')).status).toBe(204);
    expect(rooms.signedOut).toEqual([sub]);
    expect(await claimsOf(sub)).toBeUndefined();
    const shown = await rooms.workspace({ route: 'GET /v1/members/{id}', from: seeded.finance, params: { id: memberId } });
    expect(shown.body).toMatchObject({ status: 'removed', name: 'Esme' });
    expect((await change(memberId, { name: 'x' })).status).toBe(409);
  });

  test('again, after the answer was lost, signs out again', async () => {
    const { memberId, sub } = seeded.expert;
    await remove(memberId, '"1"');
    expect((await remove(memberId, '"1"')).status).toBe(204);
    expect(rooms.signedOut).toEqual([sub, sub]);
  });

  test('F85: an admin who was removed may do nothing that is for admins, with the token they still have', async () => {
    await change(seeded.finance.memberId, { role: 'admin' });
    await remove(seeded.admin.memberId, '*', { ...seeded.finance, role: 'admin' });
    expect((await invite({ email: address() })).status).toBe(403);
    expect((await remove(seeded.expert.memberId)).status).toBe(403);
  });

  test('invited again, they are a member again', async () => {
    const email = address();
    const first = await invite({ email });
    await remove(first.body.id);
    const second = await invite({ email });
    expect(second.status).toBe(201);
    expect(await claimsOf(`sub-of-${email}`)).toMatchObject({ member: second.body.id });
  });

  test('F83: a member of another workspace is not found', async () => {
    const other = await seedWorkspace(engine.table);
    const unknown = await change(newId('mem'), { name: 'x' });
    expect(unknown.status).toBe(404);
    expect((await change(other.expert.memberId, { name: 'x' })).text).toBe(unknown.text);
    expect((await remove(other.expert.memberId)).text).toBe(unknown.text);
  });

  test('people are listed for finance, page by page, with those who were removed', async () => {
    await remove(seeded.expert.memberId);
    const first = await rooms.workspace<{ items: Member[]; nextCursor: string }>({
      route: 'GET /v1/members',
      from: seeded.finance,
      query: { limit: '3' },
    });
    expect(first.body.items).toHaveLength(3);
    const second = await rooms.workspace<{ items: Member[] }>({
      route: 'GET /v1/members',
      from: seeded.finance,
      query: { limit: '3', cursor: first.body.nextCursor },
    });
    expect(second.body.items).toHaveLength(1);
    expect((await rooms.workspace({ route: 'GET /v1/members', from: seeded.expert })).status).toBe(403);
  });
});

describe('what a token says', () => {
  test('nothing for somebody who belongs nowhere', async () => {
    expect(await claimsOf('nobody')).toBeUndefined();
  });

  test('the workspace that was chosen, else the first; a choice that was withdrawn counts no more', async () => {
    const email = address();
    const other = await seedWorkspace(engine.table);
    const here = await invite({ email });
    await invite({ email }, {}, other.admin);
    const sub = `sub-of-${email}`;
    const first = (await claimsOf(sub))?.['workspace'];
    expect([seeded.workspace.id, other.workspace.id]).toContain(first);
    const second = first === seeded.workspace.id ? other.workspace.id : seeded.workspace.id;
    const caller: Caller = { workspaceId: seeded.workspace.id, memberId: here.body.id, role: 'expert', sub, canExport: false };
    await rooms.workspace({ route: 'POST /v1/session/workspace', from: caller, body: { workspaceId: second } });
    expect(await claimsOf(sub)).toMatchObject({ workspace: second });
    const me = await rooms.workspace<{ workspaces: unknown[] }>({ route: 'GET /v1/me', from: caller });
    expect(me.body.workspaces).toHaveLength(2);
    await remove(here.body.id);
    expect(await claimsOf(sub)).toMatchObject({ workspace: other.workspace.id });
  });
});

describe('a new workspace', () => {
  const wanted = { name: 'New', country: 'NZ', zone: 'Pacific/Auckland', currency: 'NZD', adminName: 'Ari' };
  const make = (more: object) => {
    const { people } = knownPeople();
    return makeWorkspace({ table: engine.table, people, now: rooms.clock.now, newId })({
      ...wanted,
      adminEmail: 'ari@example.com',
      ...more,
    });
  };

  test('has an admin, a number series and settings', async () => {
    const adminEmail = address();
    const { workspaceId, memberId, sub } = await make({ adminEmail });
    expect(await claimsOf(sub)).toEqual({ workspace: workspaceId, member: memberId, role: 'admin', export: 'true' });
    const shown = await rooms.workspace({
      route: 'GET /v1/workspace',
      from: { workspaceId, memberId, sub, role: 'admin', canExport: true },
    });
    expect(shown.body).toMatchObject({
      name: 'New',
      zone: 'Pacific/Auckland',
      currency: 'NZD',
      numberSeries: { invoice: { prefix: 'INV-', next: 1 } },
    });
  });

  test('asked for again with its id, or many times at once, it is the same one', async () => {
    const ask = { adminEmail: address(), workspaceId: newId('ws') };
    const first = await make(ask);
    expect(await make(ask)).toEqual(first);
    await expect(make({ ...ask, adminEmail: address() })).rejects.toMatchObject({ code: 'duplicate' });
  });
});
