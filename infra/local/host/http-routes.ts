/** A route of the HTTP API, with what it is bound to. */
export type HttpRoute<Target> = { routeKey: string; target: Target };

/** The route that a request takes, and its path parameters (decoded). */
export type RouteMatch<Target> = { route: HttpRoute<Target>; parameters: Record<string, string> };

/**
 * Makes the router of an HTTP API. Of the routes that fit, the one with a literal segment in the first place where
 * they differ wins, before `{name}`, before `{name+}`; a named method wins over `ANY`; `$default` comes last.
 */
export const createRouter = <Target>(routes: HttpRoute<Target>[]) => {
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  const ranked = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map((route) => {
      const [method = '', path = ''] = route.routeKey.split(' ');
      return { route, method, segments: segmentsOf(path) };
    })
    .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));

  return (method: string, path: string): RouteMatch<Target> | undefined => {
    const given = segmentsOf(path);
    for (const { route, method: wanted, segments } of ranked) {
      if (wanted !== 'ANY' && wanted !== method) continue;
      const parameters = match(segments, given);
      if (parameters !== undefined) return { route, parameters };
    }
    return fallback === undefined ? undefined : { route: fallback, parameters: {} };
  };
};

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

const kindOf = (segment: string): string => (/^\{.*\+\}$/.test(segment) ? '2' : /^\{.*\}$/.test(segment) ? '1' : '0');

const rank = ({ method, segments }: { method: string; segments: string[] }): string =>
  segments.map(kindOf).join('') + (method === 'ANY' ? '~' : '');

const match = (pattern: string[], given: string[]): Record<string, string> | undefined => {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const value = given[index];
    if (value === undefined) return undefined;
    const name = /^\{(.*?)\+?\}$/.exec(segment)?.[1];
    if (name === undefined) {
      if (segment !== value) return undefined;
    } else if (kindOf(segment) === '2') {
      parameters[name] = given.slice(index).join('/');
      return parameters;
    } else {
      if (value === '') return undefined;
      parameters[name] = value;
    }
  }
  return pattern.length === given.length ? parameters : undefined;
};
