import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccountRecovery, FeaturePlan, LambdaVersion, Mfa, UserPool, UserPoolOperation } from 'aws-cdk-lib/aws-cognito';
import type { UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Reach } from './needs.ts';
import { ProductFunction } from './product-function.ts';

/**
 * Who may sign in, and what their tokens say. Nobody signs up alone: members are invited. The function in front of
 * each token writes workspace, member and role into it.
 */
export class SignIn extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  readonly addClaims: ProductFunction;

  constructor(scope: Construct, id: string, reach: Reach) {
    super(scope, id);
    const { disposable } = reach.stage;
    this.pool = new UserPool(this, 'Users', {
      // Claims of an access token can be changed from this plan on (trigger version V2_0).
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      // A new address counts when it is confirmed, not when it is typed.
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(7),
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { sms: false, otp: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      userInvitation: {
        emailSubject: 'You are invited to keep time and invoices together',
        emailBody: 'Sign in as {username} with the password {####} within seven days. You choose your own password then.',
      },
      deletionProtection: !disposable,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    Validations.of(this.pool).acknowledge(
      {
        id: 'AwsSolutions-COG2',
        reason:
          'Each person decides about a second factor (authenticator app); the pool offers it and forces nobody into lock-out.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason:
          'The plus plan adds risk scoring at a price per person; invitation only, long passwords and ten-minute tokens stand instead.',
      },
    );

    this.addClaims = new ProductFunction(this, 'AddClaims', { name: 'workspace-add-claims', reach });
    this.pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, this.addClaims.lambda, LambdaVersion.V2_0);

    this.client = this.pool.addClient('Console', {
      generateSecret: false,
      disableOAuth: true,
      // The password itself never travels (SRP), except with an operator's own AWS rights: to check a fresh stage by hand.
      authFlows: { userSrp: true, adminUserPassword: true },
      // A removed member is out when the token ends.
      accessTokenValidity: Duration.minutes(10),
      idTokenValidity: Duration.minutes(10),
      refreshTokenValidity: Duration.days(30),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
  }
}
