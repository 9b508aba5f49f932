import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hardDocuments } from '../../support/hard-documents.ts';
import { cutOff, overlapping } from '../../support/laid-out.ts';
import { readPdf } from '../../support/read-pdf.ts';
import { draw } from '../../support/writing-room.ts';

// What clients get to see, in cases that are hard to lay out: nothing is cut off, and nothing lies upon something else.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'looks-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What a document says, without spaces: lines are broken anywhere. */
const letters = (texts: readonly string[]): string => texts.join('').replace(/\s+/g, '');
const ofLatin = (text: string): boolean => /^[\p{Script=Latin}\p{Script=Common}]*$/u.test(text);

describe('on paper', () => {
  const papers = hardDocuments.flatMap(({ what, invoice, quote }) => [
    [`an invoice with ${what}`, invoice] as const,
    [`a quote with ${what}`, quote] as const,
  ]);

  test.each(papers)('%s says everything, each thing in its place', async (what, document) => {
    const bytes = await draw(document);
    const pdf = readPdf(bytes);
    expect({ what, cutOff: cutOff(pdf), overlapping: overlapping(pdf) }).toEqual({ what, cutOff: [], overlapping: [] });
    expect(pdf.pictures).toHaveLength(document.logo ? 1 : 0);
    const said = letters(pdf.placed.map(({ text }) => text));
    const wanted = [document.subject, document.supplier.name, ...document.lines.map(({ description }) => description)];
    for (const text of [...wanted, ...document.sums.map(({ value }) => value)].filter(ofLatin))
      expect(said).toContain(letters([text]));
    // A figure that is broken over two lines reads as two.
    const whole = new Set(pdf.placed.map(({ text }) => text.trim()));
    expect({ what, broken: document.sums.filter(({ value }) => !whole.has(value)) }).toEqual({ what, broken: [] });
    expectWhiteMargins(what, bytes);
  });

  /** Where a renderer is installed it says whether the margins of every page are blank. */
  const renderer = ['/usr/bin/pdftoppm'].find((path) => existsSync(path));
  const expectWhiteMargins = (what: string, bytes: Uint8Array): void => {
    if (renderer === undefined) return;
    const file = join(directory, 'document.pdf');
    writeFileSync(file, bytes);
    // One dot a point: the margin is 48 points.
    const pages = execFileSync(renderer, ['-r', '72', '-gray', file], { maxBuffer: 100_000_000 });
    for (let at = 0; at < pages.byteLength;) {
      const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pages.toString('latin1', at, at + 40));
      const [width, height] = [Number(head?.[1]), Number(head?.[2])];
      const dots = pages.subarray(at + (head?.[0].length ?? 0), at + (head?.[0].length ?? 0) + width * height);
      const inked = dots.findIndex(
        (dot, place) => dot < 250 && (place % width < 44 || place % width > width - 44 || place < 44 * width),
      );
      expect({ what, inked }).toEqual({ what, inked: -1 });
      at += (head?.[0].length ?? 0) + width * height;
    }
  };
});

/** Looks at every frame from outside: what reaches beyond its sheet, what lies upon what, and how many lines are there. */
const measure = `
const textOf = (one) => { const range = one.ownerDocument.createRange(); range.selectNodeContents(one); return range.getBoundingClientRect(); };
const words = 'p, h1, h2, dt, dd, th, td, label, button, a.button, input, strong, .notes, footer, img';
const look = (frame) => {
  const page = frame.contentDocument, view = frame.contentWindow;
  const seen = [...page.querySelectorAll(words)].filter((one) => view.getComputedStyle(one).position !== 'absolute' && !one.closest('caption, thead') || (one.tagName === 'TH' && view.innerWidth > 640));
  const leaves = seen.filter((one) => !seen.some((other) => other !== one && one.contains(other)));
  const boxes = leaves.map((one) => ({ name: one.className || one.tagName, text: one.textContent.slice(0, 30), box: /^(IMG|INPUT|BUTTON|A)$/.test(one.tagName) ? one.getBoundingClientRect() : textOf(one) })).filter(({ box }) => box.width > 0);
  const sheet = page.querySelector('main'), room = sheet.getBoundingClientRect(), style = view.getComputedStyle(sheet);
  const [left, right] = [room.left + parseFloat(style.paddingLeft), room.right - parseFloat(style.paddingRight)];
  const wide = boxes.filter(({ name, box }) => name !== 'FOOTER' && (box.right > right + 1 || box.left < left - 1));
  const upon = boxes.flatMap((one, place) => boxes.slice(place + 1, place + 40).filter((other) => one.box.left < other.box.right - 1 && other.box.left < one.box.right - 1 && one.box.top < other.box.bottom - 1 && other.box.top < one.box.bottom - 1).map((other) => one.text + ' | ' + other.text));
  return { what: frame.title, scrolls: page.documentElement.scrollWidth > view.innerWidth, wide: wide.map(({ name, text }) => name + ': ' + text), upon, rows: page.querySelectorAll('tbody tr').length };
};
addEventListener('load', () => { document.body.dataset.found = JSON.stringify([...document.querySelectorAll('iframe')].map(look)); });`;

describe('on a screen and on a phone', () => {
  const pages = hardDocuments.flatMap(({ what, lineCount, pages: of }) =>
    Object.entries(of).map(([kind, html]) => ({ what: `${kind} with ${what}`, lineCount, html })),
  );

  test('every line of every page is there, with its figures named for readers of narrow screens', () => {
    for (const { what, lineCount, html } of pages) {
      expect({ what, rows: html.match(/<td class="said"/g)?.length }).toEqual({ what, rows: lineCount });
      expect({ what, bare: html.match(/<td class="number">/) }).toEqual({ what, bare: null });
      expect(html).not.toMatch(/<script|https?:\/\/(?!api\.example\.com)/);
    }
  });

  // Where a browser is installed it says whether everything stands within the page. The page itself has no script.
  const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
  const escaped = (html: string): string => html.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

  test('nothing of a page is cut off or lies upon something else', () => {
    if (browser === undefined) return;
    const frames = pages.flatMap(({ what, lineCount, html }) =>
      [1100, 360].map((width) => ({
        expected: { what: `${what} at ${width}`, scrolls: false, wide: [], upon: [], rows: lineCount },
        frame: `<iframe title="${what} at ${width}" style="width:${width}px;height:900px;border:0" srcdoc="${escaped(html)}"></iframe>`,
      })),
    );
    const file = join(directory, 'frames.html');
    writeFileSync(
      file,
      `<!doctype html><meta charset="utf-8"><body><script>${measure}</script>${frames.map(({ frame }) => frame).join('\n')}`,
    );
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      `--user-data-dir=${directory}/profile`,
    ];
    const dom = execFileSync(
      browser,
      [...flags, '--window-size=1300,900', '--virtual-time-budget=20000', '--dump-dom', `file://${file}`],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 100_000_000,
      },
    );
    const found = JSON.parse(
      (/data-found="([^"]*)"/.exec(dom)?.[1] ?? '[]')
        .replaceAll('&quot;', '"')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&nbsp;', ' ')
        .replaceAll('&amp;', '&'),
    ) as unknown[];
    expect(found).toEqual(frames.map(({ expected }) => expected));
  }, 60_000);
});
