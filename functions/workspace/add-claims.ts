import { systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { readMemberships } from '../../shared/store/memberships.ts';
import { openTable } from '../../shared/store/table.ts';
import { tokenClaims } from './token-claims.ts';

/** The user pool calls this before it makes a token (pre-token-generation trigger V2_0). A failure here fails the sign-in. */
export const handler = tokenClaims({
  memberships: readMemberships(openTable(documentClient(), setting('TABLE_NAME'), systemSleep)),
});
