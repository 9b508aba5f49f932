import { expect, test } from '@jest/globals';
import { startLocalSystem } from '../../infra/local/system.ts';

test('the story that npm start tells holds, from the first timer to books that say the same', async () => {
  const told: string[] = [];
  const system = await startLocalSystem({ people: true, story: true, log: (line) => told.push(line) });
  await system.close();
  const chapters = told.filter((line) => /^\n? {2}\S/.test(line)).map((line) => line.trim());
  expect(chapters).toEqual(expect.arrayContaining(['Time', 'The invoice', 'Xero', 'Credit notes and a refund', 'The books']));
  expect(told.at(-1)).toContain('Both books were compared, document by document: they say the same.');
}, 600_000);
