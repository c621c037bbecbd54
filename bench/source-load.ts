// `npm run -s bench:source-load`: the load of the document that lagline's reports descend from, at full length, against
// the whole stack on this machine: 300 VUs in 4 minutes, then 1,000 requests per second for 30 seconds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ReportDocument, RunReport } from '../core/report-document.ts';
import { stackDown, stackUp } from '../core/stack/stack.ts';
import { memberOf, type StackStatus } from '../core/stack/stack-state.ts';
import { benchArguments } from './arguments.ts';
import { printGoals, type Goal } from './goals.ts';
import { requireIdle } from './idle.ts';

type Scenario = 'stress' | 'peak';

const { short } = benchArguments();
/** In short form a tenth of the durations; the figures then say less. */
const timeScale = short ? '0.1' : '1';
const main = join(import.meta.dirname, '..', 'cli', 'main.ts');
const root = await mkdtemp(join(tmpdir(), 'lagline-source-load-'));

const run = async (
  stack: StackStatus,
  scenario: Scenario,
  flags: readonly string[] = [],
): Promise<RunReport> => {
  const service = memberOf(stack, 'service')?.address ?? '';
  const prometheus = memberOf(stack, 'prometheus')?.address;
  const child = spawn(
    process.execPath,
    [
      main,
      'run',
      scenario,
      `--target=${service}`,
      `--brokers=${stack.brokers ?? ''}`,
      '--group=coupon-issuer',
      '--topic=coupon-issue',
      `--integrity=${service}/integrity/demo`,
      ...(prometheus === undefined ? [] : [`--prometheus=${prometheus}`]),
      `--time-scale=${timeScale}`,
      `--out=${join(root, 'runs')}`,
      '--json',
      ...flags,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  // Ended with us: it reports what it has seen so far, and takes k6 along.
  const stop = (): boolean => child.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const ended = once(child, 'close');
  const document = JSON.parse(await text(child.stdout)) as ReportDocument;
  await ended;
  const [report] = document.runs;
  if (report === undefined) throw new Error(`lagline run ${scenario} left no report`);
  return report;
};

/** Each profile has a stack of its own, so that nothing is left over from the one before. */
const withStack = async <T>(profile: string, work: (stack: StackStatus) => Promise<T>): Promise<T> => {
  const dir = join(root, profile);
  let told = '';
  // A step that takes long tells so again and again.
  const progress = ({ step }: { step: string }): void => {
    if (step !== told) process.stderr.write(`${profile}: ${step}\n`);
    told = step;
  };
  try {
    const stack = await stackUp({
      dir,
      full: true,
      guarded: true,
      serviceEnv: { PROFILE: profile, COUPON_STOCK: '10000000' },
      progress,
    });
    return await work(stack);
  } finally {
    await stackDown(dir, progress);
  }
};

const figures = ({ load, kafka, integrity, durationMs }: RunReport) => {
  const [group] = kafka?.groups ?? [];
  return {
    requests: load?.requests ?? Number.NaN,
    perSecond: load?.requestsPerSecond ?? Number.NaN,
    failed: load?.failedRequests ?? Number.NaN,
    dropped: load?.droppedIterations ?? Number.NaN,
    p95Ms: load?.httpReqDurationMs?.p95 ?? Number.NaN,
    drainState: group?.drain.state ?? 'not watched',
    drainHighMs: group?.drain.highMs ?? Number.NaN,
    drainLowMs: group?.drain.lowMs ?? Number.NaN,
    produceMs: group?.produceDurationMs ?? Number.NaN,
    consumeMs: group?.consumeDurationMs ?? null,
    accepted: integrity?.accepted ?? Number.NaN,
    persisted: integrity?.persisted ?? Number.NaN,
    durationMs,
  };
};

const goal = (what: string, seen: number, target: string, isMet: boolean, unit = ''): Goal => ({
  what,
  seen: `${Math.round(seen * 10) / 10}${unit}`,
  target,
  isMet,
});

const healthyGoals = (stress: RunReport, peak: RunReport): Goal[] => {
  const [s, p] = [figures(stress), figures(peak)];
  return [
    goal('peak: requests per second', p.perSecond, '≥ 990 (source: 691)', p.perSecond >= 990),
    goal('peak: dropped iterations', p.dropped, '0 (source: 8,610)', p.dropped === 0),
    goal('peak: failed requests', p.failed, '0', p.failed === 0),
    goal('peak: p95', p.p95Ms, '≤ 100 ms (source: 964 ms)', p.p95Ms <= 100, ' ms'),
    goal(
      'peak: all consumed after load end',
      p.drainHighMs,
      '≤ 3 s (source: 15 min)',
      p.drainHighMs <= 3_000,
      ' ms',
    ),
    goal('peak: promised and not issued', p.accepted - p.persisted, '0', p.accepted === p.persisted),
    goal('stress: requests', s.requests, '(source: 161,433)', s.requests > 0),
    goal('stress: requests per second', s.perSecond, '(source: 672)', s.perSecond > 0),
    goal('stress: failed requests', s.failed, '0', s.failed === 0),
    goal(
      'stress: all consumed after load end',
      s.drainHighMs,
      '≤ 10 s (source: 1 h 12 min)',
      s.drainHighMs <= 10_000,
      ' ms',
    ),
    goal('stress: promised and not issued', s.accepted - s.persisted, '0', s.accepted === s.persisted),
  ];
};

/** Consumption may outlast the watching: then what was seen of it is a lower bound. */
const incidentGoals = (peak: RunReport): Goal[] => {
  const p = figures(peak);
  const consumeMs = p.consumeMs ?? p.produceMs + p.drainLowMs;
  const ratio = consumeMs / p.produceMs;
  return [
    goal(
      `incident, peak: consuming ÷ producing${p.consumeMs === null ? ', at least' : ''}`,
      ratio,
      '≥ 10 (source: 30)',
      ratio >= 10,
      '×',
    ),
    goal('incident, peak: failed requests', p.failed, '0', p.failed === 0),
  ];
};

try {
  await requireIdle();
  const healthy = await withStack('healthy', async (stack) => ({
    stress: await run(stack, 'stress'),
    peak: await run(stack, 'peak'),
  }));
  const drainTimeout = ['--drain-timeout', short ? '40s' : '5m'];
  const incident = await withStack('incident', (stack) => run(stack, 'peak', drainTimeout));
  const goals = [...healthyGoals(healthy.stress, healthy.peak), ...incidentGoals(incident)];
  process.stdout.write(`${availableParallelism()} processors, time scale ${timeScale}\n`);
  process.exitCode = printGoals(goals);
} finally {
  await rm(root, { recursive: true, force: true });
}
