import { constants, inflateSync } from 'node:zlib';
import { imageSize } from 'image-size';
import { PNG } from 'pngjs';
import type { Picture } from '../domain/printed.ts';
import { refuseFields } from '../domain/refusal.ts';

/** What somebody may send. */
export const pictureBytesMax = 200_000;
/** What is kept: an item of the table holds 400 KB, and every page and file carries the picture along. */
const keptBytesMax = 300_000;
const sideMax = 2000;

const refuse = (message: string): never => refuseFields({ path: '', message });

/**
 * Reads a PNG or JPEG picture, and makes of it what pages and PDF files show safely: a PNG of any kind becomes a plain one on white, a
 * JPEG loses what cameras note in it. Refuses (`validation`) what is too large, of another type, damaged or cut off.
 */
export const readPicture = (bytes: Uint8Array): Picture => {
  if (bytes.byteLength === 0) return refuse('must be a PNG or JPEG picture');
  if (bytes.byteLength > pictureBytesMax) return refuse(`is larger than ${pictureBytesMax} bytes`);
  const { type, width, height, orientation = 1 } = sizeOf(bytes);
  if (!(width > 0 && height > 0 && width <= sideMax && height <= sideMax))
    return refuse(`must be at most ${sideMax} pixels wide and high`);
  if (orientation !== 1) return refuse('is turned or mirrored by a mark in it; save it upright');
  const kept = type === 'png' ? plainPng(bytes, width, height) : plainJpeg(bytes, width, height);
  if (kept.byteLength > keptBytesMax) return refuse('holds too much detail for a logo; make it smaller');
  return { type: type === 'png' ? 'image/png' : 'image/jpeg', width, height, bytes: kept };
};

const sizeOf = (bytes: Uint8Array) => {
  const found = sizeOrNothing(bytes);
  return found && (found.type === 'png' || found.type === 'jpg') ? found : refuse('is not a PNG or JPEG picture');
};

const sizeOrNothing = (bytes: Uint8Array) => {
  try {
    return imageSize(bytes);
  } catch {
    return undefined;
  }
};

const pngSignatureBytes = 8;

/** Every kind of PNG (palette, grey, 16 bits, interlaced, transparent) as 8-bit colours on white, without anything else in the file. */
const plainPng = (bytes: Uint8Array, width: number, height: number): Uint8Array => {
  try {
    requireWholePixels(Buffer.from(bytes), width, height);
    const picture = PNG.sync.read(Buffer.from(bytes));
    if (picture.width !== width || picture.height !== height) throw new Error('two sizes');
    // Beyond level 6 noise takes many seconds, and a logo is no smaller.
    return PNG.sync.write(picture, { colorType: 2, deflateLevel: 6, deflateStrategy: constants.Z_DEFAULT_STRATEGY });
  } catch {
    return refuse('is damaged or cut off');
  }
};

const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Unpacks the pixels alone, within the room that they may take: a small file can hold gigabytes. */
const requireWholePixels = (file: Buffer, width: number, height: number): void => {
  const packed: Buffer[] = [];
  for (let at = pngSignatureBytes; at + 12 <= file.byteLength; at += 12 + file.readUInt32BE(at))
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') packed.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  const [depth = 0, colours = 0, isInterlaced] = [file[24], file[25], file[28] === 1];
  const least = (Math.ceil((width * depth * (channelsOf[colours] ?? 0)) / 8) + 1) * height;
  // Seven passes have up to twice as many rows, each with a byte before it and one that is not full.
  const most = isInterlaced ? least + 4 * height + 64 : least;
  const { byteLength } = inflateSync(Buffer.concat(packed), { maxOutputLength: most });
  if (!isInterlaced && byteLength < least) throw new Error('cut off');
};

const marker = { end: 0xd9, scan: 0xda, comment: 0xfe } as const;
/** Baseline, extended and progressive; what else a frame can be no browser shows. */
const frames = new Set([0xc0, 0xc1, 0xc2]);
/** JFIF, the colour profile and what says how colours are coded; other notes may tell where and with what it was made. */
const keptNotes = new Set([0xe0, 0xe2, 0xee]);
const isNote = (kind: number): boolean => kind === marker.comment || (kind >= 0xe0 && kind <= 0xef);

/** Each block of 8 by 8 pixels takes one bit at the very least. */
const leastScanBytes = (width: number, height: number): number => Math.ceil((Math.ceil(width / 8) * Math.ceil(height / 8)) / 8);

const plainJpeg = (bytes: Uint8Array, width: number, height: number): Uint8Array => {
  const file = Buffer.from(bytes);
  const kept: Buffer[] = [file.subarray(0, 2)];
  let hasFrame = false;
  for (let at = 2; at + 4 <= file.byteLength;) {
    const kind = file[at + 1] ?? 0;
    const next = at + 2 + file.readUInt16BE(at + 2);
    if (file[at] !== 0xff || next > file.byteLength) break;
    if (frames.has(kind)) hasFrame = requireShowable(file.subarray(at, next));
    if (kind === marker.scan) {
      const end = file.lastIndexOf(Buffer.from([0xff, marker.end]));
      if (!hasFrame || end - next < leastScanBytes(width, height)) break;
      return Buffer.concat([...kept, file.subarray(at, end + 2)]);
    }
    if (!isNote(kind) || keptNotes.has(kind)) kept.push(file.subarray(at, next));
    at = next;
  }
  return refuse('is damaged or cut off');
};

const requireShowable = (frame: Buffer): boolean => {
  const [bits, channels] = [frame[4], frame[9]];
  if (channels === 4) return refuse('has the four colours of print (CMYK); save it as RGB');
  if (bits !== 8 || (channels !== 1 && channels !== 3)) return refuse('is a kind of JPEG that browsers do not show');
  return true;
};
