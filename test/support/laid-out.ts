import type { ReadPdf } from './read-pdf.ts';

const margin = 48;

/** Stretches of text and pictures that do not lie within the margins of their page. */
export const cutOff = ({ placed, pictures, width, height }: ReadPdf): string[] => [
  ...placed
    .filter(
      ({ x, right, y, size }) =>
        x < margin - 0.1 || right > width - margin + 0.5 || y < margin - 0.1 || y + size > height - margin + 12,
    )
    .map(({ page, text }) => `page ${page}: ${text}`),
  ...pictures
    .filter(
      ({ x, y, right, top }) => x < margin - 0.1 || right > width - margin + 0.1 || y < margin || top > height - margin + 0.1,
    )
    .map(({ page }) => `page ${page}: a picture`),
];

/** Stretches that lie upon each other on one height, and those that lie upon a picture. */
export const overlapping = ({ placed, pictures }: ReadPdf): string[] => {
  const seen = placed.filter(({ text }) => text.trim() !== '');
  const rows = [...Map.groupBy(seen, ({ page }) => page).values()];
  return [
    ...rows.flatMap((row) =>
      row.flatMap((one, place) =>
        row
          .slice(place + 1)
          .filter((other) => Math.abs(other.y - one.y) < 4 && other.x < one.right - 0.5 && one.x < other.right - 0.5)
          .map((other) => `${one.text} | ${other.text}`),
      ),
    ),
    ...pictures.flatMap((picture) =>
      seen
        .filter(
          ({ page, x, right, y, size }) =>
            page === picture.page && x < picture.right && right > picture.x && y < picture.top && y + size * 0.7 > picture.y,
        )
        .map(({ text }) => `a picture | ${text}`),
    ),
  ];
};
