/** Calls that steer the sandbox itself: what it saw, what it holds, what shall go wrong, what time it is. Never part of what deploys. */
import * as z from 'zod';
import type { Reply } from './api-call.ts';
import { faultSchema } from './faults.ts';
import { createForeignDocuments } from './foreign.ts';
import { resetOrganisation } from './organisations.ts';
import type { HttpCall } from './http-call.ts';
import type { Sandbox } from './sandbox.ts';
import { settingsSchema } from './settings.ts';
import { dumpBooks } from './state-dump.ts';
import { tamper, tamperSchema } from './tamper.ts';

const ok = (json: unknown): Reply => ({ status: 200, json });
const bad = (message: string): Reply => ({ status: 400, json: { message } });

const clockSchema = z.strictObject({ advanceSeconds: z.number().min(0) });
const foreignSchema = z.strictObject({
  tenantId: z.string(),
  invoices: z.number().int().min(0).max(200_000).default(0),
  contacts: z.number().int().min(0).max(200_000).default(0),
  others: z.number().int().min(0).max(200_000).default(0),
});
const organisationSchema = z.strictObject({
  tenantId: z.string().optional(),
  name: z.string().min(1).optional(),
  country: z.string().length(2).optional(),
  currency: z.string().length(3).optional(),
  currencies: z.array(z.string().length(3)).optional(),
  contacts: z.boolean().optional(),
});
const webhookSchema = z.strictObject({ url: z.string(), key: z.string() });

type Steer = (sandbox: Sandbox, body: unknown, call: HttpCall) => Reply | Promise<Reply>;

const setSettings: Steer = (sandbox, body) => {
  const changes = settingsSchema.partial().parse(body);
  Object.assign(sandbox.settings, Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)));
  return ok(sandbox.settings);
};

const advance: Steer = async (sandbox, body) => {
  await sandbox.clock.advance(clockSchema.parse(body).advanceSeconds);
  return ok({ now: new Date(sandbox.clock.now()).toISOString() });
};

const foreign: Steer = (sandbox, body) => {
  const wanted = foreignSchema.parse(body);
  const books = sandbox.books(wanted.tenantId);
  if (!books) return bad('There is no such organisation.');
  return ok(sandbox.webhooks.mute(() => createForeignDocuments(books, wanted)));
};

const steers: Record<string, Steer> = {
  'GET /_sandbox/requests': (sandbox) => ok({ items: sandbox.requests.items() }),
  'DELETE /_sandbox/requests': (sandbox) => {
    sandbox.requests.clear();
    return { status: 204, body: '' };
  },
  'GET /_sandbox/state': (sandbox, _body, call) => {
    const only = call.query.get('tenantId');
    const ids = [...sandbox.organisations.ids()].filter((id) => !only || id === only);
    return ok({ organisations: ids.map((id) => dumpBooks(sandbox.books(id)!)) });
  },
  'GET /_sandbox/faults': (sandbox) => ok({ items: sandbox.faults.list() }),
  'POST /_sandbox/faults': (sandbox, body) => {
    sandbox.faults.add(faultSchema.parse(body));
    return { status: 201, json: { items: sandbox.faults.list() } };
  },
  'DELETE /_sandbox/faults': (sandbox) => {
    sandbox.faults.clear();
    return { status: 204, body: '' };
  },
  'GET /_sandbox/clock': (sandbox) => ok({ now: new Date(sandbox.clock.now()).toISOString() }),
  'POST /_sandbox/clock': advance,
  'GET /_sandbox/settings': (sandbox) => ok(sandbox.settings),
  'POST /_sandbox/settings': setSettings,
  'POST /_sandbox/organisations': (sandbox, body) => ({
    status: 201,
    json: resetOrganisation(sandbox, organisationSchema.parse(body)),
  }),
  'POST /_sandbox/foreign': foreign,
  'POST /_sandbox/tamper': (sandbox, body) => {
    const done = tamper(sandbox, tamperSchema.parse(body));
    return done ? ok(done) : bad('There is no such record.');
  },
  'GET /_sandbox/webhooks': (sandbox) => ok(sandbox.webhooks.status()),
  'POST /_sandbox/webhooks': (sandbox, body) => {
    sandbox.webhooks.setTarget(webhookSchema.parse(body));
    return ok(sandbox.webhooks.status());
  },
  'POST /_sandbox/webhooks/intent-to-receive': async (sandbox) => ok({ passed: await sandbox.webhooks.intentToReceive() }),
  'POST /_sandbox/webhooks/enable': async (sandbox) => {
    await sandbox.webhooks.enable();
    return ok(sandbox.webhooks.status());
  },
};

const bodyOf = (call: HttpCall): unknown => (call.raw.length === 0 ? {} : (JSON.parse(call.raw.toString('utf8')) as unknown));

/** Answers a call under `/_sandbox/`. */
export const controlReply = async (sandbox: Sandbox, call: HttpCall): Promise<Reply> => {
  const steer = steers[`${call.method} ${call.path}`];
  if (!steer) return { status: 404, json: { message: 'There is no such control.' } };
  try {
    const reply = await steer(sandbox, call.method === 'GET' || call.method === 'DELETE' ? undefined : bodyOf(call), call);
    sandbox.store.commit();
    return reply;
  } catch (error) {
    if (error instanceof z.ZodError) return bad(z.prettifyError(error));
    if (error instanceof SyntaxError) return bad('The body is not JSON.');
    throw error;
  }
};
