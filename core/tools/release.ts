import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KnownError } from '../errors.ts';
import { runCommand } from './command.ts';
import { download } from './download.ts';
import type { PinnedRelease } from './pins.ts';
import type { Progress, ToolContext, ToolId } from './tool.ts';

const unpackTimeoutMs = 120_000;

/** Fills a folder with the content of an official archive, without the archive's top folder. */
export const fillFromRelease =
  (id: ToolId, release: PinnedRelease, context: ToolContext) =>
  async (folder: string, progress: Progress): Promise<void> => {
    const archive = release.archives[context.platform] ?? release.archives['any'];
    if (archive === undefined) {
      throw new KnownError(
        'tool-download',
        `no confirmed checksum of ${id} ${release.version} for ${context.platform}, so it is not downloaded`,
      );
    }
    const step = `download ${id} ${release.version}`;
    const downloads = join(context.cacheDir, 'downloads');
    await mkdir(downloads, { recursive: true });
    const file = join(downloads, basename(archive.url));
    progress({ step, doneBytes: 0 });
    await download(
      { url: mirrored(archive.url, context), file, checksum: archive.checksum },
      (doneBytes, totalBytes) => {
        progress({ step, doneBytes, ...(totalBytes === undefined ? {} : { totalBytes }) });
      },
    );
    progress({ step: `unpack ${id} ${release.version}` });
    await unpack(file, folder, context);
    await rm(file, { force: true });
  };

/** LAGLINE_MIRROR is a base URL under which the archives lie by their file names. */
const mirrored = (url: string, { env }: ToolContext): string => {
  const mirror = env['LAGLINE_MIRROR'];
  return mirror ? `${mirror.replace(/\/+$/, '')}/${basename(url)}` : url;
};

const unpack = async (file: string, folder: string, { env }: ToolContext): Promise<void> => {
  const args = ['-xf', file, '-C', folder, '--strip-components=1'];
  const { code, output } = await runCommand('tar', args, { env, timeoutMs: unpackTimeoutMs });
  if (code === 0) return;
  await rm(file, { force: true });
  throw new KnownError(
    'tool-download',
    `tar could not unpack ${basename(file)}: ${output.split('\n').at(-1) ?? ''}`,
  );
};
