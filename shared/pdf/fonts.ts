import * as fontkit from 'fontkit';

/** The faces that documents are set in. Chinese, Japanese and Korean come in one weight; their bold is drawn thicker. */
export const faceNames = [
  'sans-regular',
  'sans-bold',
  'arabic-regular',
  'arabic-bold',
  'hebrew-regular',
  'hebrew-bold',
  'chinese-regular',
  'japanese-regular',
  'korean-regular',
] as const;
export type FaceName = (typeof faceNames)[number];

/** Reads the file of a face; called only for faces that a document needs. */
export type ReadFace = (name: FaceName) => Uint8Array;

/** Which face shows which character of one document. */
export interface Faces {
  /** The face for a character; `before` is kept where it will do, so that a phrase isn't torn apart by its spaces. */
  faceFor(codePoint: number, bold: boolean, before: FaceName | undefined): FaceName;
  /** Whether a bold text in this face has to be drawn thicker, since there is no bold cut of it. */
  isThickened(name: FaceName, bold: boolean): boolean;
}

const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u30ff\uff00-\uffef]/u;
const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const hangul = /\p{Script=Hangul}/u;
/** What belongs to no script: spaces, digits, punctuation, and marks that follow their letter. */
const shared = /[\p{Script=Common}\p{Script=Inherited}]/u;

const opened = new Map<FaceName, fontkit.Font>();

const open = (name: FaceName, read: ReadFace): fontkit.Font => {
  const known = opened.get(name);
  if (known) return known;
  const font = fontkit.create(Buffer.from(read(name))) as fontkit.Font;
  opened.set(name, font);
  return font;
};

/**
 * The faces of one document. A Han character looks as its readers write it: Japanese where the document has kana, Korean where it
 * has Hangul, else Chinese.
 */
export const facesFor = (wholeText: string, read: ReadFace): Faces => {
  const east: FaceName[] = kana.test(wholeText)
    ? ['japanese-regular', 'chinese-regular', 'korean-regular']
    : hangul.test(wholeText)
      ? ['korean-regular', 'chinese-regular', 'japanese-regular']
      : ['chinese-regular', 'japanese-regular', 'korean-regular'];
  const has = (name: FaceName, codePoint: number): boolean => open(name, read).hasGlyphForCodePoint(codePoint);
  const find = (codePoint: number, bold: boolean): FaceName => {
    const weight = bold ? 'bold' : 'regular';
    const west: FaceName[] = [`sans-${weight}`, `arabic-${weight}`, `hebrew-${weight}`];
    const wanted = eastAsian.test(String.fromCodePoint(codePoint)) ? [...east, ...west] : west;
    return wanted.find((name) => has(name, codePoint)) ?? `sans-${weight}`;
  };
  return {
    faceFor: (codePoint, bold, before) => {
      const sticks = before !== undefined && shared.test(String.fromCodePoint(codePoint)) && has(before, codePoint);
      return sticks ? before : find(codePoint, bold);
    },
    isThickened: (name, bold) => bold && !name.endsWith('-bold'),
  };
};
