import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KnownError, messageOf } from '../errors.ts';
import { withLock } from './install-lock.ts';
import type { FoundTool, Origin, Progress, Refusal, Search, Tool, ToolContext, ToolId } from './tool.ts';
import { isAtLeast } from './version.ts';

export type Place = { origin: Origin; path: string };

/** One way to get a tool that is not there. */
export type Installer = {
  origin: Origin;
  /** Folder under the cache that it fills, with version and, for binaries, platform in its name. */
  folder: string;
  /** Where in that folder the tool is; empty for the folder itself. */
  entry: string;
  /** Fills an empty folder; rejects with a `KnownError` that says why it cannot. */
  fill(folder: string, progress: Progress): Promise<void>;
};

export type ToolSpec = {
  id: ToolId;
  minimumVersion: string;
  remedy: string;
  places(): Promise<readonly Place[]>;
  /** The version of what is at a path; undefined if that is not this tool. */
  inspect(path: string): Promise<string | undefined>;
  installers: readonly Installer[];
};

/** A tool from where it may be and how it may be got, each in order of preference. */
export const makeTool = (spec: ToolSpec, context: ToolContext): Tool => {
  const find = async (): Promise<Search> => {
    const cached = spec.installers.map(({ folder, entry }) => ({
      origin: 'cache' as const,
      path: join(context.cacheDir, folder, entry),
    }));
    const refused: Refusal[] = [];
    for (const place of [...(await spec.places()), ...cached]) {
      const seen = await look(spec, place);
      if (seen === undefined) continue;
      if (!('reason' in seen)) return { found: seen, refused };
      refused.push(seen);
    }
    return { refused };
  };

  const ensure = async (progress: Progress = () => {}): Promise<FoundTool> => {
    const { found, refused } = await find();
    if (found !== undefined) return found;
    const reasons = refused.map(({ path, reason }) => `${path}: ${reason}`);
    if (spec.installers.length === 0) throw missing(spec, reasons);
    const lock = { folder: join(context.cacheDir, 'locks'), name: spec.id };
    return withLock(lock, progress, async () => {
      // Another process may have installed it while we waited for the lock.
      const again = await find();
      return again.found ?? installFirst(spec, context, { reasons, progress });
    });
  };

  const { id, minimumVersion, remedy } = spec;
  return { id, minimumVersion, remedy, find, ensure };
};

const look = async (spec: ToolSpec, place: Place): Promise<FoundTool | Refusal | undefined> => {
  const version = await spec.inspect(place.path);
  if (version === undefined) {
    // In the cache its absence is the normal case; elsewhere somebody meant this to be the tool.
    return place.origin === 'cache' ? undefined : { ...place, reason: `is not a working ${spec.id}` };
  }
  if (isAtLeast(version, spec.minimumVersion)) return { ...place, version };
  return { ...place, version, reason: `is ${version}, ${spec.minimumVersion} or later is needed` };
};

type Attempt = { reasons: string[]; progress: Progress };

const installFirst = async (spec: ToolSpec, context: ToolContext, attempt: Attempt): Promise<FoundTool> => {
  for (const installer of spec.installers) {
    try {
      const path = await install(spec.id, installer, { context, progress: attempt.progress });
      const version = await spec.inspect(path);
      if (version !== undefined) return { path, version, origin: installer.origin };
      attempt.reasons.push(`${installer.origin}: what was installed at ${path} does not run`);
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      attempt.reasons.push(`${installer.origin}: ${error.message}`);
      attempt.progress({ step: `${spec.id}: not by ${installer.origin}`, detail: messageOf(error) });
    }
  }
  throw missing(spec, attempt.reasons);
};

/** Fills a temporary folder and puts it in place by one rename: an installation is there whole or not at all. */
const install = async (
  id: ToolId,
  installer: Installer,
  { context, progress }: { context: ToolContext; progress: Progress },
): Promise<string> => {
  const target = join(context.cacheDir, installer.folder);
  const workshop = join(context.cacheDir, 'tmp');
  await mkdir(workshop, { recursive: true });
  // We hold the tool's lock: whatever is here with its name was left by a process that died.
  for (const name of await readdir(workshop)) {
    if (name.startsWith(`${id}-`)) await rm(join(workshop, name), { recursive: true, force: true });
  }
  const folder = await mkdtemp(join(workshop, `${id}-`));
  try {
    await installer.fill(folder, progress);
    await rm(target, { recursive: true, force: true });
    await mkdir(dirname(target), { recursive: true });
    await rename(folder, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return join(target, installer.entry);
};

const missing = (spec: ToolSpec, reasons: readonly string[]): KnownError =>
  new KnownError(
    'tool-missing',
    `${spec.id} is not on this machine and could not be installed${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}.`,
    { remedy: spec.remedy, facts: { tool: spec.id } },
  );
