import type { Node } from 'constructs';

/** What one stage of the product is made with; all of it comes from CDK context (`-c name=value`). */
export interface Stage {
  /** Part of every stack's name; `dev` by default. */
  readonly name: string;
  /** Where browsers may be sent back to, and the only origins that may call the API; the first is the default. */
  readonly appUrls: readonly string[];
  /** The API's public address without a trailing slash, where a domain of one's own stands in front of it. */
  readonly publicUrl: string | undefined;
  /** Who is told when an alarm goes off; nobody when absent. */
  readonly alarmEmail: string | undefined;
  /** As whom members are mailed, and the identity that is verified for it at SES; absent: no mail. */
  readonly mail: { readonly from: string; readonly identity: string } | undefined;
  readonly logLevel: string;
  /** A stage whose data may go with its stacks: no retention, no deletion protection. Never the default. */
  readonly disposable: boolean;
  /** The folder with one folder of bundled code per function. */
  readonly codeDirectory: string;
}

/** Where settings come from: the app's node. */
type Context = Pick<Node, 'tryGetContext'>;

const stageName = /^[a-z][a-z0-9-]{0,19}$/;
const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'];
const devAppUrl = 'http://localhost:5173';

const optionalText = (node: Context, key: string): string | undefined => {
  const value: unknown = node.tryGetContext(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const originOf = (url: string, key: string): string => {
  if (!URL.canParse(url)) throw new Error(`Context ${key}: ${url} is no address`);
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && hostname !== 'localhost') throw new Error(`Context ${key}: ${url} must start with https://`);
  return url.replace(/\/+$/, '');
};

const mailAddress = /^[^@\s<>"]+@([^@\s<>"]+\.[^@\s<>"]+)$/;

const readMail = (node: Context): Stage['mail'] => {
  const from = optionalText(node, 'mailFrom');
  const identity = optionalText(node, 'mailIdentity');
  if (from === undefined) {
    if (identity !== undefined) throw new Error('Context mailIdentity: it means nothing without mailFrom');
    return undefined;
  }
  const [, domain] = mailAddress.exec(from) ?? [];
  if (domain === undefined) throw new Error(`Context mailFrom: ${from} is no address such as notices@example.com`);
  if (identity !== undefined && identity !== from && domain !== identity && !domain.endsWith(`.${identity}`))
    throw new Error(`Context mailIdentity: ${identity} is neither ${from} nor a domain that it belongs to`);
  return { from, identity: identity ?? domain };
};

/**
 * Reads a stage's settings from context.
 * @param node the app's node
 * @param codeDirectory the folder with the bundled functions
 * @throws Error with the setting's name when one is missing or malformed
 */
export const readStage = (node: Context, codeDirectory: string): Stage => {
  const name = optionalText(node, 'stage') ?? 'dev';
  if (!stageName.test(name)) throw new Error(`Context stage: ${name} must be lower-case letters, digits and dashes, at most 20`);

  const given = optionalText(node, 'appUrls') ?? (name === 'dev' ? devAppUrl : undefined);
  if (given === undefined) {
    throw new Error(
      `Context appUrls: stage ${name} needs the addresses of its browser console (-c appUrls=https://app.example.com)`,
    );
  }
  const publicUrl = optionalText(node, 'publicUrl');
  const logLevel = optionalText(node, 'logLevel') ?? 'INFO';
  if (!logLevels.includes(logLevel)) throw new Error(`Context logLevel: ${logLevel} is none of ${logLevels.join(', ')}`);

  return {
    name,
    appUrls: given.split(',').map((url) => originOf(url.trim(), 'appUrls')),
    publicUrl: publicUrl === undefined ? undefined : originOf(publicUrl, 'publicUrl'),
    alarmEmail: optionalText(node, 'alarmEmail'),
    mail: readMail(node),
    logLevel,
    disposable: String(node.tryGetContext('disposable')) === 'true',
    codeDirectory,
  };
};
