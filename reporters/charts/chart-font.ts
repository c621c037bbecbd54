import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { KnownError } from '../../core/errors.ts';

export const chartFontFamily = 'Lagline Gothic';

const fontPackage = '@expo-google-fonts/nanum-gothic';
const fontFiles = [
  `${fontPackage}/400Regular/NanumGothic_400Regular.ttf`,
  `${fontPackage}/700Bold/NanumGothic_700Bold.ttf`,
];

let isLoaded = false;

/**
 * Makes the bundled Korean font known to the canvas, once. A canvas without a font draws no text and says nothing, so
 * this draws a sample and throws a KnownError when it left no ink.
 */
export const loadChartFont = (): void => {
  if (isLoaded) return;
  const { resolve } = createRequire(import.meta.url);
  for (const file of fontFiles) {
    const path = findFont(resolve, file);
    if (GlobalFonts.registerFromPath(path, chartFontFamily) === null) throw fontMissing(file);
  }
  assertDrawsHangul(chartFontFamily);
  isLoaded = true;
};

const findFont = (resolve: NodeJS.RequireResolve, file: string): string => {
  try {
    return resolve(file);
  } catch (error) {
    throw fontMissing(file, error);
  }
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

const fontMissing = (name: string, cause?: unknown): KnownError =>
  new KnownError('font-missing', `The font of the charts draws no Korean text: ${name}`, {
    remedy: `Install the dependencies again (npm ci); the font comes with the package ${fontPackage}.`,
    facts: { font: name },
    cause,
  });
