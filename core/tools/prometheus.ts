import { findAllOnPath, isExecutable, runCommand } from './command.ts';
import { makeTool } from './make-tool.ts';
import { prometheusRelease } from './pins.ts';
import { fillFromRelease } from './release.ts';
import type { Tool, ToolContext } from './tool.ts';

const inspectTimeoutMs = 20_000;
const debianPath = '/usr/bin/prometheus';

/** Prometheus from PATH, our cache or the official release. Optional: without it lagline scrapes by itself. */
export const prometheusTool = (context: ToolContext): Tool =>
  makeTool(
    {
      id: 'prometheus',
      minimumVersion: '2.30',
      remedy:
        'Optional. Debian and Ubuntu: apt-get install --no-install-recommends prometheus; others: https://prometheus.io/download.',
      places: async () => {
        const onPath = await findAllOnPath('prometheus', context.env);
        const paths = (await isExecutable(debianPath)) ? new Set([...onPath, debianPath]) : onPath;
        return [...paths].map((path) => ({ origin: 'path' as const, path }));
      },
      inspect: async (path) => {
        const { code, output } = await runCommand(path, ['--version'], {
          env: context.env,
          timeoutMs: inspectTimeoutMs,
        });
        return code === 0 ? /prometheus, version (\d+\.\d+\.\d+)/.exec(output)?.[1] : undefined;
      },
      installers: [
        {
          origin: 'download',
          folder: `prometheus-${prometheusRelease.version}-${context.platform}`,
          entry: 'prometheus',
          fill: fillFromRelease('prometheus', prometheusRelease, context),
        },
      ],
    },
    context,
  );
