import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';

/** A mistake that the person at the keyboard can mend; shown without a stack trace. */
export class CommandError extends Error {}

/** The stacks of a stage, by what they hold. */
export type StackPart = 'Data' | 'Sync' | 'Api';

/**
 * One output of a deployed stack.
 * @throws CommandError when the stack isn't there or has no such output
 */
export const stackOutput = async (
  cloudFormation: Pick<CloudFormationClient, 'send'>,
  { stage, part, name }: { stage: string; part: StackPart; name: string },
): Promise<string> => {
  const StackName = `FinOps-${stage}-${part}`;
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName })).catch((error: unknown) => {
    // CloudFormation has no error of its own for this: a stack that isn't there is a ValidationError.
    if (error instanceof Error && error.name === 'ValidationError') return { Stacks: [] };
    throw error;
  });
  const value = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  if (value === undefined) {
    throw new CommandError(`${StackName} has no output ${name}. Is stage ${stage} deployed in this account and region?`);
  }
  return value;
};

/** Runs a command; its mistakes go to stderr in one line, and the exit code tells. */
export const runCommand = async (command: () => Promise<void>): Promise<void> => {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof CommandError) && !isArgumentError(error)) throw error;
    console.error((error as Error).message);
    process.exitCode = 1;
  }
};

const isArgumentError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
