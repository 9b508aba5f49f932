import { readFileSync } from 'node:fs';

// Short enough that whoever kills npm and looks again finds the ports free.
const lookEveryMs = 200;

/**
 * Calls `gone` once npm, or the shell between npm and this process, has ended. npm doesn't pass signals on to the
 * grandchild, and a kill -9 can't be passed on at all: without this the system would stay up with nobody to stop it.
 * Does nothing for a process that npm didn't start.
 */
export const watchParents = (gone: () => void): void => {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parents = [process.ppid];
  const shell = statOf(process.ppid);
  if (shell !== undefined && /^(ba|da|z)?sh$/.test(shell.name)) parents.push(shell.parent);
  const startedAt = parents.map((pid) => statOf(pid)?.startedAt);
  const timer = setInterval(() => {
    if (parents.every((pid, index) => statOf(pid)?.startedAt === startedAt[index])) return;
    clearInterval(timer);
    gone();
  }, lookEveryMs);
  timer.unref();
};

/** A process of this machine as /proc has it; undefined when it is gone. */
export const statOf = (pid: number): { name: string; parent: number; startedAt: string } | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may hold spaces; then come state, parent and, as 20th, the start.
    const end = stat.lastIndexOf(')');
    const fields = stat.slice(end + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return { name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(fields[1]), startedAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
};
