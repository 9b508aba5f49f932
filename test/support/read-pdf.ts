import { inflateSync } from 'node:zlib';

/** A stretch of text where it stands on its page; in points from the lower left corner, as the file says it. */
export interface Placed {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  /** Where it ends on the right, by the widths of its glyphs. */
  readonly right: number;
  readonly size: number;
  /** In the order of the glyphs: what is read from right to left stands turned around. */
  readonly text: string;
}

/** A picture where it stands on its page; in points from the lower left corner. */
export interface PlacedPicture {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly top: number;
}

/** A PDF file taken apart, as far as the product's own files go. */
export interface ReadPdf {
  readonly pages: number;
  readonly width: number;
  readonly height: number;
  readonly placed: readonly Placed[];
  readonly pictures: readonly PlacedPicture[];
  /** Addresses that can be clicked. */
  readonly links: readonly string[];
  /** Names of the embedded fonts. */
  readonly fonts: readonly string[];
}

interface Font {
  readonly widths: readonly number[];
  readonly letters: readonly string[];
}

type Objects = ReadonlyMap<string, { readonly head: string; readonly stream: string }>;

const objectsOf = (bytes: Buffer): Objects => {
  const text = bytes.toString('latin1');
  return new Map(
    [...text.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)].map((match) => {
      const [, id = '', body = ''] = match;
      const cut = body.indexOf('stream\n');
      const head = cut < 0 ? body : body.slice(0, cut);
      const raw = cut < 0 ? '' : body.slice(cut + 7, body.lastIndexOf('\nendstream'));
      const packed = head.includes('/FlateDecode') && !head.includes('/Length1');
      return [id, { head, stream: packed ? inflateSync(Buffer.from(raw, 'latin1')).toString('latin1') : '' }] as const;
    }),
  );
};

const ref = (head: string, name: string): string => new RegExp(`/${name} \\[?(\\d+) 0 R`).exec(head)?.[1] ?? '';

const lettersOf = (cmap: string): string[] =>
  [...cmap.matchAll(/<[0-9a-f]{4}> <[0-9a-f]{4}> \[([^\]]*)\]/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/<([0-9a-f ]*)>/g)].map(([, hex = '']) => {
      const units = (hex.match(/[0-9a-f]{4}/g) ?? []).map((unit) => parseInt(unit, 16));
      return String.fromCharCode(...units).replaceAll('\0', '');
    }),
  );

const fontOf = (objects: Objects, id: string): Font => {
  const head = objects.get(id)?.head ?? '';
  const descendant = objects.get(ref(head, 'DescendantFonts'))?.head ?? '';
  const widths = (/\/W \[0 \[([^\]]*)\]/.exec(descendant)?.[1] ?? '').split(/\s+/).map(Number);
  return { widths, letters: lettersOf(objects.get(ref(head, 'ToUnicode'))?.stream ?? '') };
};

const textsOf = (stream: string, page: number, fonts: ReadonlyMap<string, Font>): Placed[] => {
  const placed: Placed[] = [];
  let [x, y, size, font] = [0, 0, 0, ''];
  for (const [, tx, ty, name, points, list] of stream.matchAll(
    /1 0 0 1 ([-\d.]+) ([-\d.]+) Tm|\/(F\d+) ([\d.]+) Tf|\[((?:<[0-9a-f]*> -?[\d.]+ ?)*)\] TJ/g,
  )) {
    if (tx !== undefined) [x, y] = [Number(tx), Number(ty)];
    else if (name !== undefined) [font, size] = [name, Number(points)];
    else {
      const { widths, letters } = fonts.get(font) ?? { widths: [], letters: [] };
      let [right, text] = [x, ''];
      for (const [, glyphs = '', gap] of (list ?? '').matchAll(/<([0-9a-f]*)> (-?[\d.]+)/g)) {
        for (const glyph of glyphs.match(/.{4}/g) ?? []) {
          right += ((widths[parseInt(glyph, 16)] ?? 0) * size) / 1000;
          text += letters[parseInt(glyph, 16)] ?? '';
        }
        right -= (Number(gap) * size) / 1000;
      }
      placed.push({ page, x, y, right, size, text });
      x = right;
    }
  }
  return placed;
};

/** The file turns the page around before it draws, so that heights count from the top. */
const picturesOf = (stream: string, page: number, height: number): PlacedPicture[] =>
  [...stream.matchAll(/([\d.]+) 0 0 -([\d.]+) ([\d.]+) ([\d.]+) cm\s+\/I\d+ Do/g)].map(([, ...numbers]) => {
    const [across = 0, down = 0, x = 0, end = 0] = numbers.map(Number);
    return { page, x, right: x + across, y: height - end, top: height - end + down };
  });

/** Takes a file apart that the product has drawn. */
export const readPdf = (file: Uint8Array): ReadPdf => {
  const objects = objectsOf(Buffer.from(file));
  const heads = [...objects.values()].map(({ head }) => head);
  const tree = heads.find((head) => /\/Type \/Pages\b/.test(head)) ?? '';
  const kids = [...(/\/Kids \[([^\]]*)\]/.exec(tree)?.[1] ?? '').matchAll(/(\d+) 0 R/g)].map(
    ([, id = '']) => objects.get(id)?.head ?? '',
  );
  const [, , width = '', height = ''] = /\/MediaBox \[(\S+) \S+ (\S+) (\S+)\]/.exec(kids[0] ?? '') ?? [];
  return {
    pages: kids.length,
    width: Number(width),
    height: Number(height),
    placed: kids.flatMap((head, page) => {
      const resources = objects.get(ref(head, 'Resources'))?.head ?? '';
      const fonts = [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(
        ([, name = '', id = '']) => [name, fontOf(objects, id)] as const,
      );
      return textsOf(objects.get(ref(head, 'Contents'))?.stream ?? '', page + 1, new Map(fonts));
    }),
    pictures: kids.flatMap((head, page) =>
      picturesOf(objects.get(ref(head, 'Contents'))?.stream ?? '', page + 1, Number(height)),
    ),
    links: heads.flatMap((head) => /\/URI \(([^)]*)\)/.exec(head)?.[1] ?? []),
    fonts: heads.flatMap((head) => /\/FontName \/\w{6}\+([\w-]+)/.exec(head)?.[1] ?? []),
  };
};
