import { kafkaFigures } from '../../core/derive/kafka-group.ts';
import type { KafkaGroupReport } from '../../core/report-document.ts';
import type { Goal } from '../goals.ts';
import { lagExporterDelays } from './lag-exporter.ts';
import type { Part } from './part.ts';
import { quantileOf } from '../statistics.ts';
import { observe, watchedUntilMs } from './world/observe.ts';
import { shapes, type Shape } from './world/shapes.ts';
import { playWorld, type PartitionTruth } from './world/world.ts';

const quantiles = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

/** How long the messages of these partitions took from readable to persisted, by the application's own clock. */
const trueDelays = (partitions: readonly PartitionTruth[]): number[] =>
  partitions.flatMap(({ producedMs, persistedMs }) =>
    producedMs.map((from, index) => (persistedMs[index] ?? Number.NaN) - from),
  );

type Miss = {
  readonly errorMs: number;
  /** Within max(5 %, one sampling interval and one commit interval) of the truth. */
  readonly isClose: boolean;
  /** Likewise, but with how late commits really were, and of a truth that jumps within 1 % of the messages on either side. */
  readonly isCloseAsFarAsSeen: boolean;
};

/** Of a truth that jumps by seconds at its median, no curve can tell which side of the jump a rank is on. */
const rankTolerance = 0.01;

/** Quantiles of waiting from produce to commit, of every partition and of all together, against those the application saw. */
export const latency: Part = {
  name: 'latency',
  run: async ({ seed, short, say }) => {
    const runs = short ? 2 : 20;
    say(
      'shape               quantile   lagline error p50 / max   within bound   lag exporter error p50 / max',
    );
    const goals: Goal[] = [];
    let [strict, judged] = [0, 0];
    for (const shape of shapes) {
      const worlds = Array.from({ length: runs }, (_, run) => examine(shape, seed * 1009 + run * 7919));
      for (const [name] of quantiles) {
        const ours = worlds.flatMap((world) => world[name].ours);
        const theirs = worlds.flatMap((world) => world[name].theirs);
        const close = ours.filter(({ isClose }) => isClose).length;
        const within = ours.filter(({ isCloseAsFarAsSeen }) => isCloseAsFarAsSeen).length;
        strict += close;
        judged += ours.length;
        say(
          `${shape.padEnd(20)}${name}        ${spread(ours.map(({ errorMs }) => errorMs))}   ${close} of ${ours.length}   ${spread(theirs)}`,
        );
        goals.push({
          what: `latency ${shape} ${name}: within the bound, by partition and in total`,
          seen: `${within} of ${ours.length}`,
          target: 'all',
          isMet: within === ours.length,
        });
      }
    }
    return [
      ...goals,
      {
        what: 'latency: within the bound where commits that a rebalance threw away and jumps do not widen it',
        seen: `${strict} of ${judged}`,
        target: '≥ 99 %',
        isMet: strict >= 0.99 * judged,
      },
    ];
  },
};

const spread = (values: readonly number[]): string =>
  `${quantileOf(values, 0.5).toFixed(0).padStart(6)} / ${quantileOf(values, 1).toFixed(0).padStart(7)} ms`;

type Examined = Readonly<
  Record<'p50' | 'p95' | 'p99', { readonly ours: readonly Miss[]; readonly theirs: readonly number[] }>
>;

const examine = (shape: Shape, seed: number): Examined => {
  const world = playWorld(shape, seed);
  const record = observe(world, seed, watchedUntilMs(world));
  const group = kafkaFigures(record).groups[0] as KafkaGroupReport;
  const of = (q: number, name: 'p50' | 'p95' | 'p99') => {
    const compared = [
      {
        partitions: world.partitions,
        truth: trueDelays(world.partitions),
        delay: group.completionDelayMs,
        histories: record.offsets,
      },
      ...world.partitions.map((partition, index) => ({
        partitions: [partition],
        truth: trueDelays([partition]),
        delay: group.perPartition[index]?.completionDelayMs,
        histories: record.offsets.slice(index, index + 1),
      })),
    ].filter(({ truth }) => truth.length > 0);
    return {
      ours: compared.map(({ partitions, truth, delay }): Miss => {
        const real = quantileOf(truth, q);
        const ours = delay?.[name] ?? Number.POSITIVE_INFINITY;
        const [low, high] = [quantileOf(truth, q - rankTolerance), quantileOf(truth, q + rankTolerance)];
        const { samplingIntervalMs, commitIntervalMs } = world.plan;
        const allowed = (commitMs: number): number => Math.max(0.05 * real, samplingIntervalMs + commitMs);
        const seenMs = allowed(longestUncommittedMs(partitions));
        return {
          errorMs: Math.abs(ours - real),
          isClose: Math.abs(ours - real) <= allowed(commitIntervalMs),
          isCloseAsFarAsSeen: ours >= low - seenMs && ours <= high + seenMs,
        };
      }),
      theirs: compared.map(({ truth, histories }) =>
        Math.abs(quantileOf(lagExporterDelays(histories), q) - quantileOf(truth, q)),
      ),
    };
  };
  return { p50: of(0.5, 'p50'), p95: of(0.95, 'p95'), p99: of(0.99, 'p99') };
};

/** Longest time that something persisted waited for its commit: the commit interval, but for pauses and rebalances. */
const longestUncommittedMs = (partitions: readonly PartitionTruth[]): number =>
  partitions.reduce((longest, { base, persistedMs, commits }) => {
    let at = 0;
    return persistedMs.reduce((most, persisted, index) => {
      while ((commits[at]?.offset ?? Number.POSITIVE_INFINITY) <= base + index) at += 1;
      return Math.max(most, (commits[at]?.atMs ?? persisted) - persisted);
    }, longest);
  }, 0);
