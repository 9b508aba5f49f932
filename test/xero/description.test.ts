import { describe, expect, test } from '@jest/globals';
import { checkAgainst, type Description, type Exchange } from '../support/description-check.ts';
import { descriptionPath, watchXero } from '../support/xero-description.ts';

const description: Description = {
  paths: {
    '/Things': {
      parameters: [{ in: 'header', name: 'xero-tenant-id', required: true }],
      get: {
        parameters: [
          { in: 'query', name: 'page' },
          { in: 'header', name: 'If-Modified-Since' },
        ],
        responses: {
          200: {
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Things' },
                example: { Id: 'x', Status: 'OK', Things: [{ ThingID: 'x', DateString: '2026-11-02' }] },
              },
            },
          },
        },
      },
      put: {
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Things' } } } },
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Things' } } } },
          400: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
        },
      },
    },
    '/Things/{ThingID}': {
      get: { parameters: [{ in: 'header', name: 'xero-tenant-id' }], responses: { 200: {} } },
    },
  },
  components: {
    schemas: {
      Things: { type: 'object', properties: { Things: { type: 'array', items: { $ref: '#/components/schemas/Thing' } } } },
      Thing: {
        type: 'object',
        properties: {
          ThingID: { type: 'string', format: 'uuid', readOnly: true },
          Name: { type: 'string', maxLength: 5 },
          Kind: { type: 'string', enum: ['BIG', 'SMALL'] },
          Amount: { type: 'number' },
        },
      },
      Error: { properties: { Message: { type: 'string' }, Elements: { type: 'array', items: { properties: {} } } } },
    },
  },
};
const check = checkAgainst(description);
const id = '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e01';
const exchange = (changes: Partial<Exchange>): Exchange => ({
  method: 'GET',
  path: '/Things',
  query: {},
  headers: { 'xero-tenant-id': id, accept: 'application/json' },
  body: null,
  status: 200,
  answer: { Things: [] },
  ...changes,
});
const wrong = (changes: Partial<Exchange>): string[] => check(exchange(changes), ['request', 'answer']);

describe('a call and its answer against a description', () => {
  test.each<[string, Partial<Exchange>]>([
    ['a list', { query: { page: '1' }, answer: { Things: [{ ThingID: id, Name: 'Lamp', Kind: 'BIG', Amount: 1.5 }] } }],
    ['fields that only an example shows', { answer: { Id: id, Status: 'OK', Things: [{ DateString: '2026-11-02' }] } }],
    ['nothing modified', { status: 304, headers: { 'xero-tenant-id': id, 'if-modified-since': 'x' }, answer: undefined }],
    ['a write', { method: 'PUT', body: { Things: [{ Name: 'Lamp' }] } }],
    ['a refusal that echoes', { method: 'PUT', status: 400, answer: { Message: 'No', Elements: [{ Name: 'Lamp' }] } }],
    ['a failure that nobody describes', { status: 503, answer: undefined }],
    ['a path with an id', { path: `/Things/${id}`, answer: undefined }],
  ])('knows %s', (_case, changes) => {
    expect(wrong(changes)).toEqual([]);
  });

  test.each<[string, Partial<Exchange>, string]>([
    ['another operation', { method: 'DELETE' }, 'DELETE /Things: the operation is not known'],
    ['another path', { path: '/Stuff' }, 'GET /Stuff: the operation is not known'],
    ['a query parameter', { query: { sort: 'up' } }, 'GET /Things 200: query parameter sort is not known'],
    ['a header', { headers: { 'xero-tenant-id': id, 'x-mine': '1' } }, 'GET /Things 200: header x-mine is not known'],
    ['a header that is missing', { headers: {} }, 'GET /Things 200: header xero-tenant-id is missing'],
    ['a field sent', { method: 'PUT', body: { Things: [{ Size: 1 }] } }, 'PUT /Things 200: body.Things[].Size is not known'],
    [
      'a field that can only be read',
      { method: 'PUT', body: { Things: [{ ThingID: id }] } },
      'PUT /Things 200: body.Things[].ThingID can only be read',
    ],
    [
      'a text that is too long',
      { method: 'PUT', body: { Things: [{ Name: 'Lantern' }] } },
      'PUT /Things 200: body.Things[].Name is too long',
    ],
    ['a field answered', { answer: { Things: [{ Size: 1 }] } }, 'GET /Things 200: answer.Things[].Size is not known'],
    ['a value', { answer: { Things: [{ Kind: 'HUGE' }] } }, 'GET /Things 200: answer.Things[].Kind knows no HUGE'],
    ['a text for a number', { answer: { Things: [{ Amount: '1.5' }] } }, 'GET /Things 200: answer.Things[].Amount is no number'],
    ['an id of another form', { answer: { Things: [{ ThingID: 'x' }] } }, 'GET /Things 200: answer.Things[].ThingID is no uuid'],
    ['a status', { status: 202 }, 'GET /Things 202: status 202 is not known'],
  ])('tells %s', (_case, changes, told) => {
    expect(wrong(changes)).toEqual([told]);
  });
});

const seen = {
  at: '2026-11-22T00:00:00.000Z',
  tenantId: id,
  method: 'GET',
  query: {},
  headers: { 'xero-tenant-id': id },
  body: null,
  status: 200,
  answer: undefined,
};
const path = descriptionPath();

test(
  path === undefined
    ? 'the official description of Xero is not here, so nothing was compared with it (XERO_DESCRIPTION names its file)'
    : 'calls are compared with the official description of Xero',
  () => {
    const watch = watchXero();
    watch.observe({ ...seen, path: '/api.xro/2.0/Invoices' });
    watch.observe({ ...seen, path: '/connections' });
    expect(() => watch.assertKnown()).not.toThrow();
    watch.observe({ ...seen, path: '/api.xro/2.0/Inventions' });
    const told = (): string => {
      try {
        watch.assertKnown();
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const compared = 'The description of Xero does not know:\nGET /Inventions: the operation is not known';
    expect(told()).toBe(path === undefined ? '' : compared);
  },
);
