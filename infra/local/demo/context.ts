import type { SandboxClock } from '../clock.ts';

/** What a workspace is made with, as the function `workspace-create` takes it. */
export type NewWorkspace = {
  name: string;
  country: string;
  zone: string;
  currency: string;
  adminEmail: string;
  adminName: string;
  workspaceId?: string;
};

/** The running system, as those who fill it with people and a story see it. Addresses without trailing slashes. */
export type DemoContext = {
  api: string;
  xero: string;
  stripe: string;
  clock: SandboxClock;
  /** Tells the person who waits at the terminal. */
  log(line: string): void;
  /** An access token, valid for 7 real days, of a person by sub or e-mail address. */
  tokenFor(person: string): Promise<string>;
  /** The sub of a person who can sign in. */
  subOf(email: string): string | undefined;
  /** Gives a person a password of their own, so that they can sign in. */
  setPassword(email: string, password: string): void;
  /** Makes a workspace with its first admin; answers what the function answered. Rejects with the function's error. */
  createWorkspace(workspace: NewWorkspace): Promise<unknown>;
  /** Invokes any function of the template. Rejects with the function's error. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Waits until queues and functions have nothing left to do at this moment. */
  settle(): Promise<void>;
  /** Remembers small facts in the data directory, e.g. that the story has been told. */
  memory: { get<Value>(key: string): Value | undefined; put(key: string, value: unknown): void };
};

/** The people whose tokens stand in endpoints.json, by their sub. */
export type DemoPeople = Partial<Record<'admin' | 'finance' | 'expert' | 'expert2' | 'otherWorkspaceAdmin', string>>;
