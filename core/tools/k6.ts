import { join } from 'node:path';
import { KnownError } from '../errors.ts';
import { k6Environment } from '../k6-environment.ts';
import { findAllOnPath, runCommand } from './command.ts';
import { makeTool, type Installer } from './make-tool.ts';
import { k6OlderRelease, k6Release, type PinnedRelease } from './pins.ts';
import { fillFromRelease } from './release.ts';
import type { Progress, Tool, ToolContext } from './tool.ts';

const inspectTimeoutMs = 20_000;
const buildTimeoutMs = 20 * 60_000;

/** k6 from PATH, our cache, the official release, or its Go module, in this order. */
export const k6Tool = (context: ToolContext): Tool =>
  makeTool(
    {
      id: 'k6',
      minimumVersion: '1.0',
      remedy:
        'Install k6 1.0 or later (https://grafana.com/docs/k6/latest/set-up/install-k6/), or Go, with which lagline builds it.',
      places: async () =>
        (await findAllOnPath('k6', context.env)).map((path) => ({ origin: 'path' as const, path })),
      inspect: (path) => k6Version(path, context),
      installers: [fromRelease(k6Release, context), fromGo(context), fromRelease(k6OlderRelease, context)],
    },
    context,
  );

/** The npm package of this name is a placeholder that knows no `version`. */
const k6Version = async (path: string, { env }: ToolContext): Promise<string | undefined> => {
  const given = { env: k6Environment(env), timeoutMs: inspectTimeoutMs };
  const { code, output } = await runCommand(path, ['version'], given);
  return code === 0 ? /^k6(?:\.exe)? v(\d+\.\d+\.\d+)/m.exec(output)?.[1] : undefined;
};

const folderOf = (version: string, { platform }: ToolContext): string => `k6-${version}-${platform}`;

const fromRelease = (release: PinnedRelease, context: ToolContext): Installer => ({
  origin: 'download',
  folder: folderOf(release.version, context),
  entry: 'k6',
  fill: fillFromRelease('k6', release, context),
});

const fromGo = (context: ToolContext): Installer => ({
  origin: 'go-install',
  folder: folderOf(k6Release.version, context),
  entry: 'k6',
  fill: (folder, progress) => goInstall(folder, context, progress),
});

const goInstall = async (folder: string, context: ToolContext, progress: Progress): Promise<void> => {
  const [go] = await findAllOnPath('go', context.env);
  if (go === undefined) throw new KnownError('tool-missing', 'go is not on PATH');
  const step = `build k6 ${k6Release.version} with go (1 to 3 minutes)`;
  let lines = 0;
  progress({ step });
  const { code, output } = await runCommand(go, ['install', '-v', `go.k6.io/k6@v${k6Release.version}`], {
    env: { ...context.env, GOBIN: folder, CGO_ENABLED: '0' },
    cwd: folder,
    timeoutMs: buildTimeoutMs,
    onLine: (line) => {
      lines += 1;
      progress({ step, detail: line.startsWith('go: ') ? line.slice(4) : `package ${lines}: ${line}` });
    },
  });
  if (code === 0) return;
  const reason = output.trim().split('\n').at(-1) ?? '';
  throw new KnownError('tool-missing', `go install ended with ${code ?? 'a timeout'}: ${reason}`, {
    facts: { binary: join(folder, 'k6') },
  });
};
