import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startEngine, type Engine } from '../support/engine.ts';
import { sendTo, type Send } from '../support/send.ts';
import { seedWorkspace, type TestWorkspace } from '../support/workspace.ts';

let engine: Engine;
let seeded: TestWorkspace;
let time: Send;
let workspace: Send;
let addClaims: (event: never) => Promise<unknown>;

/** What a function finds in its environment. */
beforeAll(async () => {
  engine = await startEngine();
  Object.assign(process.env, {
    TABLE_NAME: 'table',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_REGION: 'eu-west-2',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    USER_POOL_ID: 'pool',
    DOORBELL_QUEUE_URL: 'http://127.0.0.1:9/queue',
  });
  seeded = await seedWorkspace(engine.table);
  time = sendTo((await import('../../functions/time/handler.ts')).handler as never);
  workspace = sendTo((await import('../../functions/workspace/handler.ts')).handler as never);
  addClaims = (await import('../../functions/workspace/add-claims.ts')).handler as never;
});
afterAll(() => engine.close());

describe('the functions as they are deployed', () => {
  test('time: a clock runs and stops by the machine’s own time', async () => {
    const started = await time({ route: 'POST /v1/timer/start', from: seeded.expert, body: { jobId: seeded.job.id } });
    expect(started.status).toBe(201);
    expect(Math.abs(Date.parse(started.body['serverTime'] as string) - Date.now())).toBeLessThan(60_000);
    expect((await time({ route: 'POST /v1/timer/stop', from: seeded.expert })).status).toBe(200);
  });

  test('workspace: members are told who they are', async () => {
    const me = await workspace({ route: 'GET /v1/me', from: seeded.finance });
    expect(me.body).toMatchObject({ member: { id: seeded.finance.memberId }, workspace: { id: seeded.workspace.id } });
  });

  test('add-claims: a sign-in gets its workspace', async () => {
    const event = { request: { userAttributes: { sub: seeded.admin.sub } }, response: { claimsAndScopeOverrideDetails: null } };
    expect(await addClaims(event as never)).toMatchObject({
      response: {
        claimsAndScopeOverrideDetails: {
          accessTokenGeneration: {
            claimsToAddOrOverride: {
              workspace: seeded.workspace.id,
              member: seeded.admin.memberId,
              role: 'admin',
              export: 'true',
            },
          },
        },
      },
    });
  });
});
