import { refuseFields } from './refusal.ts';

/**
 * Where a browser is sent back to: the first allowed address, or the one asked for if it lies at or below an allowed one (same
 * origin, path begins with the same segments). Refuses (`validation`) every other, so that nobody is led astray by our links.
 */
export function returnUrl(allowed: readonly string[], asked?: string): string {
  const [first] = allowed;
  if (first === undefined) throw new Error('No address is allowed to send a browser back to');
  if (asked === undefined) return first;
  const url = URL.canParse(asked) ? new URL(asked) : undefined;
  if (url && allowed.some((address) => isWithin(url, new URL(address)))) return url.href;
  return refuseFields({ path: 'returnUrl', message: 'must be an address of the console' });
}

function isWithin(url: URL, home: URL): boolean {
  const folder = home.pathname.endsWith('/') ? home.pathname : `${home.pathname}/`;
  const isBelow = url.pathname === home.pathname || url.pathname.startsWith(folder);
  return url.origin === home.origin && url.username === '' && url.password === '' && isBelow;
}
