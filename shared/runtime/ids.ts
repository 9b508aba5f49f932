import { ulid } from 'ulid';
import { systemClock } from './clock.ts';

/** A new id: prefix, underscore, ULID. Sortable by the time it was made. */
export const newId = (prefix: string): string => `${prefix}_${ulid(systemClock())}`;
