import { createHash } from 'node:crypto';
import type { Reply } from '../domain/once.ts';
import type { Picture } from '../domain/printed.ts';
import { pageStyle } from './page-style.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe for HTML, in elements and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

/** HTML that is safe as it stands. Only `html` makes it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a place of the template; nothing shows for `undefined`, `null` and `false`. */
export type Shown = Html | string | number | undefined | null | false | readonly Shown[];

const safe = (value: Shown): string => {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return (value as readonly Shown[]).map(safe).join('');
  return value === undefined || value === null || value === false ? '' : escapeHtml(String(value));
};

/** Template for HTML: everything put in is escaped unless it is Html itself, and lists are joined. Attributes stand in quotes. */
export const html = (parts: TemplateStringsArray, ...values: readonly Shown[]): Html =>
  new Html(parts.map((part, index) => part + safe(values[index])).join(''));

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** What keeps a page that only its link protects to itself: no scripts, no frames, no caches, and its address is told to nobody. */
const headers = (formsTo: readonly string[]): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    // Pictures stand in the page itself: nothing is fetched that could tell somebody of it.
    'img-src data:',
    `form-action ${["'self'", ...formsTo].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
});

/** The supplier's picture within a page. It says nothing that the name below it doesn't. */
export const logoImage = ({ type, width, height, bytes }: Picture): Html =>
  html`<img class="logo" alt="" width="${width}" height="${height}" src="data:${type};base64,${Buffer.from(bytes).toString('base64')}">`;

export interface ClientPage {
  readonly title: string;
  /** The language of the page's own words, as HTML names it. */
  readonly lang: string;
  readonly body: Html;
  readonly status?: number;
  /** Origins where a form of the page may end up besides here, such as `https://checkout.stripe.com`; redirects count. */
  readonly formsTo?: readonly string[];
}

/** A page for a client: works without scripts, and carries the headers that keep its link secret. Classes: see `pageStyle`. */
export const clientPage = ({ title, lang, body, status = 200, formsTo = [] }: ClientPage): Reply => ({
  status,
  headers: headers(formsTo),
  body: html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
${body}
</body>
</html>
`.text,
});
