/** Compares calls and their answers with an OpenAPI description: whatever it does not know is told. */

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly maxLength?: number;
  readonly readOnly?: boolean;
  readonly required?: readonly string[];
}

interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
}

type Content = Readonly<Record<string, Media>>;

interface Parameter {
  readonly $ref?: string;
  readonly in?: string;
  readonly name?: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly $ref?: string; readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
}

/** The parts of an OpenAPI 3 document that are looked at. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: Readonly<Record<string, unknown>>;
}

/** One call and what was answered; `path` is what stands behind the address of the API. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

export type Part = 'request' | 'answer';

/** Headers that belong to HTTP and the SDK's transport, not to the API. */
const ofHttp = new Set(
  'accept accept-encoding accept-language authorization cache-control connection content-length content-type host pragma sec-fetch-mode transfer-encoding user-agent'.split(
    ' ',
  ),
);

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const typeFits = (value: unknown, type: string): boolean => {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    default:
      // Xero gives and takes numbers as text too, but nothing of ours does.
      return typeof value === type;
  }
};

const matches = (template: string, path: string): boolean => {
  const [parts, segments] = [template.split('/'), path.split('/')];
  return parts.length === segments.length && parts.every((part, place) => part.startsWith('{') || part === segments[place]);
};

/**
 * A check for one description. It answers with one line for each thing that the description does not know: operation, query
 * parameter, header, field, value. Fields that only its examples show are known too.
 */
export const checkAgainst = (description: Description): ((exchange: Exchange, parts: readonly Part[]) => string[]) => {
  const resolve = <T extends { readonly $ref?: string }>(thing: T): T => {
    let found: unknown = thing;
    while (isObject(found) && typeof found['$ref'] === 'string') {
      const [, , room, name] = found['$ref'].split('/');
      found = (description.components[room ?? ''] as Record<string, unknown> | undefined)?.[name ?? ''] ?? {};
    }
    return found as T;
  };

  /** Fields that examples show, by the schema they stand under. */
  const shown = new Map<Schema, Set<string>>();
  const learn = (given: Schema | undefined, example: unknown): void => {
    if (given === undefined) return;
    const schema = resolve(given);
    if (Array.isArray(example)) for (const one of example) learn(schema.items, one);
    if (!isObject(example)) return;
    const fields = shown.get(schema) ?? new Set();
    shown.set(schema, fields);
    for (const [name, value] of Object.entries(example)) {
      fields.add(name);
      learn(schema.properties?.[name], value);
    }
  };
  const contentsOf = (operation: Operation): Content[] =>
    [operation.requestBody, ...Object.values(operation.responses ?? {})].flatMap((one) => {
      const content = one && resolve(one).content;
      return content === undefined ? [] : [content];
    });
  const methods = ['get', 'put', 'post', 'delete'];
  for (const item of Object.values(description.paths))
    for (const content of methods.flatMap((method) => (item[method] === undefined ? [] : contentsOf(item[method] as Operation))))
      for (const { schema, example, examples } of Object.values(content))
        for (const one of [example, ...Object.values(examples ?? {}).map(({ value }) => value)]) learn(schema, one);

  const wrongValue = (schema: Schema, value: unknown, where: string): string[] => {
    if (value === null || value === undefined) return [];
    if (schema.type !== undefined && !typeFits(value, schema.type)) return [`${where} is no ${schema.type}`];
    if (schema.enum !== undefined && value !== '' && !schema.enum.includes(value)) return [`${where} knows no ${String(value)}`];
    if (schema.format === 'uuid' && !uuid.test(String(value))) return [`${where} is no uuid`];
    if (typeof value === 'string' && value.length > (schema.maxLength ?? Infinity)) return [`${where} is too long`];
    return [];
  };
  const wrongIn = (given: Schema, value: unknown, where: string, part: Part): string[] => {
    const schema = resolve(given);
    const wrong = wrongValue(schema, value, where);
    if (wrong.length > 0) return wrong;
    if (Array.isArray(value)) return value.flatMap((one) => (schema.items ? wrongIn(schema.items, one, `${where}[]`, part) : []));
    if (!isObject(value)) return [];
    return Object.entries(value).flatMap(([name, inner]) => {
      const known = schema.properties?.[name];
      const place = `${where}.${name}`;
      if (known === undefined) return shown.get(schema)?.has(name) ? [] : [`${place} is not known`];
      if (part === 'request' && resolve(known).readOnly) return [`${place} can only be read`];
      return wrongIn(known, inner, place, part);
    });
  };

  const wrongRequest = (exchange: Exchange, parameters: readonly Parameter[], operation: Operation): string[] => {
    const named = (place: string, name: string): Parameter | undefined =>
      parameters.find((one) => one.in === place && (place === 'header' ? one.name?.toLowerCase() : one.name) === name);
    const { method, query, headers, body } = exchange;
    const content = operation.requestBody && resolve(operation.requestBody).content;
    const schema = content?.['application/json']?.schema;
    // The SDK sends an empty object with calls that have no body.
    const hasBody = !(body === null || (isObject(body) && Object.keys(body).length === 0));
    return [
      ...Object.keys(query).flatMap((name) => (named('query', name) ? [] : [`query parameter ${name} is not known`])),
      ...Object.keys(headers).flatMap((name) =>
        ofHttp.has(name) || named('header', name) ? [] : [`header ${name} is not known`],
      ),
      ...parameters.flatMap(({ in: place, name = '', required }) =>
        required && place === 'header' && headers[name.toLowerCase()] === undefined ? [`header ${name} is missing`] : [],
      ),
      ...(!hasBody || method === 'GET' ? [] : schema ? wrongIn(schema, body, 'body', 'request') : ['a body is not known']),
    ];
  };
  const schemaOf = (operation: Operation, status: number): Schema | undefined => {
    const response = operation.responses?.[String(status)];
    return response && resolve(response).content?.['application/json']?.schema;
  };
  /** What was refused is echoed whole, with the fields of what a success gives. */
  const withEcho = (schema: Schema, operation: Operation): Schema => {
    const { properties = {} } = resolve(schema);
    const lists = Object.values(resolve(schemaOf(operation, 200) ?? {}).properties ?? {}).flatMap(({ items }) => items ?? []);
    const fields = [properties['Elements']?.items ?? {}, ...lists].map((one) => resolve(one).properties ?? {});
    const Elements: Schema = { type: 'array', items: { properties: Object.assign({}, ...fields) as Record<string, Schema> } };
    return { properties: { ...properties, ...(properties['Elements'] && { Elements }) } };
  };
  const wrongAnswer = ({ status, answer, headers }: Exchange, operation: Operation): string[] => {
    if (status === 304 && headers['if-modified-since'] !== undefined) return [];
    if (operation.responses?.[String(status)] === undefined) return status >= 400 ? [] : [`status ${status} is not known`];
    const schema = schemaOf(operation, status);
    if (schema === undefined || answer === undefined) return [];
    return wrongIn(status === 400 ? withEcho(schema, operation) : schema, answer, 'answer', 'answer');
  };

  return (exchange, parts) => {
    const { method, path } = exchange;
    const found = Object.entries(description.paths).filter(
      ([template, item]) => matches(template, path) && item[method.toLowerCase()] !== undefined,
    );
    if (found.length === 0) return parts.includes('request') ? [`${method} ${path}: the operation is not known`] : [];
    // One path may be two: contacts are read by id and by number.
    const [best = []] = found
      .map(([template, item]) => {
        const operation = item[method.toLowerCase()] as Operation;
        const parameters = [...((item['parameters'] as Parameter[] | undefined) ?? []), ...(operation.parameters ?? [])].map(
          resolve,
        );
        const wrong = [
          ...(parts.includes('request') ? wrongRequest(exchange, parameters, operation) : []),
          ...(parts.includes('answer') ? wrongAnswer(exchange, operation) : []),
        ];
        return wrong.map((text) => `${method} ${template} ${exchange.status}: ${text}`);
      })
      .sort((one, other) => one.length - other.length);
    return best;
  };
};
