import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import type * as z from 'zod';
import { needsIfMatch, type Route } from '../../shared/api/route.ts';
import { routes } from '../../shared/api/routes.ts';
import { connectBooks, connectTill, fillWorkspace, organisations } from '../support/filled-workspace.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import { startRunningSystem, type Answer, type Body } from '../support/running-system.ts';
import { lineOf, routeOf, sampleRequests } from '../support/sample-requests.ts';

const running = await forAllTests(startRunningSystem());
const { admin } = running.tokens;
const confirmed = await connectBooks(running, admin, organisations.first);
await connectTill(running, admin);
const own = await fillWorkspace(running, admin, 'sample');
await running.system.host.settle();
const document = (await running.send({ route: 'GET /v1/openapi.json' })).body;

describe('the description of the API', () => {
  const operationOf = ({ method, path }: Route): Body => document.paths[path]?.[method.toLowerCase()];

  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document));
    expect(result).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('has every route once, under an operation id of its own, and no other', () => {
    const described = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(routes.map(lineOf).toSorted());
    expect(routes.map((route) => operationOf(route).operationId)).toEqual(routes.map(({ id }) => id));
    expect(new Set(routes.map(({ id }) => id)).size).toBe(routes.length);
  });

  test('says for every route who may, what it answers and how it fails', () => {
    expect(document.components.securitySchemes.signIn).toMatchObject({ type: 'http', scheme: 'bearer' });
    expect(document.security).toEqual([{ signIn: [] }]);
    for (const route of routes) {
      const { security, responses, summary } = operationOf(route);
      expect({ id: route.id, security }).toEqual({ id: route.id, security: route.access === 'public' ? [] : undefined });
      expect(summary).not.toBe('');
      expect(Object.keys(responses)).toEqual([String(route.reply.status), 'default']);
      expect(responses.default.content).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
    }
  });

  test('names every part of a path, and the headers that a request needs', () => {
    for (const route of routes) {
      const { parameters } = operationOf(route);
      const named = (where: string): string[] =>
        parameters.filter((parameter: Body) => parameter.in === where && parameter.required).map(({ name }: Body) => name);
      expect(named('path')).toEqual([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      expect(named('header')).toEqual([
        ...(route.idempotency === 'required' ? ['Idempotency-Key'] : []),
        ...(needsIfMatch(route) ? ['If-Match'] : []),
      ]);
    }
  });

  test('points only to what it holds', () => {
    const text = JSON.stringify(document);
    const pointers = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, pointer]) => String(pointer)));
    expect(pointers.size).toBeGreaterThan(10);
    for (const pointer of pointers) {
      expect(pointer).toMatch(/^#\/components\/schemas\/\w+$/);
      const found = document.components.schemas[pointer.split('/').at(-1) ?? ''];
      // A shape that only points, to itself for example, says nothing.
      expect({ pointer, type: found?.type }).toEqual({ pointer, type: 'object' });
    }
  });

  test('lets a problem carry the facts of its refusal', async () => {
    const described = document.components.schemas.Problem;
    expect(described.required).toEqual(['type', 'title', 'status', 'code']);
    expect(described.additionalProperties).not.toBe(false);
  });

  test('is there for people, too', async () => {
    const page = await running.send({ route: 'GET /docs' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(routes.filter(({ id }) => !page.text.includes(`id="${id}"`))).toEqual([]);
  });
});

describe('what is answered is what is described', () => {
  /** Nothing is missing, nothing is of another shape, and nothing is there that nobody described. */
  const expectDescribed = ({ id, reply }: Route, answer: Answer): void => {
    expect({ id, status: answer.status, problem: answer.status >= 400 ? answer.text : '' }).toEqual({
      id,
      status: reply.status,
      problem: '',
    });
    if (reply.contentType) return expect(answer.headers.get('content-type')).toContain(reply.contentType.replace('*', ''));
    if (!reply.schema) return expect({ id, text: answer.text }).toEqual({ id, text: '' });
    expect(answer.headers.get('content-type')).toBe('application/json');
    const read = (reply.schema as z.ZodType).safeParse(answer.body);
    expect({ id, errors: read.error?.issues }).toEqual({ id, errors: undefined });
    expect({ id, ...(read.data as object) }).toEqual({ id, ...answer.body });
  };

  test('on every route that asks for a sign-in', async () => {
    const seen = new Set(['chooseXeroOrganisation']);
    expectDescribed(routeOf('POST /v1/xero/connection/organisation'), confirmed);
    for (const sample of sampleRequests(own)) {
      const route = routeOf(sample.route);
      expectDescribed(route, await running.send({ ...sample, token: running.tokens.admin }));
      seen.add(route.id);
    }
    const signedIn = routes.filter(({ access }) => access !== 'public').map(({ id }) => id);
    expect([...seen].toSorted()).toEqual(signedIn.toSorted());
  });
});
