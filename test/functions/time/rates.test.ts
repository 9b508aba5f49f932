import { beforeEach, describe, expect, test } from '@jest/globals';
import { addJob, type Job } from '../../../shared/store/jobs.ts';
import { replaceMember } from '../../../shared/store/members.ts';
import { replaceService } from '../../../shared/store/services.ts';
import { replaceWorkspace } from '../../../shared/store/workspaces.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openRooms, type Rooms } from '../../support/rooms.ts';
import { aJob, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
let rooms: Rooms;
let seeded: TestWorkspace;

beforeEach(async () => {
  rooms = openRooms(engine);
  seeded = await seedWorkspace(engine.table);
});

interface Rated {
  id: string;
  rate: { amount: number; currency: string } | null;
  rateSource: string | null;
  serviceId: string | null;
}

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const job = async (changes: Partial<Job>): Promise<Job> => {
  const made = aJob(seeded.client, { rate: null, ...changes });
  await engine.table.commit([addJob(seeded.workspace.id, made)]);
  return made;
};
const add = async (jobId: string, more: object = {}): Promise<Rated> => {
  const made = await rooms.time<Rated>({
    route: 'POST /v1/time-entries',
    from: seeded.expert,
    body: { jobId, date: '2026-11-19', durationSeconds: 3600, ...more },
  });
  expect(made.status).toBe(201);
  return made.body;
};
const edit = async (id: string, body: object): Promise<Rated> =>
  (
    await rooms.time<Rated>({
      route: 'PATCH /v1/time-entries/{id}',
      from: seeded.expert,
      params: { id },
      headers: { 'if-match': '*' },
      body,
    })
  ).body;

/** Gives each level below the job a rate of its own. */
const rateLevels = async (): Promise<void> => {
  const { workspace, members, service } = seeded;
  await engine.table.commit([
    ...replaceWorkspace({ ...workspace, rate: gbp(1000) }),
    replaceService(workspace.id, { ...service, rate: gbp(2000) }),
    replaceMember(workspace.id, { ...members.expert, rate: gbp(3000) }),
  ]);
};

describe('where the rate comes from', () => {
  test('the most particular level that has one in the currency of the job', async () => {
    const { workspace, service, members } = seeded;
    const memberId = members.expert.id;
    const none = await job({});
    const withService = await job({ serviceId: service.id });
    expect(await add(none.id)).toMatchObject({ rate: null, rateSource: null });
    await engine.table.commit([...replaceWorkspace({ ...workspace, rate: gbp(1000) })]);
    expect(await add(none.id)).toMatchObject({ rate: gbp(1000), rateSource: 'workspace' });
    await engine.table.commit([replaceService(workspace.id, { ...service, rate: gbp(2000) })]);
    expect(await add(none.id)).toMatchObject({ rate: gbp(1000), rateSource: 'workspace' });
    expect(await add(none.id, { serviceId: service.id })).toMatchObject({ rate: gbp(2000), rateSource: 'service' });
    expect(await add(withService.id)).toMatchObject({ rate: gbp(2000), rateSource: 'service', serviceId: service.id });
    expect(await add(withService.id, { serviceId: null })).toMatchObject({ rate: gbp(1000), rateSource: 'workspace' });
    await engine.table.commit([replaceMember(workspace.id, { ...members.expert, rate: gbp(3000) })]);
    expect(await add(withService.id)).toMatchObject({ rate: gbp(3000), rateSource: 'member' });
    const rated = await job({ rate: gbp(4000) });
    expect(await add(rated.id)).toMatchObject({ rate: gbp(4000), rateSource: 'job' });
    const both = await job({ rate: gbp(4000), memberRates: { [memberId]: gbp(5000) } });
    expect(await add(both.id)).toMatchObject({ rate: gbp(5000), rateSource: 'job-member' });
    const dollars = await job({ rate: gbp(4000), currency: 'USD', memberRates: { [memberId]: gbp(5000) } });
    expect(await add(dollars.id)).toMatchObject({ rate: null, rateSource: null });
  });

  test('starting on a job with a rate of its own stays at two round trips, also with a service', async () => {
    const rated = await job({ rate: gbp(4000), serviceId: seeded.service.id });
    engine.reset();
    await rooms.time({ route: 'POST /v1/timer/start', from: seeded.expert, body: { jobId: rated.id } });
    expect(engine.counted.trips).toBe(2);
  });
});

describe('F13: the rate is frozen', () => {
  test('a changed rate of the job leaves entries and the running timer alone', async () => {
    const { job: open } = seeded;
    const before = await add(open.id);
    await rooms.time({ route: 'POST /v1/timer/start', from: seeded.expert, body: { jobId: open.id } });
    const set = await rooms.workspace({
      route: 'PUT /v1/jobs/{id}/rates',
      from: seeded.finance,
      params: { id: open.id },
      body: { rate: gbp(20_000), memberRates: [] },
    });
    expect(set.status).toBe(200);
    rooms.clock.advance(60);
    const stopped = await rooms.time<{ entry: Rated }>({ route: 'POST /v1/timer/stop', from: seeded.expert });
    expect(stopped.body.entry).toMatchObject({ rate: gbp(12_000), rateSource: 'job' });
    expect(await edit(before.id, { durationSeconds: 7200, description: 'More' })).toMatchObject({ rate: gbp(12_000) });
    expect(await add(open.id)).toMatchObject({ rate: gbp(20_000), rateSource: 'job' });
  });

  test('moved to another job, an entry gets the rate of that job', async () => {
    await rateLevels();
    const before = await add(seeded.job.id);
    const rated = await job({ rate: gbp(4000) });
    expect(await edit(before.id, { jobId: rated.id })).toMatchObject({ rate: gbp(4000), rateSource: 'job' });
    const unrated = await job({});
    expect(await edit(before.id, { jobId: unrated.id })).toMatchObject({ rate: gbp(3000), rateSource: 'member' });
    const dollars = await job({ currency: 'USD' });
    expect(await edit(before.id, { jobId: dollars.id })).toMatchObject({ rate: null, rateSource: null });
  });

  test('another service asks for the rate again only where the service decided, or nothing particular did', async () => {
    const { workspace, service } = seeded;
    await engine.table.commit([
      ...replaceWorkspace({ ...workspace, rate: gbp(1000) }),
      replaceService(workspace.id, { ...service, rate: gbp(2000) }),
    ]);
    const plain = await add((await job({})).id);
    expect(plain).toMatchObject({ rate: gbp(1000), rateSource: 'workspace' });
    expect(await edit(plain.id, { serviceId: service.id })).toMatchObject({ rate: gbp(2000), rateSource: 'service' });
    expect(await edit(plain.id, { serviceId: null })).toMatchObject({ rate: gbp(1000), rateSource: 'workspace' });
    const ofJob = await add(seeded.job.id);
    expect(await edit(ofJob.id, { serviceId: service.id })).toMatchObject({ rate: gbp(12_000), rateSource: 'job' });
  });
});
