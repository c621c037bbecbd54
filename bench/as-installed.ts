import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');

/**
 * Compiles the programs of `bench/` and what they import as the published package is compiled, and has `use` measure what users run:
 * from TypeScript a Node has its compiler in memory too, some 30 MB. `programOf('offsets/ticker')` is where one of them lies.
 */
export const asInstalled = async <Seen>(
  use: (programOf: (name: string) => string) => Promise<Seen>,
): Promise<Seen> => {
  // Inside the repository, where packages are found.
  await mkdir(join(root, '.lagline'), { recursive: true });
  const folder = await mkdtemp(join(root, '.lagline', 'bench-'));
  try {
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    await promisify(execFile)(process.execPath, [
      compiler,
      '-p',
      join(root, 'tsconfig.bench.json'),
      '--outDir',
      folder,
    ]);
    await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
    return await use((name) => join(folder, 'bench', `${name}.js`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
