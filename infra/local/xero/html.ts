/** The look of the sandbox's pages. */
import type { Reply } from './api-call.ts';

export const escapeHtml = (text: string | number | undefined): string =>
  String(text ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1c2733, #e7edf3); --soft: light-dark(#5b6b7a, #9fb0c0); --line: light-dark(#dde4ea, #33414e); --card: light-dark(#fff, #1b242d); --ground: light-dark(#f3f6f9, #12181e); --accent: #0b7bb5; }
* { box-sizing: border-box; } body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 2rem auto; padding: 0 1rem; } h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; } small, .soft { color: var(--soft); }
form.inline { display: inline-flex; gap: .3rem; align-items: center; margin: .1rem .4rem .1rem 0; } fieldset { border: 1px solid var(--line); border-radius: 8px; background: var(--card); padding: .6rem 1rem; } fieldset label { display: block; padding: .3rem 0; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: 8px; } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--soft); font-weight: 600; font-size: .85rem; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
button { font: inherit; border: 0; border-radius: 6px; padding: .3rem .8rem; background: var(--accent); color: #fff; cursor: pointer; } button.quiet { background: transparent; color: var(--accent); outline: 1px solid var(--line); } input, select { font: inherit; padding: .2rem .4rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); color: inherit; max-width: 100%; } a { color: var(--accent); } .scroll { overflow-x: auto; } .note { background: var(--card); border-left: 3px solid var(--accent); padding: .5rem 1rem; }`;

export const layout = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)} · Xero sandbox</title><style>${style}</style></head><body><main>${content}</main></body></html>`;

export const htmlReply = (status: number, html: string): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body: html,
});
