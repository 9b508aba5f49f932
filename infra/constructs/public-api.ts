import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpRouteIntegration, IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Capability, Route } from '../../shared/api/route.ts';
import type { Reach } from './needs.ts';
import { logRetention } from './product-function.ts';
import { whyPublic } from './public-routes.ts';

// The route's pattern instead of the path, and no query: both may carry tokens.
const accessLogFields = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  functionLatencyMs: '$context.integrationLatency',
  functionError: '$context.integrationErrorMessage',
  signInError: '$context.authorizer.error',
  member: '$context.authorizer.claims.member',
  from: '$context.identity.sourceIp',
  bytes: '$context.responseLength',
};

// For the whole stage of one product; a single member's requests are counted in the table.
const requestsPerSecond = 200;
const requestsInBurst = 400;

/** The HTTP API with its stage: CORS for the console's origins, access logs, throttling. Routes are added one by one. */
export class PublicApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { stage, key }: Pick<Reach, 'stage' | 'key'>) {
    super(scope, id);
    this.api = new HttpApi(this, 'HttpApi', {
      apiName: `FinOps-${stage.name}`,
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [...new Set(stage.appUrls.map((url) => new URL(url).origin))],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.PATCH, CorsHttpMethod.DELETE],
        allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
        exposeHeaders: ['etag', 'location', 'retry-after'],
        maxAge: Duration.hours(1),
      },
    });
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: logRetention,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: requestsInBurst },
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
  }

  /** Puts every route in front of its capability's function; those that aren't public ask for a token first. */
  addRoutes(
    routes: readonly Route[],
    rooms: Readonly<Record<Capability, HttpRouteIntegration>>,
    signIn: IHttpRouteAuthorizer,
  ): void {
    const nobody = new HttpNoneAuthorizer();
    for (const route of routes) {
      const isPublic = route.access === 'public';
      const made = this.api.addRoutes({
        path: route.path,
        methods: [HttpMethod[route.method]],
        integration: rooms[route.capability],
        authorizer: isPublic ? nobody : signIn,
      });
      if (!isPublic) continue;
      for (const one of made) Validations.of(one).acknowledge({ id: 'AwsSolutions-APIG4', reason: whyPublic(route) });
    }
  }
}
