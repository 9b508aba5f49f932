import { beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../shared/api/routes.ts';
import { functionNamed, ofType, refersTo, synthesise } from './synthesised.ts';
import type { Resource } from './synthesis.ts';

let resources: readonly Resource[];
const only = (type: string): Resource[] => ofType(resources, type);

beforeAll(() => {
  resources = synthesise();
});

describe('the API', () => {
  const deployed = () => only('AWS::ApiGatewayV2::Route');

  test('has every route of the table and no other', () => {
    expect(
      deployed()
        .map(({ Properties }) => Properties['RouteKey'])
        .sort(),
    ).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  test('asks for a token on every route that is not public, and on those only', () => {
    const authorizer = only('AWS::ApiGatewayV2::Authorizer')[0]!;
    for (const { Properties } of deployed()) {
      const route = routes.find(({ method, path }) => `${method} ${path}` === Properties['RouteKey']);
      if (route?.access === 'public') expect(Properties).toMatchObject({ AuthorizationType: 'NONE' });
      else expect(Properties).toMatchObject({ AuthorizationType: 'JWT', AuthorizerId: { Ref: authorizer.id } });
    }
  });

  test('is public exactly where these say so', () => {
    const open = deployed().filter(({ Properties }) => Properties['AuthorizationType'] === 'NONE');
    expect(open.map(({ Properties }) => Properties['RouteKey']).sort()).toEqual([
      'GET /docs',
      'GET /i/{token}',
      'GET /i/{token}/pdf',
      'GET /paid/{id}',
      'GET /q/{token}',
      'GET /q/{token}/pdf',
      'GET /v1/openapi.json',
      'GET /v1/public/invoices/{token}',
      'GET /v1/public/quotes/{token}',
      'GET /v1/xero/callback',
      'POST /i/{token}/pay',
      'POST /q/{token}/accept',
      'POST /q/{token}/decline',
      'POST /v1/public/quotes/{token}/accept',
      'POST /v1/public/quotes/{token}/decline',
      'POST /v1/webhooks/stripe',
      'POST /v1/webhooks/xero',
    ]);
  });

  test('judges tokens by the user pool and its one client', () => {
    const [authorizer, ...others] = only('AWS::ApiGatewayV2::Authorizer');
    expect(others).toEqual([]);
    expect(authorizer!.Properties).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: expect.anything(), Audience: [expect.anything()] },
    });
    expect(JSON.stringify(authorizer!.Properties['JwtConfiguration'])).toContain('ProviderURL');
  });

  test('leads each route to the function of its capability', () => {
    for (const { Properties } of deployed()) {
      const route = routes.find(({ method, path }) => `${method} ${path}` === Properties['RouteKey'])!;
      const integration = only('AWS::ApiGatewayV2::Integration').find(({ id }) => refersTo(Properties['Target'], id));
      expect(refersTo(integration?.Properties['IntegrationUri'], functionNamed(resources, route.capability).id)).toBe(true);
      expect(integration?.Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
    }
  });

  test('writes access logs without paths, queries or headers, and holds back floods', () => {
    const [stage, ...others] = only('AWS::ApiGatewayV2::Stage');
    expect(others).toEqual([]);
    expect(stage!.Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
    });
    const { Format } = stage!.Properties['AccessLogSettings'] as { Format: string };
    expect(Object.values(JSON.parse(Format) as object).sort()).toEqual([
      '$context.authorizer.claims.member',
      '$context.authorizer.error',
      '$context.identity.sourceIp',
      '$context.integrationErrorMessage',
      '$context.integrationLatency',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
  });
});

describe('sign-in', () => {
  test('is by invitation, with long passwords and an offered second factor, and can write claims', () => {
    expect(only('AWS::Cognito::UserPool')[0]!.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      DeletionProtection: 'ACTIVE',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      MfaConfiguration: 'OPTIONAL',
      UserPoolTier: 'ESSENTIALS',
      LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: 'V2_0' } },
      Policies: { PasswordPolicy: { MinimumLength: 12 } },
    });
  });

  test('gives tokens for ten minutes that can be taken back, and does not tell who exists', () => {
    expect(only('AWS::Cognito::UserPoolClient')[0]!.Properties).toMatchObject({
      AccessTokenValidity: 10,
      TokenValidityUnits: { AccessToken: 'minutes' },
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
  });
});
