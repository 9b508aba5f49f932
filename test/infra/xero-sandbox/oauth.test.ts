import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Started } from './support.ts';
import { kestrel, redirectUri, second, startSandbox } from './support.ts';

describe('letting an app in', () => {
  let sandbox: Started;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  test('the consent page lists the organisations; agreeing gives code and state, refusing says so', async () => {
    const page = await fetch(sandbox.authorizeUrl());
    expect(await page.text()).toContain('Kestrel Studio Ltd');
    const back = await sandbox.consent();
    expect(back.origin + back.pathname).toBe(redirectUri);
    expect(back.searchParams.get('state')).toBe('abc');
    const denied = await sandbox.consent(kestrel, {}, { deny: '1' });
    expect(denied.searchParams.get('error')).toBe('access_denied');
  });

  test('an unknown address, app or scope is refused before anybody is asked', async () => {
    expect((await fetch(sandbox.authorizeUrl({ redirect_uri: 'http://elsewhere.test/' }), { redirect: 'manual' })).status).toBe(
      400,
    );
    expect((await fetch(sandbox.authorizeUrl({ client_id: 'other' }), { redirect: 'manual' })).status).toBe(400);
    const broad = await fetch(sandbox.authorizeUrl({ scope: 'offline_access accounting.transactions' }), { redirect: 'manual' });
    expect(new URL(broad.headers.get('location')!).searchParams.get('error')).toBe('invalid_scope');
  });

  test('a code works once, for five minutes, with the same address and the right secret', async () => {
    const code = (await sandbox.consent()).searchParams.get('code')!;
    const wrongSecret = await sandbox.token(
      { grant_type: 'authorization_code', code, redirect_uri: redirectUri },
      `Basic ${Buffer.from('app:wrong').toString('base64')}`,
    );
    expect([wrongSecret.status, wrongSecret.json]).toEqual([400, { error: 'invalid_client' }]);
    expect((await sandbox.token({ grant_type: 'authorization_code', code, redirect_uri: 'http://localhost/' })).json).toEqual({
      error: 'invalid_grant',
    });
    const first = await sandbox.exchange(code);
    expect(first.json).toMatchObject({ expires_in: 1800, token_type: 'Bearer' });
    expect((await sandbox.exchange(code)).json).toEqual({ error: 'invalid_grant' });
    const late = (await sandbox.consent()).searchParams.get('code')!;
    await sandbox.clock.advance(301);
    expect((await sandbox.exchange(late)).json).toEqual({ error: 'invalid_grant' });
  });

  test('the token names the consent, by which its connection is found; without offline_access there is no refresh token', async () => {
    const tokens = await sandbox.signIn();
    await sandbox.signIn(second);
    const claims = JSON.parse(Buffer.from(tokens.access_token.split('.')[1]!, 'base64url').toString()) as Record<string, string>;
    const connections = async (query: string): Promise<Record<string, string>[]> =>
      (
        await sandbox.read(
          await fetch(`${sandbox.url}/connections${query}`, { headers: { authorization: `Bearer ${tokens.access_token}` } }),
        )
      ).json;
    expect(await connections('')).toHaveLength(2);
    const [found, ...others] = await connections(`?authEventId=${claims['authentication_event_id']}`);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ tenantId: kestrel, tenantType: 'ORGANISATION', tenantName: 'Kestrel Studio Ltd' });
    expect(found!['createdDateUtc']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}$/);
    expect((await sandbox.signIn(kestrel, { scope: 'accounting.contacts' })).refresh_token).toBeUndefined();
  });

  test('refresh tokens rotate; the one before works for half an hour more, then never', async () => {
    const { refresh_token: first } = await sandbox.signIn();
    const refresh = (token: string) => sandbox.token({ grant_type: 'refresh_token', refresh_token: token });
    const lost = (await refresh(first)).json as { refresh_token: string };
    await sandbox.clock.advance(29 * 60);
    const healed = (await refresh(first)).json as { refresh_token: string };
    expect(healed.refresh_token).not.toBe(first);
    // The answer that got lost is dead, its replacement lives.
    expect((await refresh(lost.refresh_token)).json).toEqual({ error: 'invalid_grant' });
    await sandbox.clock.advance(2 * 60);
    expect((await refresh(first)).json).toEqual({ error: 'invalid_grant' });
    const next = (await refresh(healed.refresh_token)).json as { refresh_token: string };
    await sandbox.clock.advance(61 * 86_400);
    expect((await refresh(next.refresh_token)).json).toEqual({ error: 'invalid_grant' });
  });

  test('under strict refresh a used token dies at once', async () => {
    await sandbox.control('POST', 'settings', { strictRefresh: true });
    const { refresh_token } = await sandbox.signIn();
    await sandbox.token({ grant_type: 'refresh_token', refresh_token });
    expect((await sandbox.token({ grant_type: 'refresh_token', refresh_token })).status).toBe(400);
  });

  test('calls need a live token, a connected organisation and the scope', async () => {
    const tokens = await sandbox.signIn(kestrel, { scope: 'offline_access accounting.contacts.read' });
    expect((await sandbox.call(tokens, 'GET', 'Contacts')).status).toBe(200);
    expect((await sandbox.call(tokens, 'PUT', 'Contacts', { Contacts: [{ Name: 'X' }] })).status).toBe(403);
    expect((await sandbox.call(tokens, 'GET', 'Invoices')).status).toBe(403);
    expect((await sandbox.call(tokens, 'GET', 'Contacts', undefined, {}, second)).json).toMatchObject({
      Status: 403,
      Detail: 'AuthenticationUnsuccessful',
    });
    expect((await sandbox.call({ ...tokens, access_token: 'nonsense' }, 'GET', 'Contacts')).status).toBe(401);
    await sandbox.clock.advance(1801);
    const expired = await sandbox.call(tokens, 'GET', 'Contacts');
    expect([expired.status, expired.json.Title]).toEqual([401, 'Unauthorized']);
    expect(expired.json.Detail).toMatch(/^TokenExpired: token expired at \d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/);
  });

  test('deleting the connection, or revoking the grant, ends access while tokens still live', async () => {
    const tokens = await sandbox.signIn();
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const [connection] = (await sandbox.read(await fetch(`${sandbox.url}/connections`, { headers }))).json as { id: string }[];
    const remove = () => fetch(`${sandbox.url}/connections/${connection!.id}`, { method: 'DELETE', headers });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect((await sandbox.call(tokens, 'GET', 'Contacts')).json.Detail).toBe('AuthenticationUnsuccessful');

    const again = await sandbox.signIn();
    expect((await sandbox.call(again, 'GET', 'Contacts')).status).toBe(200);
    const revoked = await fetch(`${sandbox.url}/connect/revocation`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('app:secret').toString('base64')}` },
      body: new URLSearchParams({ token: again.refresh_token }),
    });
    expect([revoked.status, await revoked.text()]).toEqual([200, '']);
    expect((await sandbox.call(again, 'GET', 'Contacts')).status).toBe(403);
    expect((await sandbox.token({ grant_type: 'refresh_token', refresh_token: again.refresh_token })).json).toEqual({
      error: 'invalid_grant',
    });
  });
});
