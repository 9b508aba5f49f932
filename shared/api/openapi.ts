import * as z from 'zod';
import { problemSchema } from './common.ts';
import { needsIfMatch, takesIdempotencyKey, type Route } from './route.ts';

type Json = Record<string, unknown>;

const formType = 'application/x-www-form-urlencoded';

/**
 * The OpenAPI 3.1 description of the API, made from the same routes and schemas that run. Shapes with an id stand once, in
 * `components`; everything else stands where it is used.
 */
export const openApi = (routes: readonly Route[], serverUrl: string): Json => {
  const components: Json = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    const {
      $schema: _dialect,
      $defs = {},
      ...rest
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $defs?: Json };
    for (const [name, definition] of Object.entries($defs)) components[name] = moved(definition);
    return moved(rest) as Json;
  };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const methods = (paths[route.path] ??= {});
    methods[route.method.toLowerCase()] = operation(route, schemaOf);
  }
  // Every operation names it, and it stands in no route: its shape is put among the components here.
  schemaOf(problemSchema, 'output');
  return {
    openapi: '3.1.0',
    info: {
      title: 'Financial Operations Integration',
      version: '1',
      description: 'Time, quotes, invoices, payments and the books in Xero.',
    },
    servers: [{ url: serverUrl }],
    security: [{ signIn: [] }],
    paths,
    components: {
      securitySchemes: { signIn: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A Cognito access token' } },
      schemas: flat(components),
    },
  };
};

/** References into `$defs` point to the components instead. */
const moved = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as unknown;

/** A schema that only names itself stands for what it is. */
const flat = (components: Json): Json =>
  Object.fromEntries(
    Object.entries(components).map(([name, schema]) => {
      const { id: _id, ...rest } = schema as Json;
      return [name, rest];
    }),
  );

const operation = (route: Route, schemaOf: (schema: z.ZodType, io: 'input' | 'output') => Json): Json => ({
  operationId: route.id,
  summary: route.summary,
  description: `Who may: ${route.access}.`,
  tags: [route.capability],
  ...(route.access === 'public' ? { security: [] } : {}),
  parameters: parameters(route, schemaOf),
  ...(route.body
    ? {
        requestBody: {
          required: !route.body.isOptional(),
          content: { [route.form ? formType : 'application/json']: { schema: schemaOf(route.body, 'input') } },
        },
      }
    : {}),
  ...(route.file ? { requestBody: { required: true, content: Object.fromEntries(route.file.map((type) => [type, {}])) } } : {}),
  responses: {
    [route.reply.status]: {
      description: 'As asked',
      ...(route.reply.schema
        ? { content: { 'application/json': { schema: schemaOf(route.reply.schema, 'output') } } }
        : route.reply.contentType
          ? { content: { [route.reply.contentType]: {} } }
          : {}),
    },
    default: {
      description: 'A problem',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
});

const parameters = (route: Route, schemaOf: (schema: z.ZodType, io: 'input' | 'output') => Json): Json[] => {
  const named = (where: 'path' | 'query', object: z.ZodObject | undefined): Json[] =>
    Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
      name,
      in: where,
      required: where === 'path' || !(schema as z.ZodType).isOptional(),
      schema: schemaOf(schema as z.ZodType, 'input'),
    }));
  const header = (name: string, required: boolean, description: string): Json => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  });
  return [
    ...named('path', route.params),
    ...named('query', route.query),
    ...(takesIdempotencyKey(route)
      ? [header('Idempotency-Key', route.idempotency === 'required', 'The same key and body get the same answer for 24 hours')]
      : []),
    ...(needsIfMatch(route) || route.ifMatch === 'optional'
      ? [header('If-Match', needsIfMatch(route), 'The ETag that was read, or *')]
      : []),
  ];
};
