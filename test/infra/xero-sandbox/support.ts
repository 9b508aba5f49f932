/** Starts a sandbox, signs in and calls it, for the sandbox's own tests. */
import { createClock } from '../../../infra/local/clock.ts';
import { startXeroSandbox } from '../../../infra/local/xero/server.ts';
import { watchXero } from '../../support/xero-description.ts';

export const kestrel = '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e01';
export const second = '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e02';
export const redirectUri = 'http://localhost:9999/callback';
export const allScopes =
  'openid profile email offline_access accounting.invoices accounting.payments accounting.contacts accounting.settings accounting.attachments accounting.banktransactions';
const basic = `Basic ${Buffer.from('app:secret').toString('base64')}`;

export interface TokenSet {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  [name: string]: unknown;
}

export interface Answer {
  status: number;
  headers: Headers;
  // Tests read answers freely.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json: any;
  text: string;
}

const read = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, json, text };
};

export const startSandbox = async (
  extra: { dataDir?: string; webhook?: { url: string; key: string }; tier?: 1000 | 5000 } = {},
) => {
  const clock = createClock();
  // These tests ask for what doesn't exist, so only the answers are compared.
  const watch = watchXero(['answer']);
  const sandbox = await startXeroSandbox({
    clock,
    observe: watch.observe,
    clientId: 'app',
    clientSecret: 'secret',
    redirectUris: [redirectUri],
    tier: 5000,
    ...extra,
  });
  const { url } = sandbox;

  const authorizeUrl = (fields: Record<string, string> = {}): string =>
    `${url}/identity/connect/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: 'app',
      redirect_uri: redirectUri,
      scope: allScopes,
      state: 'abc',
      ...fields,
    })}`;
  const consent = async (
    tenantId = kestrel,
    fields: Record<string, string> = {},
    form: Record<string, string> = {},
  ): Promise<URL> => {
    const response = await fetch(authorizeUrl(fields), {
      method: 'POST',
      body: new URLSearchParams({ organisation: tenantId, ...form }),
      redirect: 'manual',
    });
    return new URL(response.headers.get('location') ?? 'http://none/');
  };
  const token = async (form: Record<string, string>, authorization = basic): Promise<Answer> =>
    read(await fetch(`${url}/connect/token`, { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) }));
  const exchange = (code: string): Promise<Answer> =>
    token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  const signIn = async (tenantId = kestrel, fields: Record<string, string> = {}): Promise<TokenSet> => {
    const back = await consent(tenantId, fields);
    return (await exchange(back.searchParams.get('code') ?? '')).json as TokenSet;
  };
  const call = async (
    tokens: TokenSet,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    tenantId = kestrel,
  ): Promise<Answer> =>
    read(
      await fetch(`${url}/api.xro/2.0/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${tokens.access_token}`,
          'xero-tenant-id': tenantId,
          accept: 'application/json',
          'content-type': 'application/json',
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  const control = async (method: string, path: string, body?: unknown): Promise<Answer> =>
    read(await fetch(`${url}/_sandbox/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) }));
  const close = async (): Promise<void> => {
    await sandbox.close();
    watch.assertKnown();
  };
  return { url, clock, close, authorizeUrl, consent, token, exchange, signIn, call, control, read };
};

export type Started = Awaited<ReturnType<typeof startSandbox>>;

/** A sales invoice over one line, approved unless said otherwise. */
export const salesInvoice = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  Type: 'ACCREC',
  Contact: { Name: 'Harbour Bakery Ltd' },
  Date: '2026-11-01',
  DueDate: '2026-11-30',
  Status: 'AUTHORISED',
  LineItems: [{ Description: 'Work', Quantity: 2, UnitAmount: 50, AccountCode: '200', TaxType: 'OUTPUT2' }],
  ...fields,
});
