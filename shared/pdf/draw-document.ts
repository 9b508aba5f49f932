import type { Picture, PrintedDocument, PrintedFact, PrintedParty } from '../domain/printed.ts';
import type { ReadFace } from './fonts.ts';
import { drawTable } from './draw-table.ts';
import { accent, ink, openSheet, rule, soft, tint, tones, type Box, type Sheet } from './sheet.ts';

const body = 9;
const small = 7.5;

/** A document as the bytes of a PDF file. The same document is always the same bytes. */
export const drawDocument = async (document: PrintedDocument, readFace: ReadFace): Promise<Uint8Array> => {
  const sheet = openSheet(
    {
      title: `${document.title} ${document.number}`.trim(),
      author: document.supplier.name,
      createdAt: new Date(`${document.date}T00:00:00.000Z`),
      paper: document.paper,
      wholeText: JSON.stringify({ ...document, logo: undefined }),
    },
    readFace,
  );
  let y = drawHead(sheet, document);
  y = drawParties(sheet, document, y + 22);
  y = drawTable(sheet, document, drawSubject(sheet, document, y + 20) + 4);
  y = drawSums(sheet, document.sums, y + 10);
  y = drawTexts(sheet, document, y + 18);
  drawLink(sheet, document, y + 8);
  drawFooters(sheet, document);
  return sheet.finish();
};

/** Leaves the page where a block would not fit as a whole. */
const roomFor = (sheet: Sheet, y: number, height: number): number => {
  if (y + height <= sheet.bottom) return y;
  sheet.newPage();
  return sheet.top;
};

/** The supplier with their picture on the left, what it is on the right. */
const drawHead = (sheet: Sheet, { supplier, logo, title, number, state }: PrintedDocument): number => {
  const half = sheet.width * 0.52;
  const y = logo === undefined ? sheet.top : drawLogo(sheet, logo) + 12;
  const leftEnd = drawParty(sheet, supplier, { x: sheet.left, y, width: half }, { name: 13, details: 8.5 });
  const right = { x: sheet.left + half + 16, y: sheet.top - 6, width: sheet.width - half - 16 };
  const heading = sheet.lines(title, right.width, { size: 22, bold: true });
  let rightEnd = sheet.draw(heading, right, { size: 22, bold: true, align: 'right' });
  const numbered = number === '' ? [] : sheet.lines(number, right.width, { size: 11, bold: false });
  rightEnd = sheet.draw(numbered, { ...right, y: rightEnd }, { size: 11, bold: false, color: soft, align: 'right' });
  if (state) {
    const text = sheet.lines(state.text, right.width, { size: body, bold: true });
    rightEnd = sheet.draw(
      text,
      { ...right, y: rightEnd + 3 },
      { size: body, bold: true, color: tones[state.tone], align: 'right' },
    );
  }
  return Math.max(leftEnd, rightEnd);
};

const logoRoom = { width: 200, height: 56 };

/** As large as its room allows; a small picture isn't blown up. Returns where it ends. */
const drawLogo = (sheet: Sheet, { width, height, bytes }: Picture): number => {
  const scale = Math.min(1, logoRoom.width / width, logoRoom.height / height);
  sheet.picture({ x: sheet.left, y: sheet.top, width: width * scale, height: height * scale }, bytes);
  return sheet.top + height * scale;
};

/** Whom it is for, beside the dates and the sum that counts. */
const drawParties = (sheet: Sheet, { clientLabel, client, facts, sums }: PrintedDocument, top: number): number => {
  const half = sheet.width * 0.52;
  const shown = [...facts, ...sums.slice(-1)];
  sheet.line(top, sheet.left, sheet.right, rule);
  const y = top + 14;
  const left = { x: sheet.left, y, width: half };
  const label = sheet.draw(sheet.lines(clientLabel, half, { size: small, bold: true }), left, {
    size: small,
    bold: true,
    color: soft,
  });
  const leftEnd = drawParty(sheet, client, { ...left, y: label + 1 }, { name: 10.5, details: body });
  let rightEnd = y;
  for (const [place, { label, value }] of shown.entries()) {
    const bold = place === shown.length - 1;
    const box = { x: sheet.left + half + 16, y: rightEnd, width: sheet.width - half - 16 };
    const valueLines = sheet.lines(value, box.width * 0.62, { size: body, bold });
    sheet.draw(sheet.lines(label, box.width * 0.38, { size: body, bold }), box, { size: body, bold, color: bold ? ink : soft });
    rightEnd =
      sheet.draw(
        valueLines,
        { ...box, x: box.x + box.width * 0.38, width: box.width * 0.62 },
        { size: body, bold, align: 'right' },
      ) + 3;
  }
  return Math.max(leftEnd, rightEnd);
};

/** What it is about, above the table. */
const drawSubject = (sheet: Sheet, { subject }: PrintedDocument, y: number): number => {
  if (subject === '') return y;
  const lines = sheet.lines(subject, sheet.width, { size: 11, bold: true });
  return sheet.draw(lines, { x: sheet.left, y, width: sheet.width }, { size: 11, bold: true }) + 8;
};

/** A name with its details below it, all of them on the side on which the name begins. */
const drawParty = (sheet: Sheet, party: PrintedParty, box: Box, sizes: { name: number; details: number }): number => {
  const name = sheet.lines(party.name, box.width, { size: sizes.name, bold: true });
  const align = name[0]?.isRightToLeft === true ? 'right' : 'left';
  let y = sheet.draw(name, box, { size: sizes.name, bold: true, align });
  for (const detail of party.details) {
    const lines = sheet.lines(detail, box.width, { size: sizes.details, bold: false });
    y = sheet.draw(lines, { ...box, y }, { size: sizes.details, bold: false, color: soft, align });
  }
  return y;
};

/** Sums on the right, the last of them large. They are never torn apart. */
const drawSums = (sheet: Sheet, sums: readonly PrintedFact[], top: number): number => {
  const styleOf = (place: number) => ({ size: place === sums.length - 1 ? 12 : body, bold: place === sums.length - 1 });
  const widest = (say: (sum: PrintedFact) => string): number =>
    Math.max(0, ...sums.flatMap((sum, place) => sheet.lines(say(sum), sheet.width, styleOf(place)).map((one) => one.width)));
  // A figure is never broken, neither as a sum nor behind the name of a tax.
  const values = Math.max(sheet.width * 0.25, Math.ceil(widest(({ value }) => value)) + 1);
  const labels = Math.min(190, Math.ceil(widest(({ label }) => label)) + 9);
  const width = Math.min(sheet.width, Math.max(sheet.width * 0.5, values + labels));
  const x = sheet.right - width;
  const rows = sums.map((sum, place) => {
    const isLast = place === sums.length - 1;
    const style = styleOf(place);
    const value = sheet.lines(sum.value, values, style);
    const label = sheet.lines(sum.label, width - values - 8, style);
    const height = Math.max(value.length, label.length) * sheet.lineHeight(style.size) + (isLast ? 14 : 3);
    return { isLast, style, value, label, height };
  });
  let y = roomFor(
    sheet,
    top,
    rows.reduce((sum, { height }) => sum + height, 0),
  );
  for (const { isLast, style, value, label, height } of rows) {
    if (isLast) sheet.line(y + 4, x, sheet.right, ink, 1);
    const at = y + (isLast ? 9 : 0);
    sheet.draw(label, { x, y: at, width: width - values - 8 }, { ...style, color: isLast ? ink : soft });
    sheet.draw(value, { x: sheet.right - values, y: at, width: values }, { ...style, align: 'right' });
    y += height;
  }
  return y;
};

/** Remarks about tax, and what the supplier wants to say. Long notes run over to the next page. */
const drawTexts = (sheet: Sheet, { remarks, notes }: PrintedDocument, top: number): number => {
  const texts = [...remarks, ...(notes === '' ? [] : [notes])];
  let y = top;
  for (const text of texts) {
    for (const line of sheet.lines(text, sheet.width, { size: body, bold: false })) {
      y = roomFor(sheet, y, sheet.lineHeight(body));
      y = sheet.draw([line], { x: sheet.left, y, width: sheet.width }, { size: body, bold: false });
    }
    y += 8;
  }
  return y;
};

/** Where to pay: a box that can be clicked, with the address written out for who reads it on paper. */
const drawLink = (sheet: Sheet, { link }: PrintedDocument, top: number): void => {
  if (!link) return;
  const inner = sheet.width - 28;
  const label = sheet.lines(link.label, inner, { size: 10, bold: true });
  const url = sheet.lines(link.url, inner, { size: small, bold: false });
  const height = label.length * sheet.lineHeight(10) + url.length * sheet.lineHeight(small) + 20;
  const y = roomFor(sheet, top, height);
  const box = { x: sheet.left, y, width: sheet.width };
  sheet.fill({ ...box, height }, tint);
  const end = sheet.draw(label, { x: box.x + 14, y: y + 9, width: inner }, { size: 10, bold: true, color: accent });
  sheet.draw(url, { x: box.x + 14, y: end, width: inner }, { size: small, bold: false, color: soft });
  sheet.link({ ...box, height }, link.url);
};

/** What, from whom and which page, below a rule on every page. Of a name that is longer than the line, as much as fits. */
const drawFooters = (sheet: Sheet, { supplier, title, number }: PrintedDocument): void => {
  const y = sheet.bottom + 18;
  const style = { size: small, bold: false };
  const said = sheet.lines(`${`${title} ${number}`.trim()}  ·  ${supplier.name}`, sheet.width - 90, style).slice(0, 1);
  for (let page = 0; page < sheet.pages; page += 1) {
    sheet.turnTo(page);
    sheet.line(y - 4, sheet.left, sheet.right, rule, 0.5);
    sheet.draw(said, { x: sheet.left, y, width: sheet.width - 90 }, { ...style, color: soft, align: 'left' });
    const count = sheet.lines(`Page ${page + 1} of ${sheet.pages}`, 90, style);
    sheet.draw(count, { x: sheet.right - 90, y, width: 90 }, { ...style, color: soft, align: 'right' });
  }
};
