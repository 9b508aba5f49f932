import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { verifyWebhook, type WebhookFault } from '../../shared/stripe/verify-webhook.ts';

/** 2026-11-21T12:00:00Z */
const at = 1_795_262_400;
const current = 'whsec_current';
const old = 'whsec_old';

const body = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  account: 'acct_1',
  api_version: '2026-10-28.endive',
  created: at - 5,
  data: {
    object: {
      id: 'pi_1',
      object: 'payment_intent',
      amount_received: 12_050,
      currency: 'gbp',
      description: 'Invoice № 1 – café',
      status: 'succeeded',
      metadata: { workspaceId: 'ws_1', invoiceId: 'inv_1', theirs: 'x' },
      receipt_email: 'payer@example.com',
    },
  },
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type: 'payment_intent.succeeded',
});

/** The signature as the documentation gives it, made without the SDK. */
const hmac = (text: string, secret = current, seconds: number | string = at): string =>
  createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex');
const header = (text = body, secret = current, seconds: number | string = at): string =>
  `t=${seconds},v1=${hmac(text, secret, seconds)}`;

const good = hmac(body);
const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const flip = (text: string, index: number): string =>
  text.slice(0, index) + (text[index] === 'a' ? 'b' : 'a') + text.slice(index + 1);
const replaceByte = (text: string, index: number, byte: number): Uint8Array => {
  const bytes = Buffer.from(text, 'utf8');
  bytes[index] = byte;
  return bytes;
};

interface Case {
  name: string;
  signature: string | undefined;
  rawBody?: Uint8Array;
  secrets?: string[];
  /** Seconds between signing and arrival. */
  later?: number;
  toleranceSeconds?: number;
  fault?: WebhookFault;
}

const accepted: Case[] = [
  { name: 'signed now', signature: header() },
  {
    name: 'bytes that came base64 encoded and were decoded',
    signature: header(),
    rawBody: Buffer.from(Buffer.from(body).toString('base64'), 'base64'),
  },
  { name: 'a plain Uint8Array', signature: header(), rawBody: new Uint8Array(Buffer.from(body)) },
  { name: '300 s old', signature: header(), later: 300 },
  { name: '300 s ahead of our clock', signature: header(), later: -300 },
  { name: 'signed with the old of two secrets', signature: header(body, old), secrets: [current, old] },
  { name: 'signed with the new of two secrets', signature: header(), secrets: [old, current] },
  {
    name: 'signed with both secrets, we know the old one',
    signature: `t=${at},v1=${good},v1=${hmac(body, old)}`,
    secrets: [old],
  },
  { name: 'signed with both secrets, we know the new one', signature: `t=${at},v1=${hmac(body, old)},v1=${good}` },
  { name: 'one wrong and one right signature', signature: `t=${at},v1=${'0'.repeat(64)},v1=${good}` },
  { name: 'with a v0 test signature beside', signature: `t=${at},v1=${good},v0=${'1'.repeat(64)}` },
  { name: 'with a scheme nobody knows beside', signature: `t=${at},v9=abc,v1=${good}` },
  { name: 'signature before timestamp', signature: `v1=${good},t=${at}` },
  { name: 'an empty secret among ours', signature: header(), secrets: ['', current] },
  { name: 'a smaller tolerance, still within', signature: header(), later: 10, toleranceSeconds: 10 },
  {
    name: 'pretty-printed, as Stripe sends it',
    signature: header(JSON.stringify(JSON.parse(body), null, 2)),
    rawBody: utf8(JSON.stringify(JSON.parse(body), null, 2)),
  },
];

const pretty = JSON.stringify(JSON.parse(body), null, 2);
const rejected: Case[] = [
  { name: 'no header', signature: undefined, fault: 'malformed' },
  { name: 'an empty header', signature: '', fault: 'malformed' },
  { name: 'a header of another kind', signature: 'Bearer abc', fault: 'malformed' },
  { name: 'no timestamp', signature: `v1=${good}`, fault: 'malformed' },
  { name: 'an empty timestamp', signature: `t=,v1=${good}`, fault: 'malformed' },
  { name: 'a timestamp in words', signature: `t=now,v1=${good}`, fault: 'malformed' },
  { name: 'digits followed by letters', signature: `t=${at}x,v1=${good}`, fault: 'malformed' },
  { name: 'a fraction of a second', signature: `t=${at}.5,v1=${good}`, fault: 'malformed' },
  { name: 'a negative timestamp', signature: header(body, current, -at), fault: 'malformed' },
  { name: 'a timestamp with leading zeros', signature: `t=0${at},v1=${good}`, fault: 'malformed' },
  { name: 'an exponent', signature: `t=1e9,v1=${good}`, fault: 'malformed' },
  { name: 'a timestamp of 20 digits', signature: header(body, current, '17952624000000000000'), fault: 'malformed' },
  { name: 'two timestamps', signature: `t=${at},t=${at},v1=${good}`, fault: 'malformed' },
  { name: 'an old timestamp hidden before a fresh one', signature: `t=${at - 9_999},t=${at},v1=${good}`, fault: 'malformed' },
  { name: 'a blank before the timestamp', signature: ` t=${at},v1=${good}`, fault: 'malformed' },
  { name: 'no signature', signature: `t=${at}`, fault: 'wrong-signature' },
  { name: 'an empty signature', signature: `t=${at},v1=`, fault: 'wrong-signature' },
  { name: 'only a v0 signature', signature: `t=${at},v0=${good}`, fault: 'wrong-signature' },
  { name: 'a signature cut by one character', signature: `t=${at},v1=${good.slice(0, -1)}`, fault: 'wrong-signature' },
  { name: 'a signature cut in half', signature: `t=${at},v1=${good.slice(0, 32)}`, fault: 'wrong-signature' },
  { name: 'a signature with one character more', signature: `t=${at},v1=${good}0`, fault: 'wrong-signature' },
  { name: 'a signature with its first character changed', signature: `t=${at},v1=${flip(good, 0)}`, fault: 'wrong-signature' },
  { name: 'a signature with its last character changed', signature: `t=${at},v1=${flip(good, 63)}`, fault: 'wrong-signature' },
  { name: 'a signature in upper case', signature: `t=${at},v1=${good.toUpperCase()}`, fault: 'wrong-signature' },
  {
    name: 'a signature in base64',
    signature: `t=${at},v1=${Buffer.from(good, 'hex').toString('base64')}`,
    fault: 'wrong-signature',
  },
  { name: 'zeros', signature: `t=${at},v1=${'0'.repeat(64)}`, fault: 'wrong-signature' },
  { name: 'the right signature for another time', signature: `t=${at + 1},v1=${good}`, fault: 'wrong-signature' },
  {
    name: 'the body signed without a time',
    signature: `t=${at},v1=${createHmac('sha256', current).update(body).digest('hex')}`,
    fault: 'wrong-signature',
  },
  {
    name: 'SHA-1',
    signature: `t=${at},v1=${createHmac('sha1', current).update(`${at}.${body}`).digest('hex')}`,
    fault: 'wrong-signature',
  },
  { name: 'another secret', signature: header(body, 'whsec_other'), fault: 'wrong-signature' },
  { name: 'our secret without its prefix', signature: header(body, 'current'), fault: 'wrong-signature' },
  { name: 'the old secret after it was removed', signature: header(body, old), fault: 'wrong-signature' },
  { name: 'the empty secret', signature: header(body, ''), fault: 'wrong-signature' },
  { name: 'the empty secret, while ours are empty', signature: header(body, ''), secrets: ['', ' '], fault: 'wrong-signature' },
  { name: 'no secret configured', signature: header(), secrets: [], fault: 'wrong-signature' },
  { name: 'an empty body', signature: header(''), rawBody: utf8(''), fault: 'wrong-signature' },
  { name: 'the first byte changed', signature: header(), rawBody: replaceByte(body, 0, 0x5b), fault: 'wrong-signature' },
  { name: 'a byte in the middle changed', signature: header(), rawBody: replaceByte(body, 200, 0x41), fault: 'wrong-signature' },
  {
    name: 'the last byte changed',
    signature: header(),
    rawBody: replaceByte(body, Buffer.byteLength(body) - 1, 0x5d),
    fault: 'wrong-signature',
  },
  { name: 'the body cut by one byte', signature: header(), rawBody: utf8(body).subarray(0, -1), fault: 'wrong-signature' },
  { name: 'a line break added', signature: header(), rawBody: utf8(`${body}\n`), fault: 'wrong-signature' },
  { name: 'parsed and written again', signature: header(pretty), rawBody: utf8(body), fault: 'wrong-signature' },
  { name: 'amount changed', signature: header(), rawBody: utf8(body.replace('12050', '12051')), fault: 'wrong-signature' },
  { name: 'still base64', signature: header(), rawBody: utf8(Buffer.from(body).toString('base64')), fault: 'wrong-signature' },
  {
    name: 'a byte order mark put before',
    signature: header(),
    rawBody: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(body)]),
    fault: 'wrong-signature',
  },
  {
    name: 'Latin-1 instead of UTF-8',
    signature: header(),
    rawBody: Buffer.from(body.replace('№', 'n'), 'latin1'),
    fault: 'malformed',
  },
  {
    name: 'a replacement character swapped for a broken byte',
    signature: header(`{"a":"\uFFFD"}`),
    rawBody: Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]),
    fault: 'malformed',
  },
  { name: '301 s old', signature: header(), later: 301, fault: 'too-old' },
  { name: 'a day old', signature: header(), later: 86_400, fault: 'too-old' },
  { name: 'signed in 1970', signature: header(body, current, 0), fault: 'too-old' },
  { name: '301 s in the future', signature: header(), later: -301, fault: 'from-the-future' },
  { name: 'a day in the future', signature: header(), later: -86_400, fault: 'from-the-future' },
  { name: 'milliseconds instead of seconds', signature: header(body, current, at * 100), fault: 'from-the-future' },
  { name: 'a smaller tolerance, exceeded', signature: header(), later: 11, toleranceSeconds: 10, fault: 'too-old' },
  { name: 'signed, but not JSON', signature: header('hello'), rawBody: utf8('hello'), fault: 'unreadable' },
  { name: 'signed, but a list', signature: header('[]'), rawBody: utf8('[]'), fault: 'unreadable' },
  {
    name: 'signed, but not an event',
    signature: header('{"object":"charge"}'),
    rawBody: utf8('{"object":"charge"}'),
    fault: 'unreadable',
  },
  {
    name: 'signed, but an event of the second API version',
    signature: header('{"object":"v2.core.event","id":"evt_1","type":"v1.charge.succeeded"}'),
    rawBody: utf8('{"object":"v2.core.event","id":"evt_1","type":"v1.charge.succeeded"}'),
    fault: 'unreadable',
  },
];

const run = ({ signature, rawBody = utf8(body), secrets = [current], later = 0, toleranceSeconds }: Case) =>
  verifyWebhook({
    rawBody,
    signature,
    secrets,
    now: (at + later) * 1_000,
    ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
  });

describe('a webhook is taken (F40, F41)', () => {
  test.each(accepted.map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(run(one)).toMatchObject({ verified: true, event: { id: 'evt_1', type: 'payment_intent.succeeded' } });
  });

  test('and read: ids, account, mode and time, without the payer', () => {
    const answer = run({ name: '', signature: header() });
    expect(answer).toEqual({
      verified: true,
      event: {
        id: 'evt_1',
        type: 'payment_intent.succeeded',
        accountId: 'acct_1',
        livemode: false,
        created: '2026-11-21T11:59:55.000Z',
        snapshot: {
          object: 'payment_intent',
          id: 'pi_1',
          amount_received: 12_050,
          currency: 'gbp',
          status: 'succeeded',
          metadata: { workspaceId: 'ws_1', invoiceId: 'inv_1' },
        },
      },
    });
    expect(JSON.stringify(answer)).not.toContain('payer@example.com');
  });
});

describe('a webhook is refused (F40)', () => {
  test.each(rejected.map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(run(one)).toEqual({ verified: false, fault: one.fault });
  });
});
