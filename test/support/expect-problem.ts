import { expect } from '@jest/globals';
import type { Answer, Body } from './running-system.ts';

/** A refusal as every route words it, with one of some statuses. `what` stands in the failure. */
export const expectProblem = (what: string, { status, headers, body, text }: Answer, ...statuses: readonly number[]): void => {
  const said = text.slice(0, 300);
  expect({ what, status, said }).toEqual({ what, status: statuses.find((one) => one === status) ?? statuses, said });
  expect({ what, type: headers.get('content-type') }).toEqual({ what, type: 'application/problem+json' });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toMatchObject({
    type: `urn:problem:${body.code}`,
    title: expect.stringMatching(/./),
    status,
    code: expect.stringMatching(/^[a-z]+(-[a-z]+)*$/),
  });
  if (body.code !== 'validation') return;
  expect(body.errors.length).toBeGreaterThan(0);
  for (const error of body.errors) expect(error).toEqual({ path: expect.any(String), message: expect.stringMatching(/./) });
};

/** Where a validation problem sees something wrong. */
export const pathsOf = ({ body }: Answer): string[] => body.errors.map(({ path }: Body) => path);
