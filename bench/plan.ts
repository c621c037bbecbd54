// `npm run -s bench:plan`: whether what `lagline plan` advises comes true. A load on the reference service that its
// consumers cannot keep up with; the advice for a shorter drain is applied (consumers, partitions, batches); the same load
// again, and the time that was predicted beside the one measured.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CapacityDocument, CapacityPrediction } from '../core/capacity/capacity-document.ts';
import { benchArguments, chosenParts } from './arguments.ts';
import { printGoals, type Goal } from './goals.ts';
import { advise, measure, type Arrangement, type MeasuredRun } from './plan/measured-run.ts';

const { short, rest } = benchArguments({ values: ['only'] });
const parts = ['consumers', 'partitions', 'batches'] as const;
const names = chosenParts(rest['only'] ?? (short ? 'consumers' : undefined), parts);
const root = await mkdtemp(join(tmpdir(), 'lagline-bench-plan-'));
const goals: Goal[] = [];
const say = (line: string): void => console.log(line);
const toleratedShare = 0.15;

/** A consumer of a fixed pace, as behind a system that takes no more: what counts is how many there are. */
const paced = (perSecond: number) => ({
  PROFILE: 'incident',
  CONSUMER_RATE_PER_SECOND: String(perSecond),
});

const compare = (
  what: string,
  predicted: CapacityPrediction,
  { drain, peakLagMessages }: MeasuredRun,
): void => {
  const [expected, seen] = [predicted.drainMs, drain.ms];
  if (expected === null || seen === null || drain.lowMs === null || drain.highMs === null) {
    goals.push({ what, seen: `drain ${drain.state}`, target: 'drained', isMet: false });
    return;
  }
  const off = expected.value / seen - 1;
  const s = (ms: number): string => (ms / 1000).toFixed(1);
  say(
    `  predicted ${s(expected.value)} s (${s(expected.low)}–${s(expected.high ?? Number.NaN)}), ` +
      `measured ${s(seen)} s (${s(drain.lowMs)}–${s(drain.highMs)}); ` +
      `peak lag ${Math.round(predicted.peakLagMessages)} predicted, ${peakLagMessages} measured`,
  );
  goals.push({
    what,
    seen: `${off >= 0 ? '+' : ''}${(off * 100).toFixed(1)} %`,
    target: `within ${toleratedShare * 100} % of measured`,
    isMet: Math.abs(off) <= toleratedShare,
  });
};

const before = async (arrangement: Arrangement): Promise<MeasuredRun> => {
  const { consumers, partitions, perSecond, seconds } = arrangement;
  say(
    `${arrangement.name}: ${consumers} consumers, ${partitions} partitions, ${perSecond}/s for ${seconds} s`,
  );
  const run = await measure(root, arrangement);
  say(`  drained in ${((run.drain.ms ?? Number.NaN) / 1000).toFixed(1)} s, peak lag ${run.peakLagMessages}`);
  return run;
};

const drainGoal = ({ goals: all }: CapacityDocument) => {
  const found = all.find(({ goal }) => goal === 'drain');
  if (found === undefined) throw new Error('plan was asked for a drain time and has no such goal');
  return found;
};

/** Applies the set-up that was advised, and nothing else. */
const scaleOut = async (arrangement: Arrangement, within: string, more: 'consumers' | 'partitions') => {
  const first = await before(arrangement);
  const flags = [`--consumers=${arrangement.consumers}`, `--drain-within=${within}`];
  const document = await advise(first.folder, flags);
  const { advice, prediction, limit } = drainGoal(document);
  if (advice === null || prediction === null) throw new Error(`${arrangement.name}: plan has no advice`);
  compare(`${arrangement.name}: as it was, by the model`, document.present, first);
  say(`  plan, to drain within ${within}: ${advice.consumers} consumers, ${advice.partitions} partitions`);
  goals.push({
    what: `${arrangement.name}: limit named`,
    seen: limit,
    target: more,
    isMet: limit === more,
  });
  const after = await measure(root, { ...arrangement, ...advice, name: `${arrangement.name}-applied` });
  compare(`${arrangement.name}: advice applied`, prediction, after);
};

/** Rows are written one by one; a batch pays once what each row paid. */
const batch = async (arrangement: Arrangement, within: string): Promise<void> => {
  const first = await before(arrangement);
  const flags = [
    `--consumers=${arrangement.consumers}`,
    `--concurrency=${arrangement.partitions}`,
    `--drain-within=${within}`,
  ];
  const document = await advise(first.folder, flags);
  compare(`${arrangement.name}: as it was, by the model`, document.present, first);
  const perRowMs = document.serviceRate.perMessageMs.value;
  const { neededPerMessageMs } = drainGoal(document);
  if (neededPerMessageMs === null) throw new Error(`${arrangement.name}: plan knows no time per message`);
  const size = Math.ceil(perRowMs / neededPerMessageMs);
  say(
    `  plan, to drain within ${within}: ${neededPerMessageMs.toFixed(2)} ms a message instead of ` +
      `${perRowMs.toFixed(2)}; batches of ${size}`,
  );
  const expected = await advise(first.folder, [...flags, `--per-message-ms=${(perRowMs / size).toFixed(3)}`]);
  const after = await measure(root, {
    ...arrangement,
    name: `${arrangement.name}-applied`,
    serviceEnv: { ...arrangement.serviceEnv, CONSUMER_BATCH_SIZE: String(size) },
  });
  const seen = (await advise(after.folder, flags)).serviceRate.perMessageMs;
  say(`  ${seen.value.toFixed(2)} ms a message were measured then, ${(perRowMs / size).toFixed(2)} expected`);
  compare(`${arrangement.name}: advice applied`, expected.present, after);
};

const load = short ? { perSecond: 300, seconds: 8 } : { perSecond: 500, seconds: 20 };
const cases: Readonly<Record<(typeof parts)[number], () => Promise<void>>> = {
  consumers: () =>
    scaleOut(
      { name: 'consumers', consumers: 1, partitions: 4, serviceEnv: paced(100), ...load },
      short ? '8s' : '25s',
      'consumers',
    ),
  partitions: () =>
    scaleOut(
      { name: 'partitions', consumers: 2, partitions: 2, serviceEnv: paced(100), ...load },
      short ? '4s' : '14s',
      'partitions',
    ),
  batches: () =>
    batch(
      {
        name: 'batches',
        consumers: 1,
        partitions: 3,
        serviceEnv: { PROFILE: 'healthy', CONSUMER_BATCH_SIZE: '1' },
        downstreamMs: 15,
        ...load,
      },
      short ? '6s' : '15s',
    ),
};
try {
  for (const name of names) await cases[name]();
} finally {
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
}
process.exitCode = printGoals(goals);
