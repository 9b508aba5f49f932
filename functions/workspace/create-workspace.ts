import * as z from 'zod';
import { country, currency, email, id, text, zone } from '../../shared/api/common.ts';
import { systemClock, systemNow, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openPeople } from '../../shared/runtime/people.ts';
import { retryLostRaces } from '../../shared/runtime/retry.ts';
import { openTable } from '../../shared/store/table.ts';
import { makeWorkspace } from './make-workspace.ts';

const newWorkspace = z.strictObject({
  name: text(200, 1),
  country,
  zone,
  currency,
  adminEmail: email,
  adminName: text(200, 1),
  workspaceId: id('ws').optional(),
});

const make = makeWorkspace({
  table: openTable(documentClient(), setting('TABLE_NAME'), systemSleep),
  people: openPeople(setting('USER_POOL_ID')),
  now: systemNow,
  newId,
});

/** Invoked by an engineer's command and by nothing else. Throws, in words for that engineer, what can't be done. */
export const handler = (event: unknown): Promise<{ workspaceId: string; memberId: string; sub: string }> =>
  retryLostRaces({ clock: systemClock, random: systemRandom, sleep: systemSleep }, () => make(newWorkspace.parse(event)));
