import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { functionSpec } from '../functions.ts';
import type { FunctionName } from '../functions.ts';
import { errorsAlarm } from './alarm.ts';
import type { AlarmContext } from './alarm.ts';
import type { Reach } from './needs.ts';
import { ProductFunction } from './product-function.ts';

/** HTTP APIs wait for an answer this long and no longer. */
const hangUpSeconds = 30;

/** One room of the API. */
export interface CapabilityFunctionProps {
  readonly name: FunctionName;
  readonly reach: Reach;
  readonly alarms: AlarmContext;
}

/** The function that answers every route of one capability, ready to be put behind the API. */
export class CapabilityFunction extends Construct {
  readonly answers: ProductFunction;
  readonly integration: HttpLambdaIntegration;

  constructor(scope: Construct, id: string, { name, reach, alarms }: CapabilityFunctionProps) {
    super(scope, id);
    const { timeoutSeconds } = functionSpec(name);
    if (timeoutSeconds >= hangUpSeconds)
      throw new Error(`${name} may run for ${timeoutSeconds} s, but API Gateway hangs up after ${hangUpSeconds} s`);
    this.answers = new ProductFunction(this, 'Function', { name, reach });
    this.integration = new HttpLambdaIntegration(`${id}Integration`, this.answers.lambda, {
      // One permission for the whole API: a permission per route would outgrow the 20 KB of a function's policy.
      scopePermissionToRoute: false,
    });
    errorsAlarm(this, alarms, this.answers.lambda);
  }
}
