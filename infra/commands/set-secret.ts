// Fills in an app's credentials without leaving them in the shell's history or in a file.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CommandError, runCommand, stackOutput } from './stack-outputs.ts';

/** An app's credentials: single values, and lists for keys that are accepted old beside new. */
export type Credentials = Readonly<Record<string, string | readonly string[]>>;

interface Form {
  readonly output: string;
  readonly fields: Readonly<Record<string, { readonly question: string; readonly list?: true }>>;
}

/** The forms, as the functions read them. */
export const forms: Readonly<Record<'xero' | 'stripe', Form>> = {
  xero: {
    output: 'XeroAppSecretArn',
    fields: {
      clientId: { question: 'Client id' },
      clientSecret: { question: 'Client secret' },
      webhookKeys: { question: 'Webhook keys, newest first', list: true },
    },
  },
  stripe: {
    output: 'StripeAppSecretArn',
    fields: {
      secretKey: { question: 'Secret key (sk_… or rk_…)' },
      webhookSecrets: { question: 'Webhook secrets (whsec_…) of both endpoints, during a change old and new', list: true },
    },
  },
};

/**
 * The credentials after an answer to each question; an empty answer keeps what is there.
 * @param answers by field; lists separated by commas
 * @throws CommandError for a field that the form doesn't have
 */
export const fillIn = (form: Form, current: Credentials, answers: Readonly<Record<string, string>>): Credentials => {
  const unknown = Object.keys(answers).find((name) => !(name in form.fields));
  if (unknown !== undefined)
    throw new CommandError(`There is no field ${unknown}; the fields are ${Object.keys(form.fields).join(', ')}`);
  return Object.fromEntries(
    Object.entries(form.fields).map(([name, { list }]) => {
      const answer = (answers[name] ?? '').trim();
      const parts = answer.split(',').flatMap((part) => part.trim() || []);
      const empty = list ? [] : '';
      return [name, answer === '' ? (current[name] ?? empty) : list ? parts : answer];
    }),
  );
};

/**
 * Answers from JSON: `{"field": "value"}`, lists as arrays or separated by commas.
 * @throws CommandError that never repeats what was given
 */
export const readAnswers = (json: string): Record<string, string> => {
  const broken = new CommandError('Expected a JSON object of strings and lists of strings on stdin');
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    // The parser's own message quotes the input, which is secret.
    throw broken;
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw broken;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]: [string, unknown]) => {
      const parts = Array.isArray(value) ? (value as unknown[]) : [value];
      if (!parts.every((part) => typeof part === 'string')) throw broken;
      return [name, parts.join(',')];
    }),
  );
};

/** Which fields are still empty. */
export const missing = (credentials: Credentials): string[] =>
  Object.entries(credentials).flatMap(([name, value]) => (value.length === 0 ? name : []));

/**
 * Stores an app's credentials as a new version of its secret.
 * @returns the fields that are still empty
 */
export const setSecret = async (
  {
    cloudFormation,
    secrets,
  }: { cloudFormation: Pick<CloudFormationClient, 'send'>; secrets: Pick<SecretsManagerClient, 'send'> },
  stage: string,
  form: Form,
  answers: Readonly<Record<string, string>>,
): Promise<string[]> => {
  const SecretId = await stackOutput(cloudFormation, { stage, part: 'Data', name: form.output });
  const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const credentials = fillIn(form, JSON.parse(SecretString) as Credentials, answers);
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(credentials) }));
  return missing(credentials);
};

/** Asks at the terminal; what is typed or pasted is not shown. */
const ask = async (form: Form): Promise<Record<string, string>> => {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  terminal.on('SIGINT', () => process.exit(130));
  const answers: Record<string, string> = {};
  for (const [name, { question, list }] of Object.entries(form.fields)) {
    process.stderr.write(`${question}${list ? ', separated by commas' : ''} (not shown, empty keeps what is there): `);
    answers[name] = await terminal.question('');
    process.stderr.write('\n');
  }
  terminal.close();
  return answers;
};

if (import.meta.main) {
  await runCommand(async () => {
    const { values } = parseArgs({ options: { stage: { type: 'string' }, app: { type: 'string' } } });
    const { stage, app } = values;
    if (stage === undefined || (app !== 'xero' && app !== 'stripe')) {
      throw new CommandError(
        'Usage: npm run secret:set -- --stage <stage> --app <xero|stripe>   (asks, or reads {"field": "value"} from stdin)',
      );
    }
    const form = forms[app];
    const answers = process.stdin.isTTY ? await ask(form) : readAnswers(await text(process.stdin));
    const clients = { cloudFormation: new CloudFormationClient(), secrets: new SecretsManagerClient() };
    const empty = await setSecret(clients, stage, form, answers);
    console.log(empty.length === 0 ? 'Stored; nothing is missing.' : `Stored; still empty: ${empty.join(', ')}.`);
  });
}
