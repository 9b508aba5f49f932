import type { Caller } from '../../shared/api/call.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import { refuse } from '../../shared/domain/refusal.ts';

/** Whose things are listed. Refuses (`forbidden`) an expert who asks for somebody else's. */
export const whoseOf = ({ role, memberId: own }: Caller, asked: string | undefined): string | undefined => {
  if (actsForOthers(role)) return asked;
  return asked === undefined || asked === own ? own : refuse('forbidden', 'An expert sees their own only');
};
