import { readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findAllOnPath, isExecutable, runCommand } from './command.ts';
import { makeTool } from './make-tool.ts';
import type { Tool, ToolContext } from './tool.ts';

const inspectTimeoutMs = 20_000;
/** Debian keeps the server out of PATH, one folder for each major version. */
const debianFolder = '/usr/lib/postgresql';

/**
 * `postgres` with `initdb` beside it, from PATH or from where Debian puts it, the latest first; never installed by us.
 * Only the full stack needs it.
 */
export const postgresTool = (context: ToolContext): Tool =>
  makeTool(
    {
      id: 'postgres',
      minimumVersion: '14',
      remedy:
        'Only for the full stack. Debian and Ubuntu: apt-get install --no-install-recommends postgresql; macOS: brew install postgresql@17.',
      places: async () => {
        const onPath = await findAllOnPath('postgres', context.env);
        // What is on PATH may be a link; the other programs stand beside what it points to.
        const real = await Promise.all(onPath.map((path) => realpath(path)));
        const paths = new Set([...real, ...(await debianPrograms())]);
        return [...paths].map((path) => ({ origin: 'path' as const, path }));
      },
      inspect: (path) => postgresVersion(path, context),
      installers: [],
    },
    context,
  );

const debianPrograms = async (): Promise<string[]> => {
  const versions = await readdir(debianFolder).catch(() => []);
  const programs = versions
    .toSorted((one, other) => Number(other) - Number(one))
    .map((version) => join(debianFolder, version, 'bin', 'postgres'));
  const usable = await Promise.all(programs.map(isExecutable));
  return programs.filter((_, index) => usable[index]);
};

/** Undefined also where only a part of the server is installed. */
const postgresVersion = async (path: string, { env }: ToolContext): Promise<string | undefined> => {
  if (!(await isExecutable(join(dirname(path), 'initdb')))) return undefined;
  const { code, output } = await runCommand(path, ['--version'], { env, timeoutMs: inspectTimeoutMs });
  return code === 0 ? /postgres \(PostgreSQL\) (\d+(?:\.\d+)*)/.exec(output)?.[1] : undefined;
};
