import type { CorsConfiguration } from './cors.ts';
import { integrationTimeoutMs } from './http-api.ts';
import type { HttpApiDefinition, RouteTarget } from './http-api.ts';
import type { AuthorizerDefinition } from './jwt-authorizer.ts';
import type { FunctionPool } from './lambda-environments.ts';
import type { ResolvedResource } from './resolve.ts';
import { functionNameOf } from './targets.ts';

/**
 * Reads the template's one HTTP API: routes, integrations, authorizers, CORS. Throws on a second API and on what an
 * HTTP API may have but the host doesn't serve.
 */
export const apiDefinition = (
  resources: ResolvedResource[],
  poolNamed: (name: string) => FunctionPool,
): Pick<HttpApiDefinition, 'id' | 'cors' | 'routes'> | undefined => {
  const ofType = (type: string) => resources.filter((resource) => resource.type === `AWS::ApiGatewayV2::${type}`);
  const [api, second] = ofType('Api');
  if (api === undefined) return undefined;
  if (second !== undefined) throw new Error(`The local host serves one HTTP API, not also ${second.logicalId}.`);
  if (api.properties['ProtocolType'] !== 'HTTP') throw new Error(`${api.logicalId} is no HTTP API.`);
  const byRef = (type: string) => new Map(ofType(type).map((resource) => [resource.identity.ref, resource]));
  const integrations = byRef('Integration');
  const authorizers = byRef('Authorizer');
  const routes = ofType('Route').map(({ logicalId, properties }) => {
    const integration = integrations.get(String(properties['Target']).replace('integrations/', ''));
    if (integration === undefined) throw new Error(`The route ${logicalId} has no integration.`);
    const authorizer = authorizers.get(String(properties['AuthorizerId']));
    const secured = properties['AuthorizationType'] === 'JWT';
    if (secured !== (authorizer !== undefined)) throw new Error(`The local host only knows JWT authorizers (${logicalId}).`);
    const target: RouteTarget = {
      ...integrationOf(integration, poolNamed),
      authorizer: authorizer === undefined ? undefined : authorizerOf(authorizer),
      scopes: (properties['AuthorizationScopes'] as string[] | undefined) ?? [],
    };
    return { routeKey: String(properties['RouteKey']), target };
  });
  return { id: api.identity.ref, cors: api.properties['CorsConfiguration'] as CorsConfiguration | undefined, routes };
};

const integrationOf = (
  { logicalId, properties }: ResolvedResource,
  poolNamed: (name: string) => FunctionPool,
): Pick<RouteTarget, 'pool' | 'timeoutMs'> => {
  if (properties['IntegrationType'] !== 'AWS_PROXY' || properties['PayloadFormatVersion'] !== '2.0') {
    throw new Error(`The local host only knows AWS_PROXY integrations with payload format 2.0 (${logicalId}).`);
  }
  const timeoutMs = Math.min(Number(properties['TimeoutInMillis'] ?? integrationTimeoutMs), integrationTimeoutMs);
  return { pool: poolNamed(functionNameOf(String(properties['IntegrationUri']))), timeoutMs };
};

const authorizerOf = ({ logicalId, properties }: ResolvedResource): AuthorizerDefinition => {
  const jwt = properties['JwtConfiguration'] as { Issuer?: string; Audience?: string[] } | undefined;
  if (properties['AuthorizerType'] !== 'JWT' || jwt?.Issuer === undefined) {
    throw new Error(`The local host only knows JWT authorizers (${logicalId}).`);
  }
  const [identitySource = '$request.header.Authorization'] = (properties['IdentitySource'] as string[] | undefined) ?? [];
  return { issuer: jwt.Issuer, audiences: jwt.Audience ?? [], identitySource };
};
