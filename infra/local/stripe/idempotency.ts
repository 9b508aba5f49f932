import { createHash } from 'node:crypto';
import { StripeFailure } from './errors.ts';
import type { SavedAnswer } from './state.ts';
import type { World } from './world.ts';

const keptMs = 24 * 3_600 * 1_000;
const keyLengthMax = 255;

/** What a call with a key must agree on to be the same call. */
export const fingerprintOf = (method: string, path: string, body: string): string =>
  createHash('sha256').update(`${method} ${path}\n${body}`).digest('hex');

/** Remembers the answers to POST calls by account and key, for 24 hours of the sandbox's clock. */
export class Idempotency {
  readonly #world: World;
  readonly #running = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The answer given before, if there is one. 400 idempotency_error for other parameters, 409 while the first call runs. */
  find(account: string, key: string, fingerprint: string): SavedAnswer | undefined {
    if (key.length > keyLengthMax) {
      throw new StripeFailure({ message: `An idempotency key has at most ${keyLengthMax} characters.`, beforeExecution: true });
    }
    if (this.#running.has(idOf(account, key))) {
      throw new StripeFailure({
        status: 409,
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: 'Another call with this idempotency key is still running.',
        beforeExecution: true,
      });
    }
    const saved = this.#world.state.answers.find(account, idOf(account, key));
    if (saved === undefined || saved.at + keptMs <= this.#world.clock.now()) return undefined;
    if (saved.fingerprint !== fingerprint) {
      throw new StripeFailure({
        type: 'idempotency_error',
        message: 'This idempotency key was first used with other parameters.',
        beforeExecution: true,
      });
    }
    return saved;
  }

  begin(account: string, key: string): void {
    this.#running.add(idOf(account, key));
  }
  end(account: string, key: string): void {
    this.#running.delete(idOf(account, key));
  }

  keep(account: string, key: string, answer: Omit<SavedAnswer, 'id' | 'at'>): void {
    const { answers } = this.#world.state;
    const now = this.#world.clock.now();
    for (const { object } of answers.rows()) {
      if (object.at + keptMs > now) break;
      answers.delete(object.id);
    }
    answers.delete(idOf(account, key));
    answers.add(account, { ...answer, id: idOf(account, key), at: now });
  }
}

const idOf = (account: string, key: string): string => `${account} ${key}`;
