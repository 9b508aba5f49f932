import type { ClockOffset } from './simulated-date.ts';

/** What an execution environment is started with. */
export type EnvironmentData = {
  functionName: string;
  /** Directory that holds the bundle. */
  directory: string;
  /** `file.export`, as in the template. */
  handler: string;
  memoryMb: number;
  logStream: string;
  clockOffset: ClockOffset;
};

/** One event on its way in; `event` is JSON, as Lambda hands it over. */
export type ToEnvironment = { requestId: string; arn: string; event: string; timeLeftMs: number };

/** What an environment answers. */
export type FromEnvironment =
  | { kind: 'ready' }
  | { kind: 'init-error'; errorType: string; errorMessage: string }
  | { kind: 'result'; requestId: string; payload: string }
  | { kind: 'error'; requestId: string; errorType: string; errorMessage: string };
