import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { needsIfMatch, takesIdempotencyKey, type Route } from '../../shared/api/route.ts';
import { routes } from '../../shared/api/routes.ts';
import { put, type Item } from '../../shared/store/write.ts';
import { expectProblem, pathsOf } from '../support/expect-problem.ts';
import { absentUlid, connectBooks, connectTill, fillWorkspace, organisations, type Things } from '../support/filled-workspace.ts';
import { fuzzedRequests, type IdPool } from '../support/fuzzed-requests.ts';
import { coveted, hostileBodies, placesForNames, wrongTypes } from '../support/hostile-bodies.ts';
import { startRunningSystem, type Answer, type Request, type RunningSystem, type StoredItem } from '../support/running-system.ts';
import { lineOf, routeOf, sampleRequests, type Sample } from '../support/sample-requests.ts';

let running: RunningSystem;
/** Where most requests go. Not connected to Xero, so that nothing stirs but what is asked for. */
let own: Things;
/** The other workspace, connected to Xero. */
let theirs: Things;

/** As an admin, unless somebody else is named. */
const send = (request: Request): Promise<Answer> => running.send({ token: running.tokens.admin, ...request });

/** The first sample of a route, with a body that it takes. */
const sampleOf = (line: string): Sample => {
  const found = sampleRequests(own).find(({ route }) => route === line);
  if (!found) throw new Error(`${line} has no sample`);
  return found;
};

const titled = (wanted: readonly Route[]) => wanted.map((route) => [lineOf(route), route] as const);

/** Nothing in the table is different after `act`. */
const expectNothingWritten = async (act: () => Promise<void>): Promise<void> => {
  const before = await running.stored();
  await act();
  expect(await running.stored()).toEqual(before);
};

beforeAll(async () => {
  running = await startRunningSystem();
  await connectTill(running, running.tokens.admin);
  await connectBooks(running, running.tokens.stranger, organisations.second);
  own = await fillWorkspace(running, running.tokens.admin, 'own');
  theirs = await fillWorkspace(running, running.tokens.stranger, 'their');
});

afterAll(() => running?.close());

const withBody = routes.filter(({ body, rawBody, form }) => body && !rawBody && !form);

describe('a body says nothing that nobody asked for', () => {
  const cases = titled(withBody.filter(({ id }) => id !== 'chooseXeroOrganisation'));

  test.each(cases)('%s', async (line) => {
    await expectNothingWritten(async () => {
      for (const sample of sampleRequests(own).filter(({ route, body }) => route === line && body)) {
        for (const { path, put } of placesForNames(sample.body)) {
          // Names in these two are services and tax rules, not fields.
          if (path === 'serviceAccounts' || path === 'taxTypes') continue;
          for (const name of coveted) {
            const answer = await send({ ...sample, body: put(name, 'paid') });
            const known = (path === '' ? sample.body : undefined)?.[name] !== undefined;
            expectProblem(`${line} ${path} ${name}`, answer, 400);
            if (known) continue;
            expect(pathsOf(answer)).toContain(path === '' ? name : `${path}.${name}`);
          }
        }
      }
    });
  });
});

describe('what is no request of ours is turned away before anything is stored', () => {
  test.each(titled(withBody))('%s', async (line) => {
    // Public routes have no samples: a link that leads nowhere does for them.
    const { params = { token: 'none' } } = sampleRequests(own).find(({ route }) => route === line) ?? {};
    await expectNothingWritten(async () => {
      for (const [what, rawBody] of Object.entries(hostileBodies)) {
        const answer = await send({ route: line, params, rawBody });
        expectProblem(`${line}: ${what}`, answer, 400);
        expect(answer.body.code).toBe('validation');
      }
      for (const type of wrongTypes) {
        const answer = await send({ route: line, params, rawBody: '{"name":"One"}', headers: { 'content-type': type } });
        expectProblem(`${line}: ${type}`, answer, 400);
      }
    });
  });

  test('ten megabytes are stopped on the way', async () => {
    const rawBody = Buffer.alloc(10_000_000, ' ');
    const tooLarge = await send({ route: 'POST /v1/clients', rawBody });
    expect(tooLarge.status).toBe(413);
    const asBytes = await send({ route: 'POST /v1/webhooks/stripe', rawBody, headers: { 'stripe-signature': 't=1,v1=00' } });
    expect(asBytes.status).toBe(413);
  });

  test('routes that take no body refuse one', async () => {
    const lines = ['POST /v1/xero/test', 'DELETE /v1/timer', 'POST /v1/invoices/{id}/issue'];
    for (const route of lines) {
      const answer = await send({ route, params: { id: own.draftToIssue }, body: { status: 'paid' } });
      expectProblem(route, answer, 400);
    }
  });

  test('NUL is named by its path, and nobody became an admin on the way', async () => {
    const answer = await send({ route: 'POST /v1/services', body: { name: 'De\0sign' } });
    expectProblem('NUL', answer, 400);
    expect(pathsOf(answer)).toEqual(['name']);
    const stillExpert = await running.send({ route: 'GET /v1/clients', token: running.tokens.expert });
    expect(stillExpert.status).toBe(403);
  });

  const withId = routes.filter(({ params }) => params && 'id' in params.shape);
  const noIds = [
    'null',
    '__proto__',
    '%00',
    '\0',
    '..%2f..',
    'inv_',
    `inv_${absentUlid.toLowerCase()}`,
    `inv_8${absentUlid.slice(1)}`,
    `inv_${absentUlid} `,
  ];
  test.each(titled(withId))('%s: what can be no id is not found', async (line) => {
    const { body } = sampleRequests(own).find(({ route }) => route === line) ?? {};
    for (const id of [...noIds, 'x'.repeat(3000)]) {
      const answer = await send({ route: line, body, params: { id } });
      expectProblem(`${line}: ${id.slice(0, 40)}`, answer, 404);
      expect(answer.body.detail).toBe('There is no such thing here');
    }
  });

  test('a path that is no text, and a way that is none', async () => {
    const bare = (path: string, method = 'GET') =>
      fetch(`${running.url}${path}`, { method, headers: { authorization: `Bearer ${running.tokens.admin}` } });
    const answers = [
      await bare('/v1/invoices/%ff'),
      await bare('/v1/invoices/%ED%A0%80'),
      await bare('/v1/invoices/a/b/c/d'),
      await bare('/v1/nothing'),
      await bare('/v1/invoices', 'TRACE').catch(() => ({ status: 404 })),
      await bare('/v1/invoices', 'PUT'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 404, 404, 404, 404]);
  });
});

describe('a query says nothing that nobody asked for', () => {
  const withQuery = routes.filter(({ query, access }) => query && access !== 'public');

  test.each(titled(withQuery))('%s', async (line, { query }) => {
    const sample = sampleRequests(theirs).find(({ route }) => route === line) as Sample;
    const asking = (more: Record<string, string>) =>
      send({ ...sample, query: { ...sample.query, ...more }, token: running.tokens.stranger });
    for (const name of ['unasked', 'workspaceId', 'tenantId', 'Limit', 'constructor']) {
      const answer = await asking({ [name]: 'x' });
      expectProblem(`${line} ${name}`, answer, 400);
      expect(pathsOf(answer)).toEqual([name]);
    }
    if (!query || !('limit' in query.shape)) return;
    for (const limit of ['0', '-1', '101', '1.5', 'all', '', ' ', '1e9', 'NaN', 'Infinity']) {
      const answer = await asking({ limit });
      expectProblem(`${line} limit=${limit}`, answer, 400);
      expect(pathsOf(answer)).toEqual(['limit']);
    }
    for (const cursor of ['', 'x', '.', '..', 'bnVsbA.x', 'e30.AAAAAAAAAAAAAAAA', '-1', '1e3', 'ÿ', 'x'.repeat(2001)]) {
      const answer = await asking({ cursor });
      expectProblem(`${line} cursor=${cursor.slice(0, 30)}`, answer, 400);
      expect(pathsOf(answer)).toEqual(['cursor']);
    }
  });
});

describe('a range of days doesn’t end before it begins', () => {
  const backwards = { from: '2026-11-21', to: '2026-11-20' };
  const withRange = routes.filter(({ query }) => query && 'from' in query.shape && 'to' in query.shape);

  test.each(titled(withRange))('%s', async (route) => {
    const answer = await send({ route, query: backwards });
    expectProblem(route, answer, 400);
    expect(pathsOf(answer)).toEqual(['to']);
  });

  test.each(['POST /v1/invoices/preview', 'POST /v1/invoices'])('%s', async (route) => {
    const answer = await send({ route, body: { jobId: own.job, ...backwards } });
    expectProblem(route, answer, 400);
    expect(pathsOf(answer)).toEqual(['to']);
  });
});

describe('a change names the version that it changes', () => {
  const changing = routes.filter((route) => needsIfMatch(route));

  test.each(titled(changing))('%s', async (line) => {
    const sample = sampleOf(line);
    await expectNothingWritten(async () => {
      const missing = await send({ ...sample, headers: { 'if-match': undefined } });
      expectProblem(line, missing, 428);
      expect(missing.body.code).toBe('precondition-required');
      for (const stale of ['"999999"', 'W/"999999"', '999999', '""', 'null', '"1", "2"']) {
        const answer = await send({ ...sample, headers: { 'if-match': stale } });
        expectProblem(`${line} ${stale}`, answer, 412);
        expect(answer.body).toMatchObject({ code: 'stale', currentVersion: expect.stringMatching(/./) });
      }
    });
  });

  const readBefore = changing.filter(
    ({ path, method }) => method === 'PATCH' && routes.some((one) => one.method === 'GET' && one.path === path),
  );
  test.each(titled(readBefore))('%s: of two who have read the same, one changes it', async (line, { path }) => {
    const sample = sampleOf(line);
    const read = await send({ route: `GET ${path}`, params: sample.params });
    const etag = read.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    const change = () => send({ ...sample, headers: { 'if-match': etag } });
    const answers = [await change(), await change()];
    expect(answers.map(({ status }) => status)).toEqual([200, 412]);
    expect(answers[0]?.headers.get('etag')).toMatch(/^"[^"]+"$/);
    expect(answers[0]?.headers.get('etag')).not.toBe(etag);
  });
});

describe('a billed entry refuses every way of changing it', () => {
  const ways = routes.filter(({ params, method }) => method !== 'GET' && params?.safeParse({ id: `te_${absentUlid}` }).success);

  test.each(titled(ways))('%s', async (line) => {
    await expectNothingWritten(async () => {
      const answer = await send({ ...sampleOf(line), params: { id: own.billedEntry } });
      expectProblem(line, answer, 409);
      expect(answer.body).toMatchObject({ code: 'entry-billed', invoiceId: own.invoice, invoiceNumber: own.invoiceNumber });
    });
  });

  test('another invoice doesn’t get it either', async () => {
    const answer = await send({ route: 'POST /v1/invoices', body: { jobId: own.job, timeEntryIds: [own.billedEntry] } });
    expectProblem('POST /v1/invoices', answer, 409);
    expect(answer.body.code).toBe('entry-not-billable');
  });
});

describe('a key makes a request count once', () => {
  const keyed = routes.filter((route) => takesIdempotencyKey(route) && route.id !== 'chooseXeroOrganisation');
  const required = [
    ...['createInvoice', 'issueInvoice', 'voidInvoice', 'returnToDraft', 'recordEscrowRelease'],
    ...['createQuote', 'sendQuote', 'mailQuote', 'reviseQuote'],
    ...['createCheckout', 'recordPayment', 'refundPayment', 'createCreditNote'],
    ...['writeOffBill', 'approveBill', 'createExpense', 'sendInvoice'],
  ];

  test('money documents are not made without one', async () => {
    expect(routes.filter(({ idempotency }) => idempotency === 'required').map(({ id }) => id)).toEqual(required);
    await expectNothingWritten(async () => {
      for (const { route, params, body } of sampleRequests(own)) {
        if (!required.includes(routeOf(route).id)) continue;
        const answer = await send({ route, params, body, headers: { 'idempotency-key': undefined } });
        expectProblem(route, answer, 400);
        expect(answer.body.code).toBe('idempotency-key-required');
      }
    });
  });

  test.each(titled(keyed))('%s: what can be no key is refused', async (line) => {
    const { params, body } = sampleOf(line);
    for (const key of ['', 'x'.repeat(256), 'two words', 'schl\u00fcssel', '\t']) {
      const answer = await send({ route: line, params, body, headers: { 'idempotency-key': key } });
      expectProblem(line, answer, 400);
      if (answer.body.code === 'validation') expect(pathsOf(answer)).toEqual(['Idempotency-Key']);
    }
  });

  /** A request that succeeds, with a key of its own. */
  const onceAsked = async (line: string): Promise<Request> => {
    const headers = { 'idempotency-key': `once-${line.replace(/\W/g, '')}` };
    if (line !== 'POST /v1/timer/stop') return { ...sampleOf(line), headers };
    await send({ route: 'POST /v1/timer/start', body: { jobId: own.job } });
    return { route: line, body: {}, headers };
  };

  /** An id of the same kind that names something else. */
  const another = ({ params }: Request): string => `${(params?.['id'] ?? '').slice(0, -absentUlid.length)}${absentUlid}`;

  test.each(titled(keyed))('%s: the same answer again, to the byte', async (line) => {
    const asked = await onceAsked(line);
    const first = await send(asked);
    // Nothing is connected to Xero here, and nothing is told; a refusal isn't kept.
    if (first.body?.code === 'xero-not-connected') return expectProblem(line, first, 409);
    if (asked.params?.['id']?.endsWith(absentUlid)) return expectProblem(line, first, 404);
    expect({ status: first.status, said: first.text.slice(0, 300) }).toMatchObject({ status: routeOf(line).reply.status });
    await expectNothingWritten(async () => {
      for (const answer of await Promise.all([send(asked), send(asked)])) {
        expect({ status: answer.status, text: answer.text, etag: answer.headers.get('etag') }).toEqual({
          status: first.status,
          text: first.text,
          etag: first.headers.get('etag'),
        });
      }
      const other = await send(
        asked.body ? { ...asked, rawBody: `${JSON.stringify(asked.body)} ` } : { ...asked, params: { id: another(asked) } },
      );
      expectProblem(`${line} with another body`, other, 422);
      expect(other.body.code).toBe('idempotency-key-reused');
    });
  });

  test('what was refused may be sent again under its key', async () => {
    const headers = { 'idempotency-key': 'refused-at-first' };
    const pay = (id: string) => send({ ...sampleOf('POST /v1/invoices/{id}/payments'), params: { id }, headers });
    expectProblem('a draft', await pay(own.draft), 409);
    expect((await pay(own.invoice)).status).toBe(201);
  });

  test('each member has keys of their own', async () => {
    const headers = { 'idempotency-key': 'shared-by-chance' };
    const ask = (token: string, name: string) => send({ route: 'POST /v1/services', token, body: { name }, headers });
    const { admin, finance, stranger } = running.tokens;
    const answers = [await ask(admin, 'One'), await ask(finance, 'Two'), await ask(stranger, 'Three'), await ask(admin, 'One')];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(answers.map(({ body }) => body.name)).toEqual(['One', 'Two', 'Three', 'One']);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(3);
  });

  test('a key is kept for a day, and is a new one then', async () => {
    const ask = () => send({ route: 'POST /v1/services', body: { name: 'Daily' }, headers: { 'idempotency-key': 'daily' } });
    const known = (await running.stored()).map(({ sk }) => sk);
    const first = await ask();
    const isRecord = ({ pk, sk }: StoredItem): boolean => /#IDEM#/.test(String(pk)) && !known.includes(sk);
    const [record = {}] = (await running.stored()).filter(isRecord);
    const hoursKept = (Number(record['expiresAt']) - running.system.clock.now() / 1000) / 3600;
    expect(Math.round(hoursKept)).toBe(24);
    expect((await ask()).text).toBe(first.text);
    // A day would go by with thousands of schedules; it is over all the same.
    const over = Math.floor(running.system.clock.now() / 1000) - 1;
    await running.table.commit([put('idempotency record', { ...(record as Item), expiresAt: over })]);
    const second = await ask();
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  test('while the first is still running, the second is told to wait', async () => {
    const { stripe } = running.system.endpoints;
    const hang = { fault: 'hang', match: { method: 'POST', path: '/v1/checkout/sessions' } };
    await fetch(`${stripe}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(hang) });
    const asked = {
      route: 'POST /v1/invoices/{id}/checkout',
      params: { id: own.invoiceToPay },
      headers: { 'idempotency-key': 'slow' },
    };
    const slow = send(asked);
    const isUnderWay = async (): Promise<boolean> => {
      const { items } = (await (await fetch(`${stripe}/_sandbox/faults`)).json()) as { items: unknown[] };
      return items.length === 0;
    };
    while (!(await isUnderWay())) await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await send(asked);
    expectProblem('the second', second, 409);
    expect(second.body.code).toBe('in-progress');
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    const first = await slow;
    expect(first.status).toBe(201);
    expect((await send(asked)).text).toBe(first.text);
  });
});

describe('a cursor leads on in its own list, and nowhere else', () => {
  const twice = async (route: string, body: (place: number) => object): Promise<void> => {
    for (const place of [1, 2]) {
      const made = await send({ route, token: running.tokens.stranger, body: body(place) });
      expect(made.status).toBe(201);
    }
  };
  const lists = routes.filter(({ query }) => query && 'cursor' in query.shape);
  /** What a list has to be asked for so that it has more than one page; `elsewhere` makes another list of it. */
  const asked: Readonly<Record<string, { query?: Record<string, string>; elsewhere?: Record<string, string> }>> = {
    'GET /v1/time-entries': { elsewhere: { status: 'unbilled' } },
    'GET /v1/members': {},
    'GET /v1/clients': { elsewhere: { archived: 'true' } },
    'GET /v1/services': { elsewhere: { archived: 'true' } },
    'GET /v1/jobs': { elsewhere: { archived: 'true' } },
    'GET /v1/invoices': { elsewhere: { status: 'issued' } },
    'GET /v1/payments': {},
    'GET /v1/invoice-schedules': {},
    'GET /v1/credit-notes': {},
    'GET /v1/quotes': {},
    'GET /v1/bills': {},
    'GET /v1/expenses': {},
    'GET /v1/xero/contacts': { elsewhere: { search: 'a' } },
    'GET /v1/xero/sync-items': { query: { state: 'blocked' }, elsewhere: { state: 'failed' } },
  };

  beforeAll(async () => {
    const mark = { country: 'GB', name: 'Another' };
    await twice('POST /v1/clients', () => mark);
    await twice('POST /v1/services', (place) => ({ name: `Kind ${place}` }));
    await twice('POST /v1/jobs', (place) => ({ clientId: theirs.client, name: `Job ${place}` }));
    const arrived = { amount: { amount: 100, currency: theirs.currency }, receivedOn: theirs.day };
    const paid = await send({
      route: 'POST /v1/invoices/{id}/payments',
      token: running.tokens.stranger,
      params: { id: theirs.invoiceToPay },
      body: arrived,
    });
    expect(paid.status).toBe(201);
    const credited = await send({
      route: 'POST /v1/invoices/{id}/credit-notes',
      token: running.tokens.stranger,
      params: { id: theirs.invoiceToCredit },
      body: { kind: 'amount', amount: { amount: 100, currency: theirs.currency } },
    });
    expect(credited.status).toBe(201);
    await running.system.host.settle();
  });

  test('all lists are tried, but for those that are never longer than a page here', () => {
    const short = [
      'GET /v1/payouts',
      'GET /v1/invoices/{id}/lines',
      'GET /v1/jobs/{id}/escrow',
      'GET /v1/notifications',
      'GET /v1/discrepancies',
    ];
    expect([...Object.keys(asked), ...short].toSorted()).toEqual(lists.map(lineOf).toSorted());
  });

  test.each(Object.entries(asked))('%s', async (route, { query = {}, elsewhere }) => {
    const ask = (more: Record<string, string>, token = running.tokens.stranger) =>
      send({ route, token, query: { limit: '1', ...query, ...more } });
    const first = await ask({});
    const { nextCursor: cursor } = first.body as { nextCursor: string };
    expect(cursor).toEqual(expect.any(String));
    const next = await ask({ cursor });
    expect(next.status).toBe(200);
    expect(next.body.items).toHaveLength(1);
    expect(next.body.items).not.toEqual(first.body.items);

    const other = (letter = ''): string => (letter === 'A' ? 'B' : 'A');
    const tampered = [
      ...[0, 10, cursor.length - 20, cursor.length - 1].map(
        (at) => `${cursor.slice(0, at)}${other(cursor[at])}${cursor.slice(at + 1)}`,
      ),
      ...[
        cursor.slice(1),
        cursor.slice(0, -1),
        `${cursor}A`,
        `${cursor}.A`,
        `${cursor}.`,
        cursor.replace('.', ''),
        cursor.toUpperCase(),
      ],
    ];
    const foreign = [
      await ask({ cursor }, running.tokens.admin),
      ...(elsewhere ? [await ask({ cursor, ...elsewhere })] : []),
      ...(await Promise.all(
        Object.keys(asked)
          .filter((another) => another !== route)
          .map((another) =>
            send({ route: another, token: running.tokens.stranger, query: { ...asked[another]?.query, cursor } }),
          ),
      )),
    ];
    for (const answer of [...(await Promise.all(tampered.map((changed) => ask({ cursor: changed })))), ...foreign]) {
      // The first workspace is not connected to Xero and has no contacts there to list.
      if (answer.body.code === 'xero-not-connected') continue;
      expectProblem(route, answer, 400);
      expect(pathsOf(answer)).toEqual(['cursor']);
    }
  });
});

describe('requests made up from what each route takes', () => {
  // Always the same ones; another seed or more runs are for whoever looks for trouble.
  const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300), seed: Number(process.env['FUZZ_SEED'] ?? 20_261_121) };
  const patienceMs = 60_000 + runs.numRuns * 500;

  const idPool = (): IdPool =>
    Object.fromEntries(
      ['te', 'mem', 'cli', 'svc', 'job', 'inv', 'quo', 'pay', 'ws'].map((prefix) => [
        prefix,
        // Whoever asks must not be made to leave.
        Object.entries(own).flatMap(([name, id]) => (id.startsWith(`${prefix}_`) && name !== 'self' ? [id] : [])),
      ]),
    );

  const neverBreaks = async (): Promise<void> => {
    const pool = idPool();
    const requests = fc.constantFrom(...routes).chain((route) => fuzzedRequests(route, pool));
    let before = await running.stored();
    const unharmed = fc.asyncProperty(requests, async (request) => {
      const answer = await send(request);
      const { status, text } = answer;
      expect({ ...request, status, failed: status >= 500 ? text : false }).toEqual({ ...request, status, failed: false });
      const after = await running.stored('now');
      if (status >= 400 && !isDeepStrictEqual(after, before)) {
        // It may be what an earlier request has set going: once that is over, the same request changes nothing.
        const settled = await running.stored();
        await send(request);
        expect(await running.stored()).toEqual(settled);
      }
      before = after;
      // Who sends signed things gets no reasons, what fits no route is turned away before it, and pages speak to people.
      const isWordless = routeOf(request.route).rawBody ?? answer.body?.message === 'Not Found';
      const isPage = answer.headers.get('content-type')?.startsWith('text/html');
      if (status >= 400 && !isWordless && !isPage) expectProblem(request.route, answer, status);
    });
    await fc.assert(unharmed, runs);
  };

  test('never break anything: no failure, no silence, nothing written by what is refused', neverBreaks, patienceMs);
});
