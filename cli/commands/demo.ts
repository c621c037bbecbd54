import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interruption, signalOf, unlessAborted } from '../../core/interruption.ts';
import { run } from '../../core/run/run.ts';
import { stackDown, stackUp, type StackUp } from '../../core/stack/stack.ts';
import { memberOf } from '../../core/stack/stack-state.ts';
import { systemContext } from '../../core/tools/context.ts';
import { k6Tool } from '../../core/tools/k6.ts';
import type { FoundTool } from '../../core/tools/tool.ts';
import { buildPlan } from '../config/build-plan.ts';
import { readFormats } from '../formats.ts';
import { tellGithub } from '../github-step.ts';
import { describeEnvironment } from '../environment.ts';
import { createProgress, type ProgressDisplay } from '../progress/progress.ts';
import { ownCommand } from '../redact-command.ts';
import {
  hasJournal,
  releaseRunFolder,
  requireWritable,
  reserveFolder,
  reserveRunFolder,
  utcStamp,
} from '../run-folder.ts';
import { showResult, shownPath, type ResultFlags } from '../show-result.ts';
import { exitCodeOfSignal, listenForSignals, type SignalControl } from '../signals.ts';
import { writeReport } from '../write-report.ts';
import { warmUp } from './warm-up.ts';
import { demoRuns, eventId, warmUpRequests, type DemoRun } from './demo-runs.ts';

export type DemoFlags = ResultFlags & {
  readonly out: string;
  readonly format: readonly string[];
  readonly quiet?: boolean;
};

type Demo = {
  readonly flags: DemoFlags;
  readonly progress: ProgressDisplay;
  readonly control: SignalControl;
  readonly k6: FoundTool;
  /** State, data and logs of everything that is started; gone afterwards. */
  readonly workDir: string;
  readonly broker: StackUp;
};

/** `lagline demo`: exits 0 once its report is written; what it judges is in the report. */
export const demo = async (flags: DemoFlags, runs: readonly DemoRun[] = demoRuns): Promise<number> => {
  const formats = readFormats(flags.format);
  requireWritable(join(flags.out, 'runs'));
  requireWritable(join(flags.out, 'reports'));
  const progress = createProgress(process.stderr, {
    isQuiet: flags.quiet === true,
    environment: process.env,
  });
  const control = listenForSignals();
  const startedAt = new Date();
  const workDir = await mkdtemp(join(tmpdir(), 'lagline-demo-'));
  const brokerDir = join(workDir, 'broker');
  try {
    const k6 = await unlessAborted(control.stop, k6Tool(systemContext()).ensure(progress.step));
    const up = await stackUp({
      dir: brokerDir,
      service: false,
      guarded: true,
      progress: progress.step,
      signal: control.stop,
    });
    const parts = { flags, progress, control, k6, workDir, broker: up };
    const { folders, failure } = await runAll(parts, runs);
    control.abort.throwIfAborted();
    if (folders.length === 0) throw failure;
    const reportFolder = reserveFolder(join(flags.out, 'reports'), utcStamp(startedAt)).folder;
    const report = await writeReport(folders, reportFolder, flags.lang, formats);
    showResult(report.document, flags);
    tellGithub(report, process.env, progress.say);
    progress.say(`report: ${shownPath(report.mainPath)}`);
    if (failure !== undefined && !(failure instanceof Interruption)) throw failure;
    return control.stop.aborted ? exitCodeOfSignal(signalOf(control.stop)) : 0;
  } finally {
    try {
      await stackDown(brokerDir, progress.step, control.abort);
    } finally {
      progress.finish();
      await rm(workDir, { recursive: true, force: true });
      control.dispose();
    }
  }
};

type Runs = {
  /** Of every run that came as far as its journal, in order. */
  readonly folders: readonly string[];
  /** What ended them before their time; undefined when all were done. */
  readonly failure?: unknown;
};

const runAll = async (parts: Demo, runs: readonly DemoRun[]): Promise<Runs> => {
  const begun: string[] = [];
  const folders = (): string[] => begun.filter(hasJournal);
  try {
    for (const each of runs) {
      parts.control.stop.throwIfAborted();
      await runOne(parts, each, (folder) => begun.push(folder));
    }
    return { folders: folders() };
  } catch (failure) {
    return { folders: folders(), failure };
  }
};

/** Each run has a service, a topic and a group of its own, so that no backlog is left over from the one before. */
const runOne = async (parts: Demo, demoRun: DemoRun, onFolder: (folder: string) => void): Promise<void> => {
  const { workDir, progress, broker, control } = parts;
  const brokers = broker.brokers ?? '';
  const dir = join(workDir, demoRun.scenario);
  try {
    const stack = await stackUp({
      dir,
      brokers,
      guarded: true,
      serviceEnv: demoRun.serviceEnv,
      progress: progress.step,
      signal: control.stop,
    });
    const target = memberOf(stack, 'service')?.address ?? '';
    progress.step({ step: 'warm up', detail: `${warmUpRequests} requests` });
    await warmUp({ target, eventId, requests: warmUpRequests, stop: control.stop });
    progress.say(`${demoRun.scenario}: load on ${target}`);
    await observe(parts, demoRun, stack, onFolder);
  } finally {
    await stackDown(dir, progress.step, control.abort);
  }
};

const observe = async (
  parts: Demo,
  demoRun: DemoRun,
  stack: StackUp,
  onFolder: (folder: string) => void,
): Promise<void> => {
  const { flags, progress, control, k6, broker } = parts;
  const target = memberOf(stack, 'service')?.address ?? '';
  const prometheus = memberOf(stack, 'prometheus')?.address;
  const place = reserveRunFolder(join(flags.out, 'runs'), demoRun.scenario, new Date());
  const { runId, folder } = place;
  onFolder(folder);
  const { plan, variables } = buildPlan(
    demoRun.scenario,
    {
      env: [`EVENT_ID=${eventId}`, `RUN_ID=${runId}`],
      target,
      brokers: broker.brokers ?? '',
      group: [demoRun.group],
      topic: [demoRun.topic],
      ...(prometheus === undefined ? {} : { prometheus }),
      query: prometheus === undefined ? [] : demoRun.queries,
      scrape: prometheus === undefined ? [`${target}/metrics`] : [],
      completion: `${target}/metrics#coupon_issue_completion_seconds`,
      integrity: `${target}/integrity/${eventId}`,
      threshold: demoRun.thresholds,
      drainTimeout: demoRun.drainTimeout,
      timeScale: String(demoRun.timeScale),
      profile: 'incident',
    },
    {},
    process.env,
  );
  try {
    await run({
      plan,
      runId,
      runFolder: folder,
      k6,
      variables,
      environment: describeEnvironment(k6.version, ownCommand(), plan.kafka?.brokers, {
        ...broker.tools,
        ...stack.tools,
      }),
      control,
      onProgress: progress.run,
      watched: [...broker.members, ...stack.members].map(({ name, identity }) => ({
        name,
        pid: identity.pid,
      })),
    });
  } finally {
    releaseRunFolder(place);
    progress.finish();
  }
};
