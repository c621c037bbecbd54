import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClock } from '../../core/clock.ts';
import { inspectScript } from '../../core/load/k6-inspect.ts';
import { startK6 } from '../../core/load/k6-process.ts';
import { runPlanSchema } from '../../core/plan.ts';
import { neededSystemTags } from '../../core/load/system-tags.ts';
import { guardGroup } from '../../core/process/watchdog.ts';
import { hostSeries } from '../../core/record/series-names.ts';
import { samplers } from '../../core/sampling/index.ts';
import { openSamplers, startSamplingLoop } from '../../core/sampling/sampling-loop.ts';
import { createBenchJournal } from '../bench-journal.ts';

export type VariantName = 'bare' | 'lagline' | 'lagline-gc' | 'json';

export type Surroundings = {
  readonly k6: { readonly path: string; readonly version: string };
  readonly script: string;
  readonly url: string;
  /** The broker that lagline samples beside the load. */
  readonly broker: string;
  readonly group: string;
  /** Lower priority of k6, 1 to 19. */
  readonly niceness?: number;
  /** Told of each tick of lagline's sampling how late it was. */
  readonly onTick?: (lateMs: number) => void;
};

/** A k6 at work: its pid, and the end of it and of what ran beside it. */
export type RunningVariant = { readonly pid: number; readonly done: Promise<void> };

export const startVariant = async (
  name: VariantName,
  surroundings: Surroundings,
): Promise<RunningVariant> => {
  const dir = await mkdtemp(join(tmpdir(), 'lagline-overhead-'));
  const start = {
    bare: startPlain,
    json: startPlain,
    lagline: startUnderLagline,
    'lagline-gc': startUnderLagline,
  }[name];
  const { pid, done } = await start(name, surroundings, dir);
  const cleaned = async (): Promise<void> => {
    try {
      await done;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  };
  return { pid, done: cleaned() };
};

const startPlain = async (
  name: VariantName,
  { k6, script, url }: Surroundings,
  dir: string,
): Promise<RunningVariant> => {
  const output = name === 'json' ? ['--out', `json=${join(dir, 'samples.json')}`] : [];
  const child: ChildProcess = spawn(
    k6.path,
    ['run', '--no-usage-report', '--no-color', '--address', '', ...output, '-e', `URL=${url}`, script],
    // In a session of its own, as under lagline: the kernel shares processors out between sessions.
    { detached: true, stdio: 'ignore', env: { PATH: process.env['PATH'], HOME: process.env['HOME'] } },
  );
  const ended = once(child, 'exit');
  const release = child.pid === undefined ? (): void => {} : guardGroup(child.pid);
  await once(child, 'spawn');
  const done = ended.then(([code]) => {
    release();
    if (code !== 0) throw new Error(`k6 ended with ${String(code)}`);
  });
  return { pid: child.pid ?? 0, done };
};

/** As `lagline run` does it: the timeline pushed to this process, offsets and host sampled, all of it in the journal. */
const startUnderLagline = async (
  name: VariantName,
  { k6, script, url, broker, group, niceness, onTick }: Surroundings,
  dir: string,
): Promise<RunningVariant> => {
  const clock = startClock();
  const plan = runPlanSchema.parse({
    scenario: { name: 'overhead', script },
    kafka: { brokers: [broker], groups: [{ group }] },
  });
  const variables = { URL: url };
  const inspected = await inspectScript({ k6Path: k6.path, script, variables });
  const journal = createBenchJournal(dir, { runId: 'overhead', clock, plan });
  const watched: { name: string; pid: number }[] = [];
  const open = await openSamplers(samplers, { plan, clock, watchedProcesses: () => watched });
  const loop = startSamplingLoop(
    open,
    { plan, clock },
    {
      observe: (observations) => {
        journal.observe(observations);
        for (const seen of observations)
          if (seen.kind === 'gauge' && seen.series.name === hostSeries.tickLateMs) onTick?.(seen.value);
      },
      gap: (gap) => journal.write({ kind: 'gap', ...gap }),
    },
  );
  const load = await startK6({
    k6Path: k6.path,
    k6Version: k6.version,
    script,
    variables,
    systemTags: neededSystemTags(inspected),
    outDir: dir,
    clock,
    scenarios: [],
    onTimeline: (observations) => journal.observe(observations),
    ...(name === 'lagline-gc' ? { gcPercent: 400 } : {}),
    ...(niceness === undefined ? {} : { niceness }),
  });
  watched.push({ name: 'k6', pid: load.pid });
  const done = load.done.then(async ({ exitCode }) => {
    await loop.stop();
    journal.close();
    if (exitCode !== 0) throw new Error(`k6 ended with ${String(exitCode)}`);
  });
  return { pid: load.pid, done };
};
