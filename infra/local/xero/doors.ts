/** Refusals at the door: who isn't let in, and in which words. */
import { randomUUID } from 'node:crypto';
import type { Reply } from './api-call.ts';

const refusal = (status: 401 | 403, detail: string): Reply => ({
  status,
  json: {
    Type: null,
    Title: status === 401 ? 'Unauthorized' : 'Forbidden',
    Status: status,
    Detail: detail,
    Instance: randomUUID(),
    Extensions: {},
  },
});

export const unauthorized = (detail: string): Reply => refusal(401, detail);
export const forbidden = (detail: string): Reply => refusal(403, detail);

/** `TokenExpired: token expired at MM/DD/YYYY HH:MM:SS`. */
export const expiredText = (expSeconds: number): string => {
  const [date = '', time = ''] = new Date(expSeconds * 1000).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `TokenExpired: token expired at ${month}/${day}/${year} ${time.slice(0, 8)}`;
};
