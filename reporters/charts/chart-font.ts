import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { chartFontFamily, findFont, fontFiles, fontMissing } from '../font-file.ts';

let isLoaded = false;

/**
 * Makes the bundled Korean font known to the canvas, once. A canvas without a font draws no text and says nothing, so
 * this draws a sample and throws a KnownError when it left no ink.
 */
export const loadChartFont = (): void => {
  if (isLoaded) return;
  for (const file of Object.values(fontFiles)) {
    const path = findFont(file);
    if (GlobalFonts.registerFromPath(path, chartFontFamily) === null) throw fontMissing(file);
  }
  assertDrawsHangul(chartFontFamily);
  isLoaded = true;
};

/** Two different syllables must leave ink, and not the same ink: boxes for missing glyphs all look alike. */
export const assertDrawsHangul = (family: string, draw: typeof drawn = drawn): void => {
  const [first, second] = [draw('각', family), draw('쿠', family)];
  if (!hasInk(first) || !hasInk(second) || Buffer.compare(first, second) === 0) throw fontMissing(family);
};

const drawn = (text: string, family: string): Buffer => {
  const context = createCanvas(40, 40).getContext('2d');
  context.font = `24px "${family}"`;
  context.fillText(text, 4, 30);
  return Buffer.from(context.getImageData(0, 0, 40, 40).data);
};

const hasInk = (pixels: Buffer): boolean => pixels.some((byte) => byte !== 0);
