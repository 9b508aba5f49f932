import { refuseFields } from './refusal.ts';

/**
 * Text as a person typed it, kept as it is and escaped where it is shown. Refused (`validation`): NUL, half surrogate pairs (not
 * text at all, and not storable as UTF-8), and more than `max` UTF-16 units.
 */
export function checkText(text: string, { path, max }: { path: string; max: number }): string {
  if (text.includes('\0')) refuseFields({ path, message: 'must not contain the NUL character' });
  if (!text.isWellFormed()) refuseFields({ path, message: 'must be well-formed Unicode text' });
  if (text.length > max) refuseFields({ path, message: `must have at most ${max} characters` });
  return text;
}

const ellipsis = '…';
// Control characters other than tab and line breaks; Xero's documents can't show them.
const unprintable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g;

/**
 * Text as Xero takes it: control characters become spaces; what is longer than `max` ends in an ellipsis within `max`. Only whole
 * code points are dropped, so an emoji is kept or goes as a whole; lengths are counted in UTF-16 units, the stricter of the ways
 * in which a limit can be meant.
 */
export function cutForXero(text: string, max: number): string {
  const clean = text.replace(unprintable, ' ');
  if (clean.length <= max) return clean;
  let kept = '';
  for (const codePoint of clean) {
    if (kept.length + codePoint.length + ellipsis.length > max) break;
    kept += codePoint;
  }
  return max < ellipsis.length ? '' : kept.trimEnd() + ellipsis;
}

// A spreadsheet takes a cell that begins so for a formula; the full-width forms count in East Asian editions.
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * One cell of a CSV file (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers are
 * written as they are, so that a negative one stays a number.
 */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = formulaStart.test(value) ? `'${value}` : value;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One record of a CSV file, with its line end. */
export function csvRow(values: readonly (string | number)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}
