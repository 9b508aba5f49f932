// Makes the first workspace of a stage and its admin, for the engineer who has just deployed it.
import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CommandError, runCommand, stackOutput } from './stack-outputs.ts';

/** What the function that makes workspaces is given. */
export interface NewWorkspace {
  readonly name: string;
  /** ISO 3166-1, two letters. */
  readonly country: string;
  /** IANA name. */
  readonly zone: string;
  /** ISO 4217, three letters. */
  readonly currency: string;
  readonly adminEmail: string;
  readonly adminName: string;
  /** To go on with a workspace whose making broke off. */
  readonly workspaceId?: string;
}

const usage = `Usage: npm run workspace:create -- --stage <stage> --name <name> --country <GB> --zone <Europe/London>
         --currency <GBP> --admin-email <address> --admin-name <name> [--workspace-id <ws_…>]`;

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const option = { type: 'string' } as const;

/**
 * Reads the command line.
 * @throws CommandError that names the first argument that is missing or malformed
 */
export const readArguments = (args: readonly string[]): { stage: string; workspace: NewWorkspace } => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stage: option,
      name: option,
      country: option,
      zone: option,
      currency: option,
      'admin-email': option,
      'admin-name': option,
      'workspace-id': option,
    },
  });
  const given = (key: keyof typeof values, form: (value: string) => boolean, example: string): string => {
    const value = values[key]?.trim();
    if (value === undefined || !form(value)) throw new CommandError(`--${key} must be ${example}\n${usage}`);
    return value;
  };
  const anyText = (value: string): boolean => value !== '';
  const workspace = {
    name: given('name', anyText, 'the name of the workspace'),
    country: given('country', (value) => /^[A-Z]{2}$/.test(value), 'a country such as GB'),
    zone: given('zone', isZone, 'a time zone such as Europe/London'),
    currency: given('currency', (value) => /^[A-Z]{3}$/.test(value), 'a currency such as GBP'),
    adminEmail: given('admin-email', (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value), 'an e-mail address'),
    adminName: given('admin-name', anyText, "the admin's name"),
  };
  const stage = given('stage', anyText, 'the stage that was deployed');
  if (values['workspace-id'] === undefined) return { stage, workspace };
  return {
    stage,
    workspace: { ...workspace, workspaceId: given('workspace-id', (value) => value.startsWith('ws_'), 'an id ws_…') },
  };
};

/**
 * Has the deployed function make the workspace.
 * @returns what the function answered
 * @throws CommandError with the function's own words when it refuses
 */
export const createWorkspace = async (
  { cloudFormation, lambda }: { cloudFormation: Pick<CloudFormationClient, 'send'>; lambda: Pick<LambdaClient, 'send'> },
  stage: string,
  workspace: NewWorkspace,
): Promise<unknown> => {
  const FunctionName = await stackOutput(cloudFormation, { stage, part: 'Api', name: 'CreateWorkspaceFunctionName' });
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(workspace) }));
  const answer: unknown = Payload === undefined || Payload.length === 0 ? null : JSON.parse(new TextDecoder().decode(Payload));
  if (FunctionError === undefined) return answer;
  const { errorMessage } = answer as { errorMessage?: string };
  throw new CommandError(`The workspace was not made: ${errorMessage ?? FunctionError}`);
};

if (import.meta.main) {
  await runCommand(async () => {
    const { stage, workspace } = readArguments(process.argv.slice(2));
    // One attempt: a call whose answer got lost may have made the workspace, and a second one would make another.
    const clients = { cloudFormation: new CloudFormationClient(), lambda: new LambdaClient({ maxAttempts: 1 }) };
    console.log(JSON.stringify(await createWorkspace(clients, stage, workspace), null, 2));
    console.log(`${workspace.adminEmail} gets an invitation with a first password, valid for seven days.`);
  });
}
