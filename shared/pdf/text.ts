import makeBidi, { type Bidi } from 'bidi-js';
import type { Faces, FaceName } from './fonts.ts';

// Its types say CommonJS, what runs is an ES module.
const bidi = (makeBidi as unknown as () => Bidi)();

/** A stretch of text in one face and one direction, as it is written, with its width in points. */
export interface Run {
  readonly text: string;
  readonly face: FaceName;
  readonly width: number;
}

/** One line, its runs from left to right. A line of a right-to-left paragraph begins on the right. */
export interface TextLine {
  readonly runs: readonly Run[];
  readonly width: number;
  readonly isRightToLeft: boolean;
}

export interface TextStyle {
  readonly size: number;
  readonly bold: boolean;
}

export type MeasureText = (text: string, face: FaceName, size: number) => number;

interface Paragraph {
  readonly text: string;
  readonly levels: Uint8Array;
  readonly faces: readonly FaceName[];
  readonly mirrored: ReadonlyMap<number, string>;
  readonly isRightToLeft: boolean;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Control characters and marks of direction that people paste along; line breaks and tabs stay. */
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2060\ufeff\ufffe\uffff]|[\u202a-\u202e\u2066-\u2069]/g;

/** Breaks a text into lines no wider than `width`. Words that are wider are broken; what is said is never cut off. */
export const breakText = (
  text: string,
  width: number,
  { size, bold }: TextStyle,
  tools: { readonly faces: Faces; readonly measure: MeasureText },
): TextLine[] =>
  text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '    ')
    .replace(unseen, '')
    .split('\n')
    .flatMap((part) => {
      const paragraph = read(part, bold, tools.faces);
      const measure = (start: number, end: number): number =>
        runsOf(paragraph, start, end).reduce((sum, { text: run, face }) => sum + tools.measure(run, face, size), 0);
      return rangesOf(paragraph, width, measure).map(([start, end]) => {
        const runs = inOrder(runsOf(paragraph, start, end)).map((run) => ({
          text: run.text,
          face: run.face,
          width: tools.measure(run.text, run.face, size),
        }));
        return { runs, width: runs.reduce((sum, run) => sum + run.width, 0), isRightToLeft: paragraph.isRightToLeft };
      });
    });

const read = (text: string, bold: boolean, faces: Faces): Paragraph => {
  const embedding = bidi.getEmbeddingLevels(text);
  const chosen: FaceName[] = [];
  let before: FaceName | undefined;
  for (const letter of text) {
    before = faces.faceFor(letter.codePointAt(0) ?? 0, bold, before);
    for (let unit = 0; unit < letter.length; unit += 1) chosen.push(before);
  }
  return {
    text,
    levels: embedding.levels,
    faces: chosen,
    mirrored: bidi.getMirroredCharactersMap(text, embedding.levels),
    isRightToLeft: (embedding.paragraphs[0]?.level ?? 0) % 2 === 1,
  };
};

type Range = readonly [start: number, end: number];

/**
 * Where each line starts and ends, without the spaces at its end. Widths of words are added up: measuring every line again with each
 * word would take a long text's length squared.
 */
const rangesOf = ({ text }: Paragraph, width: number, measure: (start: number, end: number) => number): Range[] => {
  const lines: Range[] = [];
  let start = 0;
  let end = 0;
  let filled = 0;
  const close = (): void => {
    lines.push([start, start + text.slice(start, end).trimEnd().length]);
    start = end;
    filled = 0;
  };
  const take = (length: number): void => {
    filled += measure(end, end + length);
    end += length;
  };
  const fits = (length: number): boolean => {
    const seen = text.slice(end, end + length).trimEnd().length;
    return seen === 0 || filled + measure(end, end + seen) <= width;
  };
  for (const piece of text.match(pieces) ?? []) {
    if (!fits(piece.length) && end > start) close();
    if (fits(piece.length)) {
      take(piece.length);
      continue;
    }
    // Wider than a whole line: as much as fits, letter by letter.
    for (const { segment } of graphemes.segment(piece)) {
      if (!fits(segment.length) && end > start) close();
      take(segment.length);
    }
  }
  close();
  return lines;
};

/** A word with the spaces behind it, a part up to a hyphen or slash, or one East Asian character with the punctuation that follows it. */
const pieces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}][\u3001\u3002\uff0c\uff01\uff1f\uff09\u300d\u30fc\p{Mn}]*\s*|[^\s\-/\u2013\u2014\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]*(?:[-/\u2013\u2014]+|\s+)|[^\s\-/\u2013\u2014\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

interface LevelRun {
  readonly text: string;
  readonly face: FaceName;
  readonly level: number;
}

/** Stretches of one face and one level, in the order of speech. */
const runsOf = ({ text, levels, faces, mirrored }: Paragraph, start: number, end: number): LevelRun[] => {
  const runs: { text: string; face: FaceName; level: number }[] = [];
  for (let at = start; at < end; at += 1) {
    const letter = mirrored.get(at) ?? text[at] ?? '';
    const face = faces[at] ?? 'sans-regular';
    const level = levels[at] ?? 0;
    const last = runs.at(-1);
    if (last?.face === face && last.level === level) last.text += letter;
    else runs.push({ text: letter, face, level });
  }
  return runs;
};

const strong = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** The runs as they stand on the line, from left to right: from the deepest level up, what is nested is turned around. */
const inOrder = (spoken: readonly LevelRun[]): LevelRun[] => {
  // The font turns around a run of a right-to-left script by itself, but not one of signs alone.
  const runs = spoken.map((run) =>
    run.level % 2 === 1 && !strong.test(run.text)
      ? {
          ...run,
          text: [...graphemes.segment(run.text)]
            .map(({ segment }) => segment)
            .reverse()
            .join(''),
        }
      : run,
  );
  const deepest = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = deepest; level > 0; level -= 1) {
    for (let start = 0; start < runs.length; start += 1) {
      if ((runs[start]?.level ?? 0) < level) continue;
      let end = start;
      while (end < runs.length && (runs[end]?.level ?? 0) >= level) end += 1;
      runs.splice(start, end - start, ...runs.slice(start, end).reverse());
      start = end;
    }
  }
  return runs;
};
