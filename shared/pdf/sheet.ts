import PDFDocument from 'pdfkit';
import { facesFor, type FaceName, type Faces, type ReadFace } from './fonts.ts';
import { breakText, type TextLine, type TextStyle } from './text.ts';

export const ink = '#18212f';
export const soft = '#5b6677';
export const rule = '#d9dfe7';
export const tint = '#f4f6f9';
export const accent = '#1f5eac';
export const tones = { good: '#0b6b41', bad: '#a12622', plain: '#5b6677' } as const;

const margin = 48;
const footerHeight = 36;
/** From one line to the next, as a share of the size. Tall enough for the marks above and below Arabic and Devanagari. */
const leading = 1.42;
const descent = 0.36;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** `start` follows the direction of the text. */
export type Align = 'start' | 'left' | 'right';

/**
 * The paper that a document is drawn on: text, rules and boxes, in points from the top left corner. It knows nothing of documents.
 */
export interface Sheet {
  readonly left: number;
  readonly right: number;
  readonly width: number;
  readonly top: number;
  /** The lowest point that content may reach. */
  readonly bottom: number;
  lines(text: string, width: number, style: TextStyle): TextLine[];
  lineHeight(size: number): number;
  /** Draws lines from a top edge on and returns where they end. */
  draw(lines: readonly TextLine[], box: Box, look: TextStyle & { color?: string; align?: Align }): number;
  line(y: number, from: number, to: number, color?: string, thickness?: number): void;
  fill(box: Box & { height: number }, color: string): void;
  picture(box: Box & { height: number }, bytes: Uint8Array): void;
  link(box: Box & { height: number }, url: string): void;
  newPage(): void;
  readonly pages: number;
  turnTo(page: number): void;
  finish(): Promise<Uint8Array>;
}

/** Details of the file itself. */
export interface FileDetails {
  readonly title: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly paper: 'a4' | 'letter';
  /** All that will be written, so that the right faces are chosen. */
  readonly wholeText: string;
}

/** Opens an empty sheet. The same calls always make the same bytes. */
export const openSheet = (details: FileDetails, readFace: ReadFace): Sheet => {
  const pdf = new PDFDocument({
    size: details.paper === 'a4' ? 'A4' : 'LETTER',
    margin: 0,
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    // No face of the library's own: they know Latin only.
    font: null as unknown as string,
    info: { Title: details.title, Author: details.author, CreationDate: details.createdAt },
  });
  const bytes = collected(pdf);
  const faces = facesFor(details.wholeText, readFace);
  const use = fontUser(pdf, readFace);
  const widths = new Map<string, number>();
  const measure = (text: string, face: FaceName, size: number): number => {
    const key = `${face} ${size} ${text}`;
    const known = widths.get(key);
    if (known !== undefined) return known;
    use(face);
    const width = pdf.fontSize(size).widthOfString(text, layoutOf(face));
    widths.set(key, width);
    return width;
  };
  const { width, height } = pdf.page;
  return {
    left: margin,
    right: width - margin,
    width: width - 2 * margin,
    top: margin,
    bottom: height - margin - footerHeight,
    lines: (text, within, style) => breakText(text, within, style, { faces, measure }),
    lineHeight: (size) => size * leading,
    draw: (lines, box, look) => drawLines(pdf, { faces, use }, lines, box, look),
    line: (y, from, to, color = rule, thickness = 0.75) =>
      void pdf.save().lineWidth(thickness).strokeColor(color).moveTo(from, y).lineTo(to, y).stroke().restore(),
    fill: (box, color) => void pdf.save().roundedRect(box.x, box.y, box.width, box.height, 4).fill(color).restore(),
    picture: ({ x, y, width: across, height: down }, bytes) =>
      void pdf.image(Buffer.from(bytes), x, y, { width: across, height: down }),
    link: (box, url) => void pdf.link(box.x, box.y, box.width, box.height, url),
    newPage: () => void pdf.addPage(),
    get pages() {
      return pdf.bufferedPageRange().count;
    },
    turnTo: (page) => void pdf.switchToPage(page),
    finish: () => {
      pdf.end();
      return bytes;
    },
  };
};

/**
 * Text that is written from left to right is laid out word by word, each word once a document. From right to left it has to be laid
 * out as a whole, since the words change places.
 */
const layoutOf = (face: FaceName): { features?: [] } =>
  face.startsWith('arabic') || face.startsWith('hebrew') ? { features: [] } : {};

const collected = (pdf: PDFKit.PDFDocument): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    pdf.on('data', (part: Uint8Array) => parts.push(part));
    pdf.on('end', () => resolve(Buffer.concat(parts)));
    pdf.on('error', reject);
  });

/** Sets a face, which is read when it is needed for the first time. */
const fontUser = (pdf: PDFKit.PDFDocument, readFace: ReadFace) => {
  const registered = new Set<FaceName>();
  return (face: FaceName): void => {
    if (!registered.has(face)) pdf.registerFont(face, Buffer.from(readFace(face)));
    registered.add(face);
    pdf.font(face);
  };
};

const drawLines = (
  pdf: PDFKit.PDFDocument,
  { faces, use }: { faces: Faces; use: (face: FaceName) => void },
  lines: readonly TextLine[],
  { x, y, width }: Box,
  { size, bold, color = ink, align = 'start' }: TextStyle & { color?: string; align?: Align },
): number => {
  const height = size * leading;
  for (const [place, line] of lines.entries()) {
    const toTheRight = align === 'right' || (align === 'start' && line.isRightToLeft);
    let at = toTheRight ? x + width - line.width : x;
    const baseline = y + (place + 1) * height - size * descent;
    for (const run of line.runs) {
      use(run.face);
      const thick = faces.isThickened(run.face, bold);
      if (thick) pdf.lineWidth(size / 30).strokeColor(color);
      pdf.fontSize(size).fillColor(color);
      pdf.text(run.text, at, baseline, {
        lineBreak: false,
        baseline: 'alphabetic',
        ...layoutOf(run.face),
        fill: true,
        stroke: thick,
      });
      at += run.width;
    }
  }
  return y + lines.length * height;
};
