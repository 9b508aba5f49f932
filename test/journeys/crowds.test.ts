import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBooks, connectTill, fillWorkspace, organisations, type Things } from '../support/filled-workspace.ts';
import { startRunningSystem, type Answer, type RunningSystem } from '../support/running-system.ts';
import { routeOf, sampleRequests, type Sample } from '../support/sample-requests.ts';

// Everything that a request can change is changed once, however many send the same request at the same moment: what has come and gone
// afterwards is what has come and gone in a workspace like it, where everything was asked for once. What goes on with Xero is
// under way for longer; test/functions/xero/crowds.test.ts looks at it.

/** As many ask at once. `CROWD=200` is for whoever has some minutes. */
const crowd = Number(process.env['CROWD'] ?? 12);
const patienceMs = 240_000 + crowd * 6_000;

let running: RunningSystem;
let alone: Things;
let many: Things;
beforeAll(async () => {
  running = await startRunningSystem();
  const { stranger, admin } = running.tokens;
  await connectBooks(running, stranger, organisations.second);
  await connectBooks(running, admin, organisations.first);
  await connectTill(running, stranger);
  await connectTill(running, admin);
  alone = await fillWorkspace(running, stranger, 'alone');
  many = await fillWorkspace(running, admin, 'crowd');
}, 120_000);
afterAll(() => running?.close());

type Held = Readonly<Record<string, number>>;

/** How many things of each kind both workspaces hold: keys without what is peculiar to one thing, and without notices and the way to Xero. */
const held = async (): Promise<{ alone: Held; many: Held }> => {
  const items = await running.stored();
  const of = ({ workspaceId }: Things): Held => {
    const counts: Record<string, number> = {};
    for (const { pk, sk } of items) {
      const key = `${String(pk)} ${String(sk)}`;
      if (!key.includes(workspaceId) || /#OUT |#SYNC#|#RECON|#NOTE /.test(key)) continue;
      const kind = key.replaceAll(/[a-z]{2,3}_[0-9A-Z]{26}|[\w-]{16,}|alone|crowd/g, '*').replaceAll(/\d+/g, '0');
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  };
  return { alone: of(alone), many: of(many) };
};

/** What came and went. */
const changed = (now: Held, before: Held): Held => {
  const kinds = [...new Set([...Object.keys(now), ...Object.keys(before)])].sort();
  const by = kinds.map((kind) => [kind, (now[kind] ?? 0) - (before[kind] ?? 0)] as const);
  return Object.fromEntries(by.filter(([, count]) => count !== 0));
};

/** Every request of the crowd names the same key, or the same version, as if one client had sent it again and again. */
const sameFor = async (token: string, { route, params, headers }: Sample, place: number): Promise<Record<string, string>> => {
  const [method = '', path = ''] = route.split(' ');
  if (method === 'POST') return { ...headers, 'idempotency-key': `same-${place}` };
  // What is only listed has the version of its list.
  const shown = [path, path.replace(/\/\{id\}$/, '')].map((at) => running.send({ route: `GET ${at}`, token, params }));
  const [version] = (await Promise.all(shown)).flatMap((answer) =>
    answer.status === 200 ? (answer.headers.get('etag') ?? []) : [],
  );
  return { ...headers, ...(version === undefined ? {} : { 'if-match': version }) };
};

const isDone = ({ status }: Answer): boolean => status < 300;
/** Said again, these are a wish of their own: what went out meanwhile is revoked as well, and the trail tells of each. */
const isRevoking = ({ route }: Sample): boolean => /^DELETE .*\/share$/.test(route);

test(
  'R5: every request that changes something has one effect, however many send it at once',
  async () => {
    const once = sampleRequests(alone);
    const { admin: token, stranger } = running.tokens;
    for (const [place, sample] of sampleRequests(many).entries()) {
      const { capability, method } = routeOf(sample.route);
      if (method === 'GET' || capability === 'xero' || capability === 'overview') continue;
      const before = await held();
      const single = await running.send({ ...(once[place] as Sample), token: stranger });
      const headers = await sameFor(token, sample, place);
      const answers = await Promise.all(Array.from({ length: crowd }, () => running.send({ ...sample, token, headers })));
      const done = answers.filter(isDone);
      expect([sample.route, isDone(single), done.length > 0]).toEqual([sample.route, true, true]);
      const texts = sample.route.endsWith('/preview') ? ['a preview is made anew each time'] : done.map(({ text }) => text);
      expect([sample.route, new Set(texts).size]).toEqual([sample.route, 1]);
      // Whoever is not told the same was told that somebody else was faster, or to come again.
      const others = answers.filter((one) => !isDone(one)).map(({ status }) => status);
      expect([sample.route, others.filter((status) => ![404, 409, 412, 503].includes(status))]).toEqual([sample.route, []]);
      const after = await held();
      const [one, all] = [changed(after.alone, before.alone), changed(after.many, before.many)];
      if (isRevoking(sample)) expect(all['W#*#AUDIT *']).toBe(done.length);
      const trail = isRevoking(sample) ? { 'W#*#AUDIT *': one['W#*#AUDIT *'] } : {};
      expect([sample.route, { ...all, ...trail }]).toEqual([sample.route, one]);
    }
  },
  patienceMs,
);
