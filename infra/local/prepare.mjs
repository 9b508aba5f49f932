// Runs before `npm start` and `npm test`, on whatever Node npm itself runs on (20 or later): installs what is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const ownNode = join(root, 'node_modules/.bin/node');

const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
};

if (!existsSync(join(root, 'node_modules/.package-lock.json'))) {
  console.log('Installing the packages …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

// The project runs on Node 24, which comes as a package; npm puts node_modules/.bin first for its scripts.
if (!existsSync(ownNode) && Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`There is no Node 24 package for ${process.platform}-${process.arch}: install Node 24 and start again.`);
  process.exit(1);
}
