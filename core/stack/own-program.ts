import { extname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** The main file of another program of this project, as source or compiled, whichever we are ourselves. */
export const ownProgram = (...pathWithoutExtension: readonly string[]): string =>
  `${join(root, ...pathWithoutExtension)}${extname(import.meta.filename)}`;
