import { describe, expect, test } from '@jest/globals';
import { routes } from '../../shared/api/routes.ts';
import { absentUlid, connectBooks, connectTill, fillWorkspace, organisations, type Things } from '../support/filled-workspace.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import { startRunningSystem, type Answer } from '../support/running-system.ts';
import { lineOf, routeOf, sampleRequests, type Sample } from '../support/sample-requests.ts';
import { idPaths, idsIn, withId } from '../support/schema-ids.ts';

const absentOf = (id: string): string => `${id.split('_')[0]}_${absentUlid}`;
/** What everything is called in the workspace that nobody here may see into. */
const secret = 'hidden-venture';

const running = await forAllTests(startRunningSystem());
const { admin, stranger } = running.tokens;
await connectBooks(running, admin, organisations.first);
await connectBooks(running, stranger, organisations.second);
await connectTill(running, admin);
const own = await fillWorkspace(running, admin, 'own');
const theirs = await fillWorkspace(running, stranger, secret);
await running.system.host.settle();

/** Nothing of theirs stands in an answer, besides the id that was asked for. */
const expectNothingTold = (line: string, { text }: Answer, asked: string): void => {
  const told = text.replaceAll(asked, '');
  const leaked = [secret, ...Object.values(theirs).filter((value) => /^[a-z]{2,3}_/.test(value))].filter((mark) =>
    told.includes(mark),
  );
  expect({ line, leaked }).toEqual({ line, leaked: [] });
};

describe('an id of another workspace in a path', () => {
  const withParams = routes.filter(({ params, access }) => params !== undefined && access !== 'public');

  test('every path asks for no more than one thing, by its id', () => {
    const namesIn = ({ path }: { path: string }) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const asked = routes.filter(({ access }) => access !== 'public').map(namesIn);
    expect(asked.filter((names) => names.length > 0)).toEqual(withParams.map(() => ['id']));
    // Links name nothing that anybody could replace: they are keys themselves. The page of thanks is told its link by a cookie.
    const open = routes.filter(
      ({ params, access, path }) => params !== undefined && access === 'public' && path !== '/paid/{id}',
    );
    expect(open.map(namesIn)).toEqual(open.map(() => ['token']));
  });

  test.each(withParams.map((route) => [lineOf(route), route] as const))(
    '%s: 404, as if there were no such thing',
    async (line, route) => {
      const sample = sampleRequests(own).find((one) => one.route === line);
      const asking = (token: string, id: string) => running.send({ ...sample, route: line, token, params: { id } });
      const foreign = [...new Set(Object.values(theirs).filter((value) => /^[a-z]{2,3}_/.test(value)))];
      expect(foreign.some((id) => route.params?.safeParse({ id }).success)).toBe(true);

      const people = [running.tokens.admin, ...(route.access === 'member' ? [running.tokens.expert] : [])];
      const before = await running.stored();
      for (const token of people) {
        for (const id of foreign) {
          const answer = await asking(token, id);
          const nothing = await asking(token, absentOf(id));
          expect({ line, id, status: answer.status, text: answer.text }).toEqual({ line, id, status: 404, text: nothing.text });
          expect(answer.body).toEqual({
            type: 'urn:problem:not-found',
            title: 'Not found',
            status: 404,
            code: 'not-found',
            detail: 'There is no such thing here',
          });
        }
      }
      expect(await running.stored()).toEqual(before);
    },
  );
});

test.each(['GET', 'PATCH', 'DELETE'])("%s of a colleague's entry: to an expert there is no such thing", async (method) => {
  const route = `${method} /v1/time-entries/{id}`;
  const body = method === 'PATCH' ? { description: 'Mine now' } : undefined;
  const answer = await running.send({ route, token: running.tokens.expert, params: { id: own.entry }, body });
  expect(answer.body).toMatchObject({ status: 404, code: 'not-found', detail: 'There is no such thing here' });
});

describe('an id of another workspace in a body or a query', () => {
  /**
   * Two only look around and find nothing: a preview for people who have no time here, and payments of an invoice. A payment that was
   * made for an invoice of somebody else stands here under its id, so that it needn't be one of ours.
   */
  const findNothing = ['POST /v1/invoices/preview body memberIds.*', 'GET /v1/payments query invoiceId'];

  interface Case {
    readonly line: string;
    readonly part: 'body' | 'query';
    readonly path: string;
    readonly sample: number;
  }
  /** The samples' own ids only tell where ids stand; what they are is known once the system runs. */
  const shape = sampleRequests(
    Object.fromEntries(
      (
        [
          ['ws', 'workspaceId'],
          ['mem', 'self member memberToRemove'],
          ['cli', 'client'],
          ['svc', 'service'],
          ['job', 'job fixedJob'],
          ['te', 'entry entryToDelete entryToBill billedEntry reducedEntry'],
          ['exp', 'expense expenseToBill expenseToDelete'],
          ['inv', 'invoice invoiceToPay invoiceToVoid invoiceToReturn invoiceToCredit draft draftToIssue draftToDelete'],
          ['lin', 'lineToCredit'],
          ['cn', 'creditNote'],
          ['quo', 'quote quoteToWithdraw quoteToBill quoteDraft'],
          ['pay', 'payment'],
          ['sch', 'schedule scheduleToEnd'],
        ] as const
      ).flatMap(([prefix, names]) => names.split(' ').map((name) => [name, `${prefix}_${absentUlid}`])),
    ) as unknown as Things,
  );
  const cases: Case[] = shape.flatMap((one, sample) =>
    (['body', 'query'] as const).flatMap((part) =>
      [...new Set(idsIn(one[part]).map(({ path }) => path))].map((path) => ({ line: one.route, part, path, sample })),
    ),
  );

  test('every id that a body or a query can have is tried', () => {
    const wanted = routes.flatMap((route) =>
      (['body', 'query'] as const).flatMap((part) => idPaths(route[part]).map((path) => `${lineOf(route)} ${part} ${path}`)),
    );
    expect([...new Set(cases.map(({ line, part, path }) => `${line} ${part} ${path}`))].toSorted()).toEqual(wanted.toSorted());
  });

  /** Theirs, of the same kind. */
  const foreignFor = (id: string): string => {
    const prefix = id.split('_')[0];
    const found = Object.values(theirs).find((value) => value.startsWith(`${prefix}_`));
    if (found === undefined) throw new Error(`They have nothing like ${id}`);
    return found;
  };

  const titled = cases.map((one) => [`${one.line} ${one.part} ${one.path}`, one] as const);
  test.each(titled)('%s: refused, as if there were no such thing', async (title, { line, part, path, sample }) => {
    const asked = sampleRequests(own)[sample] as Sample;
    const [{ id = '' } = {}] = idsIn(asked[part]).filter((found) => found.path === path);
    const foreign = foreignFor(id);
    const asking = (named: string) =>
      running.send({ ...asked, [part]: withId(asked[part], path, id, named), token: running.tokens.admin });

    const before = await running.stored();
    const answer = await asking(foreign);
    const nothing = await asking(absentOf(id));
    expect({ status: answer.status, text: answer.text.replaceAll(foreign, absentOf(id)) }).toEqual({
      status: nothing.status,
      text: nothing.text,
    });
    expectNothingTold(line, answer, foreign);
    if (answer.status >= 400) expect([400, 404, 409]).toContain(answer.status);
    else {
      expect(findNothing).toContain(title);
      expect(answer.body.lines ?? answer.body.items).toEqual([]);
    }
    expect(await running.stored()).toEqual(before);
  });
});

test('the same requests with own ids are taken', async () => {
  const withIds = sampleRequests(own).filter(({ params, body, query }) => idsIn([params, body, query]).length > 0);
  expect(withIds.length).toBeGreaterThan(30);
  const answers = [];
  for (const sample of withIds) answers.push(await running.send({ ...sample, token: running.tokens.admin }));
  expect(answers.map(({ status, text }, place) => ({ ...withIds[place], status, problem: status < 400 ? '' : text }))).toEqual(
    withIds.map((sample) => ({ ...sample, status: routeOf(sample.route).reply.status, problem: '' })),
  );
});
