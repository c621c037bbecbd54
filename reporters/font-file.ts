import { createRequire } from 'node:module';
import { KnownError } from '../core/errors.ts';

const fontPackage = '@expo-google-fonts/nanum-gothic';

/** The name under which charts ask a canvas for it. */
export const chartFontFamily = 'Lagline Gothic';

/** Files of the Korean font that comes with lagline, by weight. */
export const fontFiles = {
  regular: `${fontPackage}/400Regular/NanumGothic_400Regular.ttf`,
  bold: `${fontPackage}/700Bold/NanumGothic_700Bold.ttf`,
} as const;

/** Path of one of them; a KnownError where the package is not there. */
export const findFont = (
  file: string,
  resolve: NodeJS.RequireResolve = createRequire(import.meta.url).resolve,
): string => {
  try {
    return resolve(file);
  } catch (error) {
    throw fontMissing(file, error);
  }
};

export const fontMissing = (name: string, cause?: unknown): KnownError =>
  new KnownError('font-missing', `The font of reports and charts draws no Korean text: ${name}`, {
    remedy: `Install the dependencies again (npm ci); the font comes with the package ${fontPackage}.`,
    facts: { font: name },
    cause,
  });
