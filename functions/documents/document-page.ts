import { columnsOf, type PrintedDocument, type PrintedFact, type PrintedParty } from '../../shared/domain/printed.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { clientPage, html, logoImage, type Html, type Shown } from '../../shared/runtime/page.ts';

// The frame of the pages on which clients see an invoice or a quote: the same document as on paper, and what can be done with it.

/** What a page says and offers besides the document itself. */
export interface PageParts {
  /** What has happened, or how it stands, above everything else. */
  readonly message: Shown;
  /** What the table is of, for those who don't see it. */
  readonly caption: string;
  /** How many lines stand in the PDF only. */
  readonly linesLeft?: number;
  /** What can be done. */
  readonly actions: Shown;
  /** What stands below the sheet. */
  readonly footer: string;
  /** Origins where a form of the page may end up besides here. */
  readonly formsTo?: readonly string[];
}

/** A document as a page. Nothing on it changes anything but a form that somebody sends. */
export const documentPage = (document: PrintedDocument, parts: PageParts): Reply =>
  clientPage({
    title: `${document.title} ${document.number} · ${document.supplier.name}`,
    lang: 'en',
    ...(parts.formsTo ? { formsTo: parts.formsTo } : {}),
    body: html`<main class="sheet">
${head(document)}
${parts.message}
${facts(document)}
<section class="parties">
<div><h2>From</h2>${party(document.supplier)}</div>
<div><h2>${document.clientLabel}</h2>${party(document.client)}</div>
</section>
${table(document, parts)}
<dl class="sums">${document.sums.map(pair)}</dl>
${notes(document)}
${parts.actions}
</main>
<footer>${parts.footer}</footer>`,
  });

/** A message with a heading of its own. */
export const told = (look: 'good' | 'bad' | 'plain', title: Shown, ...more: readonly Shown[]): Html =>
  html`<div class="told ${look}" role="status"><strong>${title}</strong>${more.map((text) => html`<p>${text}</p>`)}</div>`;

const head = ({ title, number, subject, supplier, logo, state }: PrintedDocument): Html => html`<header class="head">
<div>${logo && logoImage(logo)}<p class="from"><bdi>${supplier.name}</bdi></p>
<h1>${title} <bdi>${number}</bdi></h1>
${subject !== '' && html`<p class="title"><bdi>${subject}</bdi></p>`}</div>
${state && html`<p class="state ${state.tone}">${state.text}</p>`}
</header>`;

const pair = ({ label, value }: PrintedFact): Html => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;

const facts = ({ facts: known, sums }: PrintedDocument): Html =>
  html`<dl class="facts">${[...known, ...sums.slice(-1)].map(pair)}</dl>`;

/** A party reads from the side on which its name begins. */
const party = ({ name, details }: PrintedParty): Html =>
  html`<div dir="auto"><p><strong>${name}</strong></p>${details.map((detail) => html`<p class="soft"><bdi>${detail}</bdi></p>`)}</div>`;

const table = (document: PrintedDocument, { caption, linesLeft = 0 }: PageParts): Html => {
  const columns = columnsOf(document);
  return html`<table class="lines">
<caption>${caption}</caption>
<thead><tr><th scope="col">Description</th>${columns.map(({ heading }) => html`<th scope="col" class="number">${heading}</th>`)}</tr></thead>
<tbody>${document.lines.map(
    (line) =>
      html`<tr><td class="said" dir="auto">${line.description}${line.detail !== '' && html`<small><bdi>${line.detail}</bdi></small>`}</td>${columns.map(({ heading, says }) => html`<td class="number" data-label="${heading}">${says(line)}</td>`)}</tr>
`,
  )}</tbody>
</table>
${linesLeft > 0 && html`<p class="soft">And ${linesLeft} more in the PDF.</p>`}`;
};

const notes = ({ remarks, notes: said }: PrintedDocument): Html[] =>
  [...remarks, said].filter((text) => text !== '').map((text) => html`<div class="notes" dir="auto">${text}</div>`);
