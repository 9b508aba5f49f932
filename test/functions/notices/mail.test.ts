import { beforeEach, describe, expect, test } from '@jest/globals';
import { OutsideError } from '../../../shared/domain/outside-error.ts';
import { keys, partitions } from '../../../shared/store/keys.ts';
import { notified, resolved, type Telling } from '../../../shared/store/notifications.ts';
import { put } from '../../../shared/store/write.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openPostOffice, type PostOffice } from '../../support/post-office.ts';
import { openRooms, type Rooms } from '../../support/rooms.ts';
import { newId, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
let rooms: Rooms;
let seeded: TestWorkspace;
let post: PostOffice;

beforeEach(async () => {
  rooms = openRooms(engine);
  seeded = await seedWorkspace(engine.table, { name: 'Harbour Lane' });
  post = openPostOffice(engine.table, rooms.clock);
});

const telling = (changes: Partial<Telling> = {}): Telling => ({
  id: newId('ntf'),
  cause: 'payment-parked#pay_1',
  text: 'GBP 50.00 came in for invoice INV-0001 and were not counted',
  mend: 'Look at the payment in Stripe',
  about: null,
  at: rooms.clock.now(),
  ...changes,
});
const tell = (changes: Partial<Telling> = {}) => engine.table.commit([notified(seeded.workspace.id, telling(changes))]);
const settle = () => engine.table.commit([resolved(seeded.workspace.id, 'payment-parked#pay_1', rooms.clock.now())]);
const receivers = () => post.letters.map(({ to }) => to).sort();
const office = ['ada@example.com', 'finn@example.com'];
const states = async () =>
  (await engine.table.queryAll({ partition: keys.mail(seeded.workspace.id, '').pk })).map(({ state, attempts, reason }) => ({
    state,
    attempts,
    reason,
  }));
const waiting = async () =>
  (await engine.table.queryAll({ partition: partitions.notifications(seeded.workspace.id, 'open'), index: 'list' })).filter(
    ({ duePk }) => duePk !== undefined,
  );

describe('what concerns money and books', () => {
  test('is mailed to admins and finance, once: not again with the next run, nor with other words', async () => {
    await tell();
    await post.run();
    expect(receivers()).toEqual(office);
    rooms.clock.advance(60);
    await post.run();
    await tell({ text: 'Other words' });
    await post.run();
    expect(receivers()).toEqual(office);
    expect(await waiting()).toEqual([]);
  });

  test('says what happened, what to do and where, as text and as HTML', async () => {
    await tell();
    await post.run();
    expect(post.letters.find(({ to }) => to === 'ada@example.com')).toEqual({
      to: 'ada@example.com',
      subject: 'Harbour Lane: GBP 50.00 came in for invoice INV-0001 and were not counted',
      text: [
        'Hello Ada,',
        'Harbour Lane: GBP 50.00 came in for invoice INV-0001 and were not counted.',
        'What to do: Look at the payment in Stripe.',
        'Go to https://app.example.com',
        'You get this mail once, until the matter is settled. E-mails of this kind can be switched off in your settings.\n',
      ].join('\n\n'),
      html: expect.stringContaining('<p><a href="https://app.example.com">Go to https://app.example.com</a></p>'),
    });
  });

  test('what people typed makes neither headers nor markup', async () => {
    await tell({ text: `<b>Invoice</b>\r\nBcc: everybody@example.com ${'x'.repeat(300)}` });
    await post.run();
    const [letter] = post.letters;
    expect(letter?.subject).toMatch(/^Harbour Lane: <b>Invoice<\/b> Bcc: everybody@example\.com x+…$/);
    expect(letter?.subject).toHaveLength(120);
    expect(letter?.html).toContain('&lt;b&gt;Invoice&lt;/b&gt; Bcc');
    expect(letter?.html).not.toContain('<b>');
  });

  test('what settles itself before the mail leaves is not mailed; what comes back is, again', async () => {
    await tell();
    await settle();
    await post.run();
    expect(post.letters).toEqual([]);
    rooms.clock.advance(60);
    await tell();
    await post.run();
    expect(receivers()).toEqual(office);
    await settle();
    rooms.clock.advance(60);
    await tell();
    await post.run();
    expect(receivers()).toEqual([...office, ...office].sort());
  });

  test('a mail that was written and not sent yet is dropped when its matter settles', async () => {
    await tell();
    await post.run({ send: () => Promise.reject(refusal(429, 'TooManyRequestsException')) });
    await settle();
    rooms.clock.advance(60);
    await post.run();
    expect(post.letters).toEqual([]);
    expect((await states()).map(({ state, reason }) => [state, reason])).toEqual([
      ['dropped', 'settled'],
      ['dropped', 'settled'],
    ]);
  });
});

describe('what is told in the same minute', () => {
  test('is one mail, without what is settled by then', async () => {
    for (let number = 1; number <= 12; number += 1) await tell({ cause: `discrepancy#${number}`, text: `Difference ${number}` });
    await tell({ cause: 'timer-forgotten', text: 'Your timer runs', memberId: seeded.finance.memberId });
    const { id } = seeded.workspace;
    await post.run({ send: () => Promise.reject(refusal(429, 'TooManyRequestsException')) });
    await engine.table.commit([resolved(id, 'discrepancy#3', rooms.clock.now())]);
    rooms.clock.advance(60);
    await post.run();
    expect(receivers()).toEqual(office);
    const [ada, finn] = ['ada', 'finn'].map((name) => post.letters.find(({ to }) => to.startsWith(name)));
    expect(ada?.subject).toBe('Harbour Lane: 11 things to look at');
    expect(ada?.text).not.toContain('Difference 3.');
    expect(finn?.subject).toBe('Harbour Lane: 12 things to look at');
    expect(finn?.text).toContain('Your timer runs.');
  });

  test('more than fits is several mails', async () => {
    for (let number = 1; number <= 45; number += 1) await tell({ cause: `discrepancy#${number}` });
    await post.run();
    expect(receivers()).toEqual([...office, ...office, ...office].sort());
  });
});

describe('a member', () => {
  test('may switch e-mails off for themselves, and on again', async () => {
    const { workspace } = rooms;
    const off = await workspace({ route: 'PATCH /v1/me', from: seeded.finance, body: { emailNotices: false } });
    expect(off).toMatchObject({ status: 200, body: { member: { id: seeded.finance.memberId, emailNotices: false } } });
    await tell();
    await post.run();
    expect(receivers()).toEqual(['ada@example.com']);
    await workspace({ route: 'PATCH /v1/me', from: seeded.finance, body: { emailNotices: true } });
    const me = await workspace({ route: 'GET /v1/me', from: seeded.finance });
    expect(me.body).toMatchObject({ member: { emailNotices: true } });
    await tell({ cause: 'payment-parked#pay_2' });
    await post.run();
    expect(receivers()).toEqual(['ada@example.com', 'ada@example.com', 'finn@example.com']);
  });

  test('can change nothing else of themselves that way', async () => {
    for (const body of [{}, { role: 'admin' }, { emailNotices: true, exportToAccounting: true }, { emailNotices: 'no' }])
      expect((await rooms.workspace({ route: 'PATCH /v1/me', from: seeded.expert, body })).status).toBe(400);
  });

  test('who was removed, or switched mail off, after the mail was written gets none', async () => {
    await tell();
    await post.run({ send: () => Promise.reject(refusal(0, 'TimeoutError')) });
    await rooms.workspace({ route: 'PATCH /v1/me', from: seeded.admin, body: { emailNotices: false } });
    const id = seeded.finance.memberId;
    const headers = { 'if-match': '*' };
    await rooms.workspace({ route: 'DELETE /v1/members/{id}', from: seeded.admin, params: { id }, headers });
    rooms.clock.advance(3600);
    await post.run();
    expect(post.letters).toEqual([]);
  });

  test('alone is told what concerns them alone', async () => {
    await tell({ memberId: seeded.expert.memberId });
    await post.run();
    expect(receivers()).toEqual(['esme@example.com']);
  });
});

const refusal = (status: number, code: string) => new OutsideError({ service: 'aws', status, code });

describe('sending', () => {
  test('two runs at once send each mail once', async () => {
    await tell();
    await Promise.all(Array.from({ length: 6 }, () => post.run()));
    expect(receivers()).toEqual(office);
  });

  test('a run that dies with a mail in its hand costs at most one mail too many, never one too few', async () => {
    await tell();
    const dying = post.run({
      send: async (letter) => {
        post.letters.push(letter);
        throw new Error('the function ended here');
      },
    });
    await expect(dying).rejects.toThrow('ended here');
    rooms.clock.advance(60);
    await post.run();
    expect(receivers()).toEqual(office);
    rooms.clock.advance(60);
    await post.run();
    expect(post.letters).toHaveLength(3);
    rooms.clock.advance(3600);
    await post.run();
    expect(post.letters).toHaveLength(3);
    expect(new Set(receivers())).toEqual(new Set(office));
  });

  test('an address that SES refuses is given up at once and keeps nobody else waiting', async () => {
    await tell();
    await post.run({
      send: async (letter) => {
        if (letter.to === 'ada@example.com') throw refusal(400, 'MessageRejected');
        post.letters.push(letter);
      },
    });
    expect(receivers()).toEqual(['finn@example.com']);
    expect((await states()).map(({ state }) => state).sort()).toEqual(['failed', 'sent']);
    expect(post.counted).toEqual({ MailFailed: 1, MailSent: 1 });
    rooms.clock.advance(86_400);
    await post.run();
    expect(receivers()).toEqual(['finn@example.com']);
  });

  test('an outage is waited out, longer each time, and given up after eight tries', async () => {
    await tell({ memberId: seeded.expert.memberId });
    const tries: number[] = [];
    const begun = rooms.clock.clock();
    const send = async (): Promise<void> => {
      tries.push((rooms.clock.clock() - begun) / 60_000);
      throw refusal(500, 'InternalFailure');
    };
    for (let minute = 0; minute < 140; minute += 1) {
      await post.run({ send });
      rooms.clock.advance(60);
    }
    expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 127]);
    expect(await states()).toEqual([{ state: 'failed', attempts: 8, reason: 'InternalFailure' }]);
  });

  test('F88: beyond the quota of a workspace and day mails wait for the next day', async () => {
    await engine.table.commit([
      put('quota', { ...keys.quota(seeded.workspace.id, 'mail', rooms.clock.now().slice(0, 10)), v: 1, count: 199 }),
    ]);
    await tell();
    await post.run();
    expect(post.letters).toHaveLength(1);
    rooms.clock.advance(3600);
    await post.run();
    expect(post.letters).toHaveLength(1);
    expect(post.counted).toEqual({ MailSent: 1, MailOverQuota: 1 });
    rooms.clock.set('2026-11-21T00:00:00.000Z');
    await post.run();
    expect(receivers()).toEqual(office);
  });

  test('a stage without a sender mails nothing, and does not make up for it later', async () => {
    await tell();
    await post.run({ send: null });
    expect(await waiting()).toEqual([]);
    await post.run();
    expect(post.letters).toEqual([]);
    await tell({ cause: 'payment-parked#pay_2' });
    await post.run();
    expect(receivers()).toEqual(office);
  });

  test('a run that has no time left leaves the rest to the next one', async () => {
    await tell();
    let left = 2;
    await post.run({ goOn: () => (left -= 1) >= 0 });
    expect(post.letters).toHaveLength(1);
    await post.run();
    expect(receivers()).toEqual(office);
  });
});

describe('F88: invitations', () => {
  test('fifty a workspace and day, then 429; the next day they go on', async () => {
    const invite = (email: string) =>
      rooms.workspace({ route: 'POST /v1/members', from: seeded.admin, body: { email, name: 'Somebody', role: 'expert' } });
    for (let number = 1; number <= 50; number += 1) expect((await invite(`p${number}@example.com`)).status).toBe(201);
    expect(await invite('p51@example.com')).toMatchObject({ status: 429, body: { code: 'quota-used-up' } });
    expect(rooms.invited).toHaveLength(50);
    rooms.clock.advance(86_400);
    expect((await invite('p51@example.com')).status).toBe(201);
  });
});
