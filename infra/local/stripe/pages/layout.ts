import { createHash } from 'node:crypto';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe for HTML, in elements and quoted attributes. */
export const escapeHtml = (value: unknown): string =>
  String(value ?? '').replace(/[&<>"']/g, (character) => escapes[character] ?? '');

/** HTML that is already safe. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Template for HTML: everything put in is escaped, unless it is Html itself; lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly unknown[]): Html {
  const shown = values.map((value) =>
    [value]
      .flat()
      .map((one) => (one instanceof Html ? one.text : escapeHtml(one)))
      .join(''),
  );
  return new Html(parts.map((part, index) => part + (shown[index] ?? '')).join(''));
}

/** Minor units as people read them: 12050 gbp is £120.50. */
export function formatAmount(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency: currency.toUpperCase() });
  const decimals = wholeHundreds.has(currency) ? 2 : (format.resolvedOptions().maximumFractionDigits ?? 2);
  return format.format(amount / 10 ** decimals);
}

const wholeHundreds = new Set(['isk', 'ugx']);

/** A whole page. `wide` is for tables. */
export function page(title: string, body: Html, wide = false): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<p class="note">Stripe sandbox on this machine. No money moves.</p>
<main class="${wide ? 'wide' : 'card'}">${body.text}</main>
</body>
</html>`;
}

const style = `
:root { color-scheme: light dark; --text: #1a1f36; --soft: #5b6378; --line: #e3e8ee; --paper: #fff; --ground: #f6f8fa; --main: #4b45c6; --bad: #b3261e; --good: #0a6b3d; }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaf0; --soft: #a3acc2; --line: #333a4d; --paper: #1b2030; --ground: #12151f; --main: #8f8bff; --bad: #ff8a80; --good: #6fd8a0; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); }
.note { margin: 0; padding: .5rem 1rem; text-align: center; font-size: .85rem; color: var(--soft); border-bottom: 1px solid var(--line); }
main { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 2rem; margin: 2rem auto; }
main.card { max-width: 27rem; }
main.wide { max-width: 75rem; overflow-x: auto; }
h1 { font-size: 1.25rem; margin: 0 0 1rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
.amount { font-size: 2.25rem; font-weight: 650; margin: .25rem 0 1rem; }
.soft { color: var(--soft); }
.bad { color: var(--bad); }
.good { color: var(--good); }
form.stack { display: grid; gap: .75rem; margin-top: 1.5rem; }
form.inline { display: inline-flex; gap: .25rem; margin: 0 .25rem .25rem 0; }
button { font: inherit; padding: .65rem 1rem; border-radius: 8px; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer; }
button.main { background: #4b45c6; border-color: #4b45c6; color: #fff; font-weight: 600; }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
form.inline button { padding: .15rem .5rem; font-size: .85rem; }
form.inline input { width: 6rem; font: inherit; font-size: .85rem; border: 1px solid var(--line); border-radius: 8px; padding: .1rem .4rem; background: transparent; color: inherit; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font-size: .85em; overflow-wrap: anywhere; }
a { color: var(--main); }
`;

/** Lets the style above through a strict content security policy. */
export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
