import { randomUUID } from 'node:crypto';
import { ServiceError } from './aws-endpoint.ts';
import type { Operation } from './aws-endpoint.ts';
import { matchesPattern } from './event-pattern.ts';

/** A rule of the template: what it listens for, and what it sets off (called with the whole event). */
export type RuleDefinition = {
  bus: string;
  pattern: Record<string, unknown>;
  targets: ((event: unknown) => Promise<void>)[];
};

type Entry = { EventBusName?: string; Source?: string; DetailType?: string; Detail?: string; Resources?: string[] };

/** EventBridge's PutEvents: hands each entry to the rules of its bus, as Lambda and SQS targets would get it. */
export const eventBusOperations = (options: {
  buses: string[];
  rules: RuleDefinition[];
  now: () => number;
  region: string;
  accountId: string;
}): Record<string, Operation> => ({
  PutEvents: async ({ Entries = [] }: { Entries?: Entry[] }) => {
    if (Entries.length === 0 || Entries.length > 10) {
      throw new ServiceError('ValidationException', 'PutEvents takes 1 to 10 entries.');
    }
    const answers = [];
    for (const entry of Entries) answers.push(await putEvent(entry, options));
    return { FailedEntryCount: answers.filter((one) => 'ErrorCode' in one).length, Entries: answers };
  },
});

const putEvent = async (entry: Entry, options: Parameters<typeof eventBusOperations>[0]) => {
  const bus = (entry.EventBusName ?? 'default').split('/').at(-1) ?? 'default';
  if (!options.buses.includes(bus)) throw new ServiceError('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
  const detail = parseObject(entry.Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const event = {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType,
    source: entry.Source,
    account: options.accountId,
    time: `${new Date(options.now()).toISOString().slice(0, 19)}Z`,
    region: options.region,
    resources: entry.Resources ?? [],
    detail,
  };
  for (const rule of options.rules) {
    if (rule.bus !== bus || !matchesPattern(rule.pattern, event)) continue;
    for (const target of rule.targets) await target(event);
  }
  return { EventId: event.id };
};

const parseObject = (json: string | undefined): Record<string, unknown> | undefined => {
  try {
    const value = JSON.parse(json ?? '') as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};
