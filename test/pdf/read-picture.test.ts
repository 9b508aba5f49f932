import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { PNG } from 'pngjs';
import { readPicture } from '../../shared/pdf/read-picture.ts';
import { cameraNote, jpegFile, lyingPng, pngFile } from '../support/pictures.ts';
import { refusalOf } from '../support/refusal-of.ts';

/** The colour of a pixel of what is kept. */
const colourAt = (bytes: Uint8Array, x: number, y: number): number[] => {
  const { width, data } = PNG.sync.read(Buffer.from(bytes));
  return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
};
/** What the header of a PNG says: depth, kind of colours and whether it is interlaced. */
const kindOf = (bytes: Uint8Array): number[] => [bytes[24] ?? 0, bytes[25] ?? 0, bytes[28] ?? 0];
const whyNot = (bytes: Uint8Array): string => refusalOf(() => readPicture(bytes)).message;

const blue = [0, 0, 255, 255];
const black = [0, 0, 0, 255];

describe('a PNG', () => {
  test.each([
    ['colours', { colours: 'rgb' }, blue],
    ['colours of 16 bits', { colours: 'rgb', depth: 16 }, blue],
    ['colours, interlaced', { colours: 'rgb', interlaced: true }, blue],
    ['a palette of one bit', { colours: 'palette', depth: 1 }, blue],
    ['a palette of four bits, interlaced', { colours: 'palette', depth: 4, interlaced: true }, blue],
    ['greys of one bit', { colours: 'grey', depth: 1 }, black],
    ['greys of 16 bits', { colours: 'grey', depth: 16 }, black],
    ['greys and transparency', { colours: 'grey-alpha', depth: 8 }, black],
    ['colours and transparency of 16 bits, interlaced', { colours: 'rgba', depth: 16, interlaced: true }, blue],
  ] as const)('of %s becomes a plain one of the same size and colour', (_what, drawing, colour) => {
    const { type, width, height, bytes } = readPicture(pngFile(drawing));
    expect({ type, width, height }).toEqual({ type: 'image/png', width: 12, height: 7 });
    expect(kindOf(bytes)).toEqual([8, 2, 0]);
    for (const [x, y] of [[0, 0] as const, [11, 0] as const, [5, 3] as const, [11, 6] as const])
      expect(colourAt(bytes, x, y)).toEqual(colour);
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('made at home');
  });

  test('that is transparent stands on white', () => {
    const half = readPicture(pngFile({ colours: 'rgba', pixel: (x) => [255, 0, 0, x < 6 ? 0 : 51] }));
    expect(colourAt(half.bytes, 0, 0)).toEqual([255, 255, 255, 255]);
    // A fifth of red on white.
    expect(colourAt(half.bytes, 11, 0)).toEqual([255, 204, 204, 255]);
  });

  test('of one pixel, and of 2,000 in a row, is fine', () => {
    expect(readPicture(pngFile({ width: 1, height: 1 }))).toMatchObject({ width: 1, height: 1 });
    expect(readPicture(pngFile({ width: 2000, height: 2 }))).toMatchObject({ width: 2000, height: 2 });
  });

  test('that is cut off anywhere, or damaged, is refused', () => {
    const file = pngFile({ width: 40, height: 40, pixel: (x, y) => [x * 6, y * 6, (x * y) % 256] });
    for (let end = 1; end < file.byteLength - 12; end += 37)
      expect(whyNot(file.subarray(0, end))).toMatch(/is not a PNG or JPEG picture|is damaged or cut off/);
    const spoilt = Buffer.from(file);
    spoilt[file.indexOf('IDAT') + 20] = (spoilt[file.indexOf('IDAT') + 20] ?? 0) ^ 0xff;
    expect(whyNot(spoilt)).toContain('is damaged or cut off');
  });

  test('that promises more pixels than it has, or has more than it promises, is refused', () => {
    expect(whyNot(lyingPng(100, 100, Buffer.alloc(301 * 50)))).toContain('is damaged or cut off');
    // 30 MB of nothing in 30 kB.
    const bomb = Buffer.alloc(30_000_000);
    for (const interlaced of [false, true]) expect(whyNot(lyingPng(10, 10, bomb, interlaced))).toContain('is damaged or cut off');
    expect(whyNot(lyingPng(60_000, 60_000, deflateSync('')))).toContain('must be at most 2000 pixels wide and high');
    expect(whyNot(lyingPng(0, 10, Buffer.alloc(10)))).toMatch(/pixels wide and high|PNG or JPEG/);
  });

  test('that unpacks to more than can be kept is refused', () => {
    // Noise in greys is three times as much in colours.
    let seed = 1;
    const noise = () => [(seed = (seed * 48_271) % 2_147_483_647) & 255];
    const file = pngFile({ width: 430, height: 430, colours: 'grey', pixel: noise });
    expect(file.byteLength).toBeLessThan(200_000);
    expect(whyNot(file)).toContain('holds too much detail');
  });
});

describe('a JPEG', () => {
  const withNote = (note: Buffer): Buffer => Buffer.concat([jpegFile().subarray(0, 2), note, jpegFile().subarray(2)]);
  const frameAt = (file: Buffer): number => file.indexOf(Buffer.from([0xff, 0xc0]));

  test('stays as it is, without what a camera noted in it', () => {
    const picture = readPicture(withNote(cameraNote('at 52.1 N, 4.3 E')));
    expect(picture).toMatchObject({ type: 'image/jpeg', width: 24, height: 12 });
    expect(Buffer.from(picture.bytes).equals(jpegFile())).toBe(true);
  });

  test('that is progressive is fine; what browsers do not show is refused', () => {
    const progressive = jpegFile();
    progressive[frameAt(jpegFile()) + 1] = 0xc2;
    expect(readPicture(progressive)).toMatchObject({ width: 24, height: 12 });
    const deep = jpegFile();
    deep[frameAt(jpegFile()) + 4] = 12;
    expect(whyNot(deep)).toContain('is a kind of JPEG that browsers do not show');
    const print = jpegFile();
    print[frameAt(jpegFile()) + 9] = 4;
    expect(whyNot(print)).toContain('save it as RGB');
  });

  test('that is cut off anywhere is refused', () => {
    for (let end = 1; end < jpegFile().byteLength; end += 11)
      expect(whyNot(jpegFile().subarray(0, end))).toMatch(/is not a PNG or JPEG picture|is damaged or cut off/);
  });

  test('without its pixels, or with hardly any, is refused', () => {
    const file = jpegFile();
    const scan = file.lastIndexOf(Buffer.from([0xff, 0xda]));
    const head = file.subarray(0, scan + 2 + file.readUInt16BE(scan + 2));
    const end = Buffer.from([0xff, 0xd9]);
    expect(whyNot(Buffer.concat([head, end]))).toContain('is damaged or cut off');
    const large = Buffer.from(head);
    large.writeUInt16BE(2000, frameAt(file) + 5);
    large.writeUInt16BE(2000, frameAt(file) + 7);
    expect(whyNot(Buffer.concat([large, Buffer.alloc(2000), end]))).toContain('is damaged or cut off');
  });

  test('that is turned by a mark is refused', () => {
    const turned = 'MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0';
    expect(whyNot(withNote(cameraNote(turned)))).toContain('save it upright');
  });
});

describe('what is no such picture is refused', () => {
  test.each([
    ['nothing', Buffer.alloc(0), 'must be a PNG or JPEG picture'],
    ['a text', Buffer.from('{"name":"One"}'), 'is not a PNG or JPEG picture'],
    ['a GIF', Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64'), 'is not a PNG or JPEG picture'],
    [
      'a drawing with a script',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script/></svg>'),
      'is not',
    ],
    ['a page that begins as a picture does', Buffer.from('\xff\xd8\xff<html>', 'latin1'), 'is'],
    ['more than 200 kB', Buffer.alloc(200_001), 'is larger than 200000 bytes'],
  ])('%s', (_what, bytes, words) => {
    expect(whyNot(bytes)).toContain(words);
  });
});
