import { columnsOf, type PrintedColumn, type PrintedDocument } from '../domain/printed.ts';
import { ink, rule, soft, type Align, type Box, type Sheet } from './sheet.ts';
import type { TextLine } from './text.ts';

const size = 9;
const small = 7.5;
const gap = 10;
const padding = 5;

interface Column extends PrintedColumn {
  readonly box: Box;
  readonly align: Align;
}

/** Columns as wide as their widest figure; the description has the rest. */
const placeColumns = (sheet: Sheet, document: PrintedDocument): { description: Column; figures: Column[] } => {
  const { lines } = document;
  const widthOf = (text: string, bold: boolean, textSize: number): number =>
    Math.max(0, ...sheet.lines(text, 400, { size: textSize, bold }).map(({ width }) => width));
  let right = sheet.right;
  const placed: Column[] = columnsOf(document)
    .reverse()
    .map(({ heading, says }) => {
      const texts = new Set(lines.map(says));
      const width =
        Math.ceil(Math.max(widthOf(heading, true, small), ...[...texts].map((text) => widthOf(text, false, size)))) + 1;
      right -= width + gap;
      return { heading, says, align: 'right', box: { x: right + gap, y: 0, width } };
    });
  const description: Column = {
    heading: 'Description',
    says: (line) => line.description,
    align: 'start',
    box: { x: sheet.left, y: 0, width: right - sheet.left },
  };
  return { description, figures: placed.reverse() };
};

/** Draws the lines from a top edge on; the heading stands again on every page. Returns where they end. */
export const drawTable = (sheet: Sheet, document: PrintedDocument, top: number): number => {
  const { description, figures } = placeColumns(sheet, document);
  let y = drawHeading(sheet, [description, ...figures], top);
  const turn = (): void => {
    sheet.newPage();
    y = drawHeading(sheet, [description, ...figures], sheet.top);
  };
  for (const line of document.lines) {
    const said = sheet.lines(line.description, description.box.width, { size, bold: false });
    const detail = line.detail === '' ? [] : sheet.lines(line.detail, description.box.width, { size: small, bold: false });
    const height = said.length * sheet.lineHeight(size) + detail.length * sheet.lineHeight(small) + 2 * padding;
    // A row that fits on a page stands on one page.
    if (y + Math.min(height, 3 * sheet.lineHeight(size) + 2 * padding) > sheet.bottom || overflows(sheet, y, height)) turn();
    for (const { says, box, align } of figures) {
      const text = sheet.lines(says(line), box.width + 1, { size, bold: false });
      sheet.draw(text, { ...box, y: y + padding }, { size, bold: false, align });
    }
    y = drawSaid(sheet, description.box, y + padding, said, { size, color: ink }, turn, () => y);
    y = drawSaid(sheet, description.box, y, detail, { size: small, color: soft }, turn, () => y) + padding;
    sheet.line(y, sheet.left, sheet.right, rule, 0.5);
  }
  return y;
};

const overflows = (sheet: Sheet, y: number, height: number): boolean =>
  y + height > sheet.bottom && height <= sheet.bottom - sheet.top - 40;

/** Line by line, since a single description may be longer than a page. */
const drawSaid = (
  sheet: Sheet,
  box: Box,
  top: number,
  lines: readonly TextLine[],
  look: { size: number; color: string },
  turn: () => void,
  topAfterTurn: () => number,
): number => {
  let y = top;
  for (const line of lines) {
    if (y + sheet.lineHeight(look.size) > sheet.bottom) {
      turn();
      y = topAfterTurn() + padding;
    }
    y = sheet.draw([line], { ...box, y }, { ...look, bold: false });
  }
  return y;
};

const drawHeading = (sheet: Sheet, columns: readonly Column[], top: number): number => {
  const height = sheet.lineHeight(small) + 8;
  for (const { heading, box, align } of columns) {
    const text = sheet.lines(heading, box.width + 1, { size: small, bold: true });
    sheet.draw(text, { ...box, y: top + 2 }, { size: small, bold: true, color: soft, align });
  }
  sheet.line(top + height, sheet.left, sheet.right, ink, 1);
  return top + height;
};
