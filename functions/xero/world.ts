import type { Instant } from '../../shared/domain/days.ts';
import type { SecretStore } from '../../shared/runtime/secret-store.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Fetch, XeroApp } from '../../shared/xero/oauth.ts';

/** What the room of Xero needs of the world. Doors fill it from the runtime, tests from a sandbox. */
export interface XeroWorld {
  readonly table: Table;
  /** The workspaces' tokens: one secret each, and one for each consent that nobody has confirmed yet. */
  readonly secrets: SecretStore;
  readonly app: () => Promise<XeroApp>;
  readonly http: Fetch;
  readonly addresses: { readonly api: string; readonly identity: string; readonly login: string };
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
  /** Counts something that an alarm or a dashboard watches. */
  readonly count: (name: string) => void;
}

/** The world's clock as an instant, `plusMs` later. */
export const instantAt = ({ clock }: Pick<XeroWorld, 'clock'>, plusMs = 0): Instant => new Date(clock() + plusMs).toISOString();
