import { findAllOnPath, runCommand } from './command.ts';
import { makeTool } from './make-tool.ts';
import type { Tool, ToolContext } from './tool.ts';

const inspectTimeoutMs = 20_000;

/** `redis-server` from PATH; never installed by us. Only the full stack needs it. */
export const redisTool = (context: ToolContext): Tool =>
  makeTool(
    {
      id: 'redis',
      minimumVersion: '7.0',
      remedy:
        'Only for the full stack. Debian and Ubuntu: apt-get install --no-install-recommends redis-server; macOS: brew install redis.',
      places: async () => {
        const paths = await findAllOnPath('redis-server', context.env);
        return paths.map((path) => ({ origin: 'path' as const, path }));
      },
      inspect: async (path) => {
        const { code, output } = await runCommand(path, ['--version'], {
          env: context.env,
          timeoutMs: inspectTimeoutMs,
        });
        return code === 0 ? /Redis server v=(\d+\.\d+\.\d+)/.exec(output)?.[1] : undefined;
      },
      installers: [],
    },
    context,
  );
