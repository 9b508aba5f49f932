import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { freePort } from './free-port.ts';

/** The running DynamoDB engine. */
export type DynamoDbEngine = {
  /** Address without trailing slash. */
  url: string;
  /** Process that holds the data; undefined when the engine is somebody else's. */
  pid: number | undefined;
  close(): Promise<void>;
};

// The shell holds a pipe to this process. Whatever ends this process, even a kill -9, closes the pipe, ends the read
// and with it the engine; if the engine ends first, the shell passes its code on.
const watchdog = `
exec 3<&0
"$@" </dev/null 3<&- &
engine=$!
echo "engine $engine"
(
  while read -r line; do :; done
  kill "$engine"
  for tenth in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$engine" || exit; sleep 0.1; done
  kill -9 "$engine"
) <&3 2>/dev/null &
exec 3<&-
wait "$engine"
`;

/**
 * Starts DynamoDB's local engine on a free port of loopback, its data in `file` or in memory. With
 * `DYNAMODB_ENDPOINT` set no engine is started and that address is used. `onExit` hears of an engine that ended by
 * itself. Rejects when the engine doesn't start.
 */
export const startDynamoDb = async (options: {
  file: string | undefined;
  endpoint?: string | undefined;
  onExit: (message: string) => void;
}): Promise<DynamoDbEngine> => {
  if (options.endpoint !== undefined) {
    return { url: options.endpoint.replace(/\/$/, ''), pid: undefined, close: () => Promise.resolve() };
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await spawnEngine(await freePort(), options);
    } catch (error) {
      // Another process may have taken the port in between.
      if (attempt === 5) throw error;
    }
  }
};

const enginePath = (): string => {
  try {
    return createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
  } catch {
    throw new Error(
      'The DynamoDB engine is not installed for this machine: set DYNAMODB_ENDPOINT to a DynamoDB Local or LocalStack address.',
    );
  }
};

const spawnEngine = async (
  port: number,
  { file, onExit }: { file: string | undefined; onExit: (message: string) => void },
): Promise<DynamoDbEngine> => {
  const data = file === undefined ? [] : ['--db-path', file];
  const child = spawn('sh', ['-c', watchdog, 'dynamodb', enginePath(), '--port', String(port), ...data], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C reaches this process only, which then closes things in order.
    detached: true,
  });
  let closing = false;
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const pid = await ready(child, ended);
  void ended.then((code) => {
    child.stdin.destroy();
    if (!closing) onExit(`The DynamoDB engine ended with code ${code}.`);
  });
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref();
  return {
    url: `http://127.0.0.1:${port}`,
    pid,
    close: async () => {
      closing = true;
      child.ref();
      child.stdin.destroy();
      const timer = setTimeout(() => killQuietly(pid), 1_000);
      await ended;
      clearTimeout(timer);
    },
  };
};

const killQuietly = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
};

/** Resolves with the engine's process id once it says that it listens. */
const ready = (child: ChildProcess, ended: Promise<number | null>): Promise<number> =>
  new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const pid = /engine (\d+)/.exec(output)?.[1];
      if (pid !== undefined && /listening on/i.test(output)) resolve(Number(pid));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    void ended.then((code) => reject(new Error(`The DynamoDB engine ended with code ${code}: ${output.trim()}`)));
  });
