import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KnownError, messageOf } from '../core/errors.ts';
import { shownPath } from './show-result.ts';

/** Writes a comparison's files into a folder that was found writable, and names the first. */
export const writeComparison = (
  folder: string,
  files: readonly (readonly [name: string, content: string | Uint8Array])[],
): void => {
  for (const [index, [name, content]] of files.entries()) {
    const path = join(folder, name);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    } catch (error) {
      throw new KnownError('output-unwritable', `cannot write ${path}: ${messageOf(error)}`, {
        remedy: 'give another folder with --out',
        cause: error,
      });
    }
    if (index === 0) process.stderr.write(`report: ${shownPath(path)}\n`);
  }
};
