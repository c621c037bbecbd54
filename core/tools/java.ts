import { join } from 'node:path';
import { findAllOnPath, runCommand } from './command.ts';
import { makeTool } from './make-tool.ts';
import type { Tool, ToolContext } from './tool.ts';

const inspectTimeoutMs = 20_000;

/** Java from JAVA_HOME or PATH; never installed by us. */
export const javaTool = (context: ToolContext): Tool =>
  makeTool(
    {
      id: 'java',
      minimumVersion: '17',
      remedy:
        'Install Java 17 or later (Debian: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk), or set JAVA_HOME, or give brokers of your own with --brokers.',
      places: async () => {
        const home = context.env['JAVA_HOME'];
        const onPath = (await findAllOnPath('java', context.env)).map((path) => ({
          origin: 'path' as const,
          path,
        }));
        return home ? [{ origin: 'env' as const, path: join(home, 'bin', 'java') }, ...onPath] : onPath;
      },
      inspect: (path) => javaVersion(path, context),
      installers: [],
    },
    context,
  );

/** Java before 9 called itself 1.8; that is below 17 as it stands. */
const javaVersion = async (path: string, { env }: ToolContext): Promise<string | undefined> => {
  const { code, output } = await runCommand(path, ['-version'], { env, timeoutMs: inspectTimeoutMs });
  return code === 0 ? /version "(\d+(?:\.\d+)*)/.exec(output)?.[1] : undefined;
};
