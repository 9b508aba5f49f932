import type { Business } from '../support/business.ts';
import type { Body } from '../support/person.ts';
import type { RunningSystem } from '../support/running-system.ts';
import type { Telling } from './telling.ts';

/** Reads the status page again and again and holds it against what the sandbox has really seen. */
export interface StatusWatch {
  /** Lets minutes go by, looking at the page in between. Returns the page as it stands then. */
  minutes(count: number, step?: number): Promise<Body>;
  /** What was wrong with the pages so far. */
  lies(): readonly string[];
}

export const watchStatus = (running: RunningSystem, { finance, xero }: Business, told: Telling): StatusWatch => {
  const lies: string[] = [];
  let lastLeft: number | null = null;
  let silentUntil: string | null = null;
  let lastState = '';
  const now = (): string => new Date(running.system.clock.now()).toISOString();

  const callsOfADay = async (): Promise<number> => {
    const answer = await fetch(`${running.system.endpoints.xero}/_sandbox/settings`);
    return ((await answer.json()) as { tier: number }).tier;
  };

  const look = async (): Promise<Body> => {
    const calls = (await xero.calls()).filter(({ status }) => status !== 429);
    const page = await finance.get('/v1/xero/connection');
    const wrong = (what: string): void => {
      lies.push(`${now()} ${what}: ${JSON.stringify({ ...page, calls: calls.length })}`);
      told.says(`the status page is wrong: ${what}`);
    };
    const left: number | null = page.callsLeftToday;
    // A new day may have begun with more calls than the last one had had.
    const newDay = left !== null && lastLeft !== null && (left > lastLeft || left === (await callsOfADay()) - calls.length);
    // An answer that is lost tells nothing of what is left; only days on which answers come are held against it.
    const answered = calls.every(({ fault }) => fault === undefined);
    if (left !== null && lastLeft !== null && !newDay && answered && lastLeft - left !== calls.length)
      wrong(`${calls.length} calls were made, it counts ${lastLeft - left}`);
    if (silentUntil !== null && now() < silentUntil && calls.length > 0) wrong(`it said that nothing goes before ${silentUntil}`);
    if (page.state === 'waiting-for-limit' && (page.reason === null || page.nextSyncAt === null))
      wrong('it waits without saying why or until when');
    // One call finds out; none follows.
    const gone = page.state === 'needs-reconnect';
    if (gone && calls.length > (lastState === page.state ? 0 : 1)) wrong('it called although access is gone');
    if (page.state === 'connected' && page.nextSyncAt !== null && page.nextSyncAt < now()) wrong('what it promised has passed');
    lastLeft = left;
    lastState = page.state;
    silentUntil = page.state === 'waiting-for-limit' && !page.estimated ? page.nextSyncAt : null;
    await xero.forgetCalls();
    return page;
  };

  return {
    minutes: async (count, step = 5) => {
      for (let gone = 0; gone < count; gone += step) {
        await running.advance(Math.min(step, count - gone) * 60);
        await running.system.host.settle();
        await look();
      }
      return look();
    },
    lies: () => lies,
  };
};
