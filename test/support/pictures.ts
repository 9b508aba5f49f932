import { crc32, deflateSync } from 'node:zlib';

type Colours = 'grey' | 'rgb' | 'palette' | 'grey-alpha' | 'rgba';
const codes = { grey: 0, rgb: 2, palette: 3, 'grey-alpha': 4, rgba: 6 } as const;

interface Drawing {
  readonly width?: number;
  readonly height?: number;
  readonly colours?: Colours;
  readonly depth?: 1 | 2 | 4 | 8 | 16;
  readonly interlaced?: boolean;
  /** What one pixel holds, each channel between 0 and the most that the depth allows. */
  readonly pixel?: (x: number, y: number) => readonly number[];
}

const chunk = (name: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.byteLength);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};

/** The seven passes of an interlaced picture: where each begins, and how far apart its pixels are. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Pixels side by side, packed into bytes as their depth wants it; no filter. */
const packedRow = (pixels: readonly (readonly number[])[], depth: number): Buffer => {
  const values = pixels.flat();
  const row = Buffer.alloc(1 + Math.ceil((values.length * depth) / 8));
  for (const [place, value] of values.entries()) {
    const at = 1 + ((place * depth) >> 3);
    if (depth === 16) row.writeUInt16BE(value, at);
    else row[at] = (row[at] ?? 0) | (value << (8 - depth - ((place * depth) & 7)));
  }
  return row;
};

const blue = (colours: Colours, depth: number): readonly number[] => {
  const most = 2 ** depth - 1;
  const known = { grey: [0], rgb: [0, 0, most], palette: [1], 'grey-alpha': [0, most], rgba: [0, 0, most, most] };
  return known[colours];
};

/** A PNG file, written here byte by byte: plain blue, or black where it has no colours, unless a pixel is given. */
export const pngFile = ({
  width = 12,
  height = 7,
  colours = 'rgb',
  depth = 8,
  interlaced = false,
  pixel = () => blue(colours, depth),
}: Drawing = {}): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, codes[colours], 0, 0, interlaced ? 1 : 0], 8);
  const rows = (interlaced ? passes : [[0, 0, 1, 1] as const]).flatMap(([left, top, across, down]) => {
    const found: Buffer[] = [];
    for (let y = top; y < height; y += down) {
      const row: (readonly number[])[] = [];
      for (let x = left; x < width; x += across) row.push(pixel(x, y));
      if (row.length > 0) found.push(packedRow(row, depth));
    }
    return found;
  });
  return pngFrom(
    header,
    Buffer.concat(rows),
    colours === 'palette' ? [chunk('PLTE', Buffer.from([255, 255, 255, 0, 0, 255]))] : [],
  );
};

/** A PNG file whose header says one thing and whose pixels may say another. */
export const lyingPng = (width: number, height: number, pixels: Buffer, interlaced = false): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, codes.rgb, 0, 0, interlaced ? 1 : 0], 8);
  return pngFrom(header, pixels);
};

const pngFrom = (header: Buffer, pixels: Buffer, between: readonly Buffer[] = []): Buffer =>
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...between,
    chunk('tEXt', Buffer.from('Comment\0made at home')),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);

/** A JPEG file of 24 × 12 pixels from red to blue, as a browser writes it. */
export const jpegFile = (): Buffer =>
  Buffer.from(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAMABgDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAwAF/8QAFRABAQAAAAAAAAAAAAAAAAAAAAL/xAAVAQEBAAAAAAAAAAAAAAAAAAAFA//EABkRAQACAwAAAAAAAAAAAAAAAAACBAMxMv/aAAwDAQACEQMRAD8AzaFRaFSlYtYHSVI3j5Dz2//Z',
    'base64',
  );

/** A note like a camera's, with a place in it. */
export const cameraNote = (text: string): Buffer => {
  const data = Buffer.from(`Exif\0\0${text}`, 'latin1');
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(data.byteLength + 2, 2);
  return Buffer.concat([head, data]);
};
