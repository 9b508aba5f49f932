/** Answers kept under their Idempotency-Key: replayed for some minutes, errors included, then forgotten. */
import { createHash } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { Reply } from './api-call.ts';
import { badRequest } from './api-call.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';

interface Kept {
  key: string;
  fingerprint: string;
  at: number;
  reply: Reply;
}

export interface IdempotentRequest {
  key: string | undefined;
  method: string;
  tenantId: string;
  /** Path with query. */
  target: string;
  raw: Buffer;
}

export interface Idempotency {
  /** Answers from memory, or lets `work` answer and keeps that. */
  once(request: IdempotentRequest, work: () => Reply): Reply;
}

const longestKey = 128;

export const createIdempotency = (
  store: Store,
  { clock, settings }: { clock: SandboxClock; settings: Settings },
): Idempotency => {
  const kept = store.collection<Kept>({ scope: '', kind: 'idempotency', idOf: ({ key }) => key });
  const livesMs = (): number => (settings.idempotencyMinutes === 'forever' ? Infinity : settings.idempotencyMinutes * 60_000);
  const isLive = (record: Kept): boolean => clock.now() - record.at < livesMs();
  /** Oldest first, so looking stops at the first that still lives. */
  const forgetOld = (): void => {
    for (const record of kept.values()) {
      if (isLive(record)) return;
      kept.remove(record.key);
    }
  };
  return {
    once: ({ key, method, tenantId, target, raw }, work) => {
      if (key === undefined || (method !== 'POST' && method !== 'PUT' && method !== 'PATCH')) return work();
      if (key.length > longestKey)
        return badRequest(10, 'ValidationException', `Idempotency Key must not be longer than ${longestKey} characters.`);
      const fingerprint = createHash('sha256').update(`${method}\n${tenantId}\n${target}\n`).update(raw).digest('base64');
      forgetOld();
      const record = kept.get(key);
      if (record && isLive(record))
        return record.fingerprint === fingerprint
          ? record.reply
          : badRequest(10, 'ValidationException', `Idempotency Key: ${key} is used with a different request.`);
      const reply = work();
      if (settings.idempotencyMinutes !== 0) kept.put({ key, fingerprint, at: clock.now(), reply });
      return reply;
    },
  };
};
