import * as z from 'zod';

const callFaults = [
  'drop-answer',
  'late-commit',
  'hang',
  'concurrent-limit',
  'minute-limit',
  'server-error',
  'html',
  'truncated',
  'revoke',
] as const;
const webhookFaults = ['lose-webhook', 'repeat-webhook', 'reorder-webhooks'] as const;

export type CallFault = (typeof callFaults)[number];
export type WebhookFault = (typeof webhookFaults)[number];

export const faultSchema = z.strictObject({
  fault: z.enum([...callFaults, ...webhookFaults]),
  match: z.strictObject({ method: z.string().optional(), path: z.string().optional(), type: z.string().optional() }).default({}),
  times: z.int().min(1).default(1),
});

export type Fault = z.output<typeof faultSchema>;

/** What is to go wrong next, in the order it was asked for. */
export class Faults {
  #waiting: Fault[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ ...fault });
  }
  clear(): void {
    this.#waiting = [];
  }
  list(): Fault[] {
    return this.#waiting.map((fault) => ({ ...fault }));
  }

  /** The fault this call meets, used up by one. A path matches itself and what lies below it. */
  takeForCall(method: string, path: string): CallFault | undefined {
    return this.#take(callFaults, (match) => {
      const isMethod = match.method === undefined || match.method.toUpperCase() === method;
      return isMethod && (match.path === undefined || isAtOrBelow(path, match.path));
    });
  }

  /** The fault an event meets on its way; `type` narrows it to one type of event. */
  takeForWebhook(eventType: string, wanted: readonly WebhookFault[]): WebhookFault | undefined {
    return this.#take(wanted, (match) => match.type === undefined || match.type === eventType);
  }

  #take<Name extends Fault['fault']>(names: readonly Name[], matches: (match: Fault['match']) => boolean): Name | undefined {
    const isWanted = (name: Fault['fault']): name is Name => (names as readonly string[]).includes(name);
    for (const fault of this.#waiting) {
      const { fault: name, match } = fault;
      if (!isWanted(name) || !matches(match)) continue;
      fault.times -= 1;
      if (fault.times === 0) this.#waiting = this.#waiting.filter((other) => other !== fault);
      return name;
    }
    return undefined;
  }
}

const isAtOrBelow = (path: string, wanted: string): boolean =>
  path === wanted || path.startsWith(wanted.endsWith('/') ? wanted : `${wanted}/`);
