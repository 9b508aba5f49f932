import * as z from 'zod';

const changesSomething = (body: object): boolean => Object.keys(body).length > 0;

/** A body that changes some of these fields; one that changes none is a mistake. */
export const changes = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape).partial().refine(changesSomething, 'must change something');
