import { afterAll } from '@jest/globals';

/** What was opened serves all tests of a file, and is closed after the last of them. */
export const forAllTests = async <T extends { close(): Promise<unknown> }>(opening: Promise<T>): Promise<T> => {
  const opened = await opening;
  afterAll(() => opened.close());
  return opened;
};
