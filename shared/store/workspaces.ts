import * as z from 'zod';
import { keys } from './keys.ts';
import { address, maybe, money, version } from './shapes.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, update, type Item, type Write } from './write.ts';

const registration = z.object({
  country: z.string(),
  region: z.string().optional(),
  number: z.string(),
  from: z.string(),
  to: z.string().optional(),
});

const record = z.object({
  id: z.string(),
  version,
  name: z.string(),
  country: z.string(),
  zone: z.string(),
  currency: z.string(),
  address,
  paymentTermsDays: z.int(),
  dayPolicy: z.enum(['start-day', 'split-at-midnight']),
  timerLimitSeconds: z.int().default(36_000),
  rate: maybe(money),
  taxRegistrations: z.array(registration),
  /** Whether the plan includes the connection to Xero. */
  integrations: z.boolean(),
});

/** The tenant: one venture with one set of books. */
export type Workspace = z.infer<typeof record>;

export const workspaceKey = keys.workspace;
export const parseWorkspace = (item: Item): Workspace => record.parse(item);

export const readWorkspace =
  (table: Table) =>
  async (id: string): Promise<Workspace | undefined> => {
    const item = await table.get(keys.workspace(id));
    return item && record.parse(item);
  };

/** What the dashboard must know of the workspace stands beside the sums, so that reading them is one round trip. */
const aboutWorkspace = ({ id, zone, currency }: Workspace): Write =>
  update('summary of the workspace', keys.aboutAggregates(id), { set: { zone, currency } });

export const addWorkspace = (workspace: Workspace): Write[] => [
  putNew('workspace', { ...keys.workspace(workspace.id), v: 1, ...workspace }),
  aboutWorkspace(workspace),
];

/** Replaces a workspace as it was read; its version grows by one. */
export const replaceWorkspace = (workspace: Workspace): Write[] => [
  put(
    'workspace',
    { ...keys.workspace(workspace.id), v: 1, ...workspace, version: workspace.version + 1 },
    unchangedSince('workspace', workspace.version),
  ),
  aboutWorkspace(workspace),
];
