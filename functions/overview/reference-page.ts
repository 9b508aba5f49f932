import { openApi } from '../../shared/api/openapi.ts';
import type { Route } from '../../shared/api/route.ts';
import type { Reply } from '../../shared/domain/once.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const style = `
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 15%, transparent); }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h2 { margin-top: 2.5rem; text-transform: capitalize; border-bottom: 1px solid var(--line); }
  details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  summary { cursor: pointer; display: grid; grid-template-columns: 4.5rem minmax(0, 1fr) auto; gap: .5rem; align-items: baseline; }
  summary code { overflow-wrap: anywhere; } summary p { grid-column: 2 / -1; margin: 0; opacity: .75; }
  .method { font: 600 .8rem ui-monospace, monospace; } .access { font-size: .8rem; opacity: .75; }
  pre { overflow: auto; background: color-mix(in srgb, currentColor 6%, transparent); padding: .75rem; border-radius: .4rem; font-size: .85rem; }`;

/** The API for people to read: one page, made from the routes, without scripts. */
export const referencePage = (routes: readonly Route[], serverUrl: string): Reply => {
  const { paths } = openApi(routes, serverUrl) as { paths: Record<string, Record<string, Record<string, unknown>>> };
  const rooms = Map.groupBy(routes, ({ capability }) => capability);
  const shown = (route: Route): string => {
    const operation = paths[route.path]?.[route.method.toLowerCase()] ?? {};
    const { parameters, requestBody, responses } = operation;
    const detail = escaped(JSON.stringify({ parameters, requestBody, responses }, null, 2));
    return `<details id="${route.id}"><summary><span class="method">${route.method}</span><code>${escaped(route.path)}</code><span class="access">${route.access}</span><p>${escaped(route.summary)}</p></summary><pre>${detail}</pre></details>`;
  };
  const sections = [...rooms].map(([room, own]) => `<section><h2>${room}</h2>${own.map(shown).join('\n')}</section>`).join('\n');
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>API reference</title><style>${style}</style></head>
<body><h1>API reference</h1><p>Also as <a href="/v1/openapi.json">OpenAPI 3.1</a>. Sign in with a bearer token; errors are <code>application/problem+json</code>; lists go on with <code>nextCursor</code>; money is a whole number of minor units.</p>${sections}</body></html>`;
  return {
    status: 200,
    body: html,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'x-content-type-options': 'nosniff',
    },
  };
};
