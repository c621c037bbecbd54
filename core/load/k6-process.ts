import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { KnownError, messageOf } from '../errors.ts';
import type { MetricSelector } from '../threshold-expression.ts';
import type { Observation } from '../record/observation.ts';
import type { LoadOutcome, PlannedScenario } from '../record/load-outcome.ts';
import { guardGroup } from '../process/watchdog.ts';
import { keepLog } from './capped-log.ts';
import { k6Environment } from '../k6-environment.ts';
import { remoteWriteSettings, runArguments, type ScriptVariables } from './k6-arguments.ts';
import { createStampWatch } from './k6-clock.ts';
import { k6Files, readLoadOutcome } from './k6-outcome.ts';
import { usedHistograms } from './k6-series.ts';
import { startRemoteWriteReceiver, type ReceiverStatistics } from './remote-write-receiver.ts';
import { maskFile, maskingStream } from './mask-secrets.ts';
import { createTimeline } from './timeline.ts';
import type { TrendContent } from './trend-content.ts';

export type LoadOptions = {
  readonly k6Path: string;
  /** As `k6 version` says; it decides the flags. */
  readonly k6Version: string | null;
  readonly script: string;
  readonly variables: ScriptVariables;
  /** What may stand in none of k6's files: its log never holds it, the others no longer once k6 has ended. */
  readonly secrets?: readonly string[];
  /** The run folder; k6's files go into `k6/` in it. */
  readonly outDir: string;
  readonly clock: Clock;
  /** What `inspectScript` answered; passed on into the outcome. */
  readonly scenarios: readonly PlannedScenario[];
  /** The only tags that k6 itself puts on samples; its own where it is left out. */
  readonly systemTags?: readonly string[] | undefined;
  /** Metrics, and parts of them, to keep in the timeline beside what it always has. */
  readonly askedFor?: readonly MetricSelector[];
  /** Called about once a second with what k6 measured since the last call. */
  readonly onTimeline: (observations: readonly Observation[]) => void;
  /** Lets k6 run at a lower priority, 1 to 19, so that it disturbs the measuring less. */
  readonly niceness?: number | undefined;
  /** GOGC of k6, in percent; Go's own where it is left out. */
  readonly gcPercent?: number | undefined;
};

export type LoadProcess = {
  readonly pid: number;
  /** Resolves when k6 has ended and its files are complete; rejects only with what `onTimeline` threw. */
  readonly done: Promise<LoadOutcome>;
  readonly pushes: Readonly<ReceiverStatistics>;
  /** Asks k6 to stop and to write its summary. Only the first call does: a second signal would cut k6 off. */
  interrupt(): void;
  /** Ends k6 and whatever it started, at once. */
  kill(): void;
};

/** Starts k6 on a script. Throws `tool-missing` when k6 cannot be started, `output-unwritable` without a place for its files. */
export const startK6 = async (options: LoadOptions): Promise<LoadProcess> => {
  const { clock, outDir, onTimeline, askedFor = [] } = options;
  const timeline = createTimeline(clock, clock.elapsedMs(), askedFor);
  const stamps = createStampWatch(clock);
  const contents = new Map<string, TrendContent>();
  let state: 'running' | 'interrupted' | 'ended' = 'running';
  let failure: { readonly error: unknown } | undefined;

  const receiver = await startRemoteWriteReceiver({
    isUsed: usedHistograms(askedFor.map(({ name }) => name)),
    onPush: (series) => {
      if (failure !== undefined) return;
      try {
        const receivedAtMs = clock.elapsedMs();
        const observations = [...timeline.take(series, receivedAtMs), ...stamps.take(series, receivedAtMs)];
        noteContents(observations, contents);
        onTimeline(observations);
      } catch (error) {
        failure = { error };
        interrupt();
      }
    },
  });
  const { gcPercent } = options;
  const settings = {
    ...remoteWriteSettings(receiver),
    ...(gcPercent === undefined ? {} : { GOGC: String(gcPercent) }),
  };
  const child = await spawnK6(options, settings).catch(async (error: unknown) => {
    await receiver.close();
    throw error;
  });
  const { secrets = [] } = options;
  const log = keepLog(
    secrets.length === 0 ? child.stderr : child.stderr.pipe(maskingStream(secrets)),
    join(outDir, k6Files.stderr),
  );

  const interrupt = (): void => {
    if (state !== 'running') return;
    state = 'interrupted';
    child.process.kill('SIGINT');
  };

  const finish = async (): Promise<LoadOutcome> => {
    const [exitCode, signal] = (await once(child.process, 'exit')) as [number | null, NodeJS.Signals | null];
    state = 'ended';
    // k6 may have started another k6 that has the extensions a script needs; it must not outlive the first.
    killGroup(child.pid);
    child.release();
    await Promise.all([log.done, receiver.close()]);
    for (const file of [k6Files.console, k6Files.summary]) await maskFile(join(outDir, file), secrets);
    if (failure !== undefined) throw failure.error;
    const { k6Version, scenarios } = options;
    return {
      k6Version,
      scenarios,
      ...readLoadOutcome({
        outDir,
        exitCode,
        signal,
        log: log.tail(),
        thrownIterations: log.thrownIterations(),
        contents,
      }),
    };
  };

  const done = finish();
  // Whoever waits for it gets the error; nobody may be waiting yet when it comes.
  done.catch(() => {});
  return {
    pid: child.pid,
    done,
    pushes: receiver.statistics,
    interrupt,
    kill: () => {
      if (state !== 'ended') killGroup(child.pid);
    },
  };
};

type RunningK6 = {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly stderr: Readable;
  /** Takes k6 out of the care of the watchdog. */
  readonly release: () => void;
};

const spawnK6 = async (options: LoadOptions, settings: Record<string, string>): Promise<RunningK6> => {
  const { k6Path, k6Version, variables, outDir, niceness, systemTags } = options;
  const summaryPath = join(outDir, k6Files.summary);
  const script = shortPath(options.script);
  const args = runArguments({ script, variables, summaryPath, k6Version, systemTags });
  const [command, prefix] =
    niceness === undefined ? [k6Path, []] : ['nice', ['-n', String(niceness), k6Path]];
  const console = openConsole(outDir);
  try {
    const child = spawn(command, [...prefix, ...args], {
      detached: true,
      stdio: ['ignore', console, 'pipe'],
      env: k6Environment(process.env, settings),
    });
    const { pid } = child;
    // In the same tick as the start, so that there is no moment in which our death would leave k6 running.
    const release = pid === undefined ? (): void => {} : guardGroup(pid);
    await once(child, 'spawn');
    return { process: child, pid: pid as number, stderr: child.stderr as Readable, release };
  } catch (cause) {
    throw new KnownError('tool-missing', `k6 could not be started: ${messageOf(cause)}`, {
      remedy: 'run `lagline doctor` to see where k6 is looked for',
      cause,
    });
  } finally {
    closeSync(console);
  }
};

const openConsole = (outDir: string): number => {
  try {
    mkdirSync(join(outDir, 'k6'), { recursive: true });
    return openSync(join(outDir, k6Files.console), 'w');
  } catch (cause) {
    throw new KnownError('output-unwritable', `the run folder cannot be written: ${messageOf(cause)}`, {
      remedy: 'choose another folder, or make this one writable',
      cause,
    });
  }
};

/** k6 prints the path it is given; one below the working directory is shown as people write it. */
const shortPath = (script: string): string => {
  const path = relative(process.cwd(), script);
  return path === '' || path.startsWith('..') ? script : path;
};

const noteContents = (observations: readonly Observation[], contents: Map<string, TrendContent>): void => {
  for (const seen of observations) {
    if (seen.kind !== 'window') continue;
    if (seen.series.unit === 'ms') contents.set(seen.series.name, 'time');
    else if (seen.series.unit === 'bytes') contents.set(seen.series.name, 'data');
  }
};

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nothing of the group is left; macOS says EPERM where only a zombie is.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
};
