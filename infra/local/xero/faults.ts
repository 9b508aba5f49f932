/** Faults that a test asks for: each hits the next matching calls, as often as told, then is spent. */
import * as z from 'zod';

export const faultNames = [
  'drop-answer',
  'late-commit',
  'hang',
  'slow',
  'concurrent-limit',
  'app-limit',
  'bad-element',
  'minute-limit',
  'day-limit',
  'server-error',
  'html',
  'truncated',
  'revoke',
  'lose-webhook',
  'repeat-webhook',
  'reorder-webhooks',
] as const;
export type FaultName = (typeof faultNames)[number];

const webhookFaults: readonly FaultName[] = ['lose-webhook', 'repeat-webhook', 'reorder-webhooks'];

export const faultSchema = z.strictObject({
  fault: z.enum(faultNames),
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Part of the path with query. Without it a fault hits accounting calls only. */
      path: z.string().optional(),
      tenantId: z.string().optional(),
    })
    .default({}),
  times: z.number().int().positive().default(1),
  /** Seconds of Retry-After for the limits; seconds of simulated time until a late commit; real seconds of a slow answer. */
  seconds: z.number().min(0).optional(),
  /** Position of the refused element in the batch. */
  element: z.number().int().min(0).default(0),
  message: z.string().optional(),
  /** Status of an `html` (503) or `server-error` (500) answer. */
  status: z.number().int().min(200).max(599).optional(),
  /** Whether `server-error` and `html` do the work before failing. */
  commit: z.boolean().default(false),
});
export type Fault = z.infer<typeof faultSchema>;

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  list(): Fault[];
  /** Uses up one time of the first fault that hits this call. */
  take(call: { method: string; target: string; tenantId: string | undefined }): Fault | undefined;
  takeWebhook(name: 'lose-webhook' | 'repeat-webhook' | 'reorder-webhooks', tenantId: string): boolean;
}

export const createFaults = (): Faults => {
  let faults: Fault[] = [];
  const use = (fault: Fault): Fault => {
    faults = faults.flatMap((each) => (each !== fault ? [each] : each.times > 1 ? [{ ...each, times: each.times - 1 }] : []));
    return fault;
  };
  return {
    add: (fault) => void faults.push(fault),
    clear: () => void (faults = []),
    list: () => faults.map((fault) => ({ ...fault })),
    take: ({ method, target, tenantId }) => {
      const hit = faults.find(
        ({ fault, match }) =>
          !webhookFaults.includes(fault) &&
          (match.method === undefined || match.method.toUpperCase() === method) &&
          (match.path === undefined ? target.startsWith('/api.xro/') : target.includes(match.path)) &&
          (match.tenantId === undefined || match.tenantId === tenantId),
      );
      return hit && use(hit);
    },
    takeWebhook: (name, tenantId) => {
      const hit = faults.find(
        ({ fault, match }) => fault === name && (match.tenantId === undefined || match.tenantId === tenantId),
      );
      return hit !== undefined && use(hit) !== undefined;
    },
  };
};
