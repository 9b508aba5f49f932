import { describe, expect, test } from '@jest/globals';
import { matchesPattern } from '../../../infra/local/host/event-pattern.ts';
import { createRouter } from '../../../infra/local/host/http-routes.ts';
import { parseScheduleExpression } from '../../../infra/local/host/schedule-expression.ts';
import { functionNameOf } from '../../../infra/local/host/targets.ts';

describe('schedule expressions', () => {
  const next = (expression: string, after: string, zone?: string) => {
    const due = parseScheduleExpression(expression, zone)(Date.parse(after));
    return due === undefined ? undefined : new Date(due).toISOString();
  };
  test.each([
    ['rate(1 minute)', '2026-01-01T00:00:30Z', undefined, '2026-01-01T00:01:00.000Z'],
    ['rate(5 minutes)', '2026-01-01T00:05:00Z', undefined, '2026-01-01T00:10:00.000Z'],
    ['rate(1 day)', '2026-01-01T12:00:00Z', undefined, '2026-01-02T00:00:00.000Z'],
    ['cron(30 8 * * ? *)', '2026-01-01T12:00:00Z', undefined, '2026-01-02T08:30:00.000Z'],
    // 1 January 2026 is a Thursday; AWS counts weekdays from 1 = Sunday.
    ['cron(0 9 ? * 2 *)', '2026-01-01T12:00:00Z', undefined, '2026-01-05T09:00:00.000Z'],
    ['cron(0 9 ? * MON-FRI *)', '2026-01-02T12:00:00Z', undefined, '2026-01-05T09:00:00.000Z'],
    ['cron(0 9 * * ? *)', '2026-07-01T00:00:00Z', 'Europe/London', '2026-07-01T08:00:00.000Z'],
    ['at(2026-03-01T10:00:00)', '2026-01-01T00:00:00Z', undefined, '2026-03-01T10:00:00.000Z'],
    ['at(2025-03-01T10:00:00)', '2026-01-01T00:00:00Z', undefined, undefined],
  ])('%s after %s (%s) is due at %s', (expression, after, zone, expected) => {
    expect(next(expression, after, zone)).toBe(expected);
  });

  test.each(['rate(0 minutes)', 'rate(soon)', 'every(5)', ''])('%s is an error', (expression) => {
    expect(() => parseScheduleExpression(expression)).toThrow(/can't read the schedule/);
  });
});

describe('routes', () => {
  const route = createRouter(
    [
      'GET /v1/jobs',
      'GET /v1/jobs/{id}',
      'GET /v1/jobs/count',
      'ANY /v1/jobs/{id}',
      'GET /v1/{rest+}',
      'POST /v1/jobs/{id}/rates',
    ].map((routeKey) => ({ routeKey, target: routeKey })),
  );
  test.each([
    ['GET', '/v1/jobs', 'GET /v1/jobs', {}],
    ['GET', '/v1/jobs/7', 'GET /v1/jobs/{id}', { id: '7' }],
    ['GET', '/v1/jobs/count', 'GET /v1/jobs/count', {}],
    ['PUT', '/v1/jobs/7', 'ANY /v1/jobs/{id}', { id: '7' }],
    ['GET', '/v1/other/things', 'GET /v1/{rest+}', { rest: 'other/things' }],
    ['POST', '/v1/jobs/7/rates', 'POST /v1/jobs/{id}/rates', { id: '7' }],
  ])('%s %s takes %s', (method, path, expected, parameters) => {
    const match = route(method, path);
    expect([match?.route.target, match?.parameters]).toEqual([expected, parameters]);
  });

  test.each([
    ['POST', '/v1/jobs'],
    ['GET', '/v2/jobs'],
    ['POST', '/v1/jobs//rates'],
  ])('%s %s takes none', (method, path) => {
    expect(route(method, path)).toBeUndefined();
  });
});

describe('event patterns', () => {
  const event = { source: 'shop', 'detail-type': 'Sold', detail: { amount: 12, colour: 'red', tags: ['a', 'b'] } };
  test.each([
    [{ source: ['shop'] }, true],
    [{ source: ['bank', 'shop'] }, true],
    [{ source: ['bank'] }, false],
    [{ source: ['shop'], 'detail-type': ['Bought'] }, false],
    [{ detail: { colour: [{ prefix: 're' }] } }, true],
    [{ detail: { colour: [{ 'anything-but': ['red'] }] } }, false],
    [{ detail: { amount: [{ numeric: ['>', 10, '<=', 12] }] } }, true],
    [{ detail: { amount: [{ numeric: ['>', 12] }] } }, false],
    [{ detail: { tags: ['b'] } }, true],
    [{ detail: { size: [{ exists: false }] } }, true],
  ])('%j: %s', (pattern, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected);
  });
});

test.each([
  ['arn:aws:lambda:us-east-1:000000000000:function:shop-time', 'shop-time'],
  ['arn:aws:lambda:us-east-1:000000000000:function:shop-time:live', 'shop-time'],
  [
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:shop-time/invocations',
    'shop-time',
  ],
  ['shop-time', 'shop-time'],
  ['shop-time:$LATEST', 'shop-time'],
])('%s names the function %s', (text, expected) => {
  expect(functionNameOf(text)).toBe(expected);
});
