import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { openTable, type Table } from '../../shared/store/table.ts';
import { startLocalSystem, type LocalSystem, type LocalSystemOptions } from '../../infra/local/system.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
export type Body = any;

/** A request as anybody could send it. `route` is a line of the API, e.g. `PATCH /v1/time-entries/{id}`. */
export interface Request {
  readonly route: string;
  /** A bearer token; absent: nobody is signed in. */
  readonly token?: string | undefined;
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  /** Sent as it is instead of `body`. */
  readonly rawBody?: string | Uint8Array | undefined;
  /** Beside the usual ones, or instead of them; undefined leaves a usual one out. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What came back; `body` is parsed JSON, `text` what it was parsed from. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** An item of the table, by its own names. */
export type StoredItem = Readonly<Record<string, unknown>>;

/** The whole product on this machine, with those who use it. */
export interface RunningSystem {
  readonly system: LocalSystem;
  readonly url: string;
  /** Access tokens: three people of one workspace, an expert beside them, and the admin of another workspace. */
  readonly tokens: Readonly<Record<'admin' | 'finance' | 'expert' | 'colleague' | 'stranger', string>>;
  /** Sends a request; a POST carries a fresh Idempotency-Key and a change names any version, unless told otherwise. */
  send(request: Request): Promise<Answer>;
  /**
   * Everything that the table holds once nothing is under way, but for what goes by the clock or counts every try, whoever asks for
   * what: the way to Xero, mails, quotas. `now` doesn't wait.
   */
  stored(when?: 'now'): Promise<StoredItem[]>;
  /** The table itself: for what no request can make. */
  readonly table: Table;
  /** Lets time go by for everything but tokens. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

const byTheClock = /#XC#|#XERO-CONSENT|#MAIL|#LETTER|#QUOTA|#THROTTLE/;

/** Without the marks of the mail that tells of it. */
const withoutMail = ({ mailedFor: _mailedFor, duePk: _duePk, dueSk: _dueSk, ...item }: StoredItem): StoredItem => item;

const isLetterLeft = ({ pk, dueAt }: StoredItem): boolean => String(pk).includes('#LETTER') && typeof dueAt === 'string';

let keys = 0;

/** Starts the product in memory with the people of the demo, and nothing else in it. Takes seconds: once a file. */
export const startRunningSystem = async (options: LocalSystemOptions = {}): Promise<RunningSystem> => {
  const system = await startLocalSystem(options);
  const { api: url, xero, tokens } = system.endpoints;
  const { admin = '', finance = '', expert = '', expert2: colleague = '', otherWorkspaceAdmin: stranger = '' } = tokens;
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: system.host.engines.dynamodbUrl,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  return {
    table: openTable(client, system.host.tables[0] ?? '', async () => undefined),
    system,
    url,
    tokens: { admin, finance, expert, colleague, stranger },
    send: (request) => sendTo(url, request),
    stored: async (when) => {
      if (when === undefined) await system.host.settle();
      let items = await scan(client, system.host.tables[0] ?? '');
      if (when === undefined && items.some(isLetterLeft)) {
        // They leave by the minute of the clock on the wall, with a link each; what is left of them is left now.
        await system.invoke('documents-mail-letters', {});
        items = await scan(client, system.host.tables[0] ?? '');
      }
      return items.filter(({ pk, sk }) => sk !== 'XERO' && sk !== '!MANIFEST' && !byTheClock.test(String(pk))).map(withoutMail);
    },
    advance: async (seconds) => {
      await fetch(`${xero}/_sandbox/clock`, { method: 'POST', body: JSON.stringify({ advanceSeconds: seconds }) });
    },
    close: async () => {
      client.destroy();
      await system.close();
    },
  };
};

const sendTo = async (url: string, request: Request): Promise<Answer> => {
  const [method = 'GET', pattern = '/'] = request.route.split(' ');
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(request.params?.[name] ?? ''));
  const query = request.query ? `?${new URLSearchParams(request.query).toString()}` : '';
  const content = request.rawBody ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
  const usual = {
    authorization: request.token === undefined ? undefined : `Bearer ${request.token}`,
    'content-type': content === undefined ? undefined : 'application/json',
    'idempotency-key': method === 'POST' ? `running-system-${(keys += 1)}` : undefined,
    'if-match': method === 'PATCH' || method === 'DELETE' ? '*' : undefined,
  };
  const headers = Object.entries({ ...usual, ...request.headers }).filter(
    (header): header is [string, string] => header[1] !== undefined,
  );
  const answer = await fetch(`${url}${path}${query}`, {
    method,
    headers,
    redirect: 'manual',
    ...(content === undefined ? {} : { body: content as never }),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '') && text !== '';
  return { status: answer.status, headers: answer.headers, text, body: isJson ? (JSON.parse(text) as Body) : undefined };
};

const scan = async (client: DynamoDBDocumentClient, table: string): Promise<StoredItem[]> => {
  const items: StoredItem[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: after }));
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after);
  return items;
};
