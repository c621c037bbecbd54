import { kafkaFigures } from '../../core/derive/kafka-group.ts';
import type { KafkaGroupReport } from '../../core/report-document.ts';
import type { Part } from './part.ts';
import { quantileOf } from '../statistics.ts';
import { drainedAtMs, observe, watchedUntilMs, worldDrainedAtMs } from './world/observe.ts';
import { shapes } from './world/shapes.ts';
import { playWorld, type World } from './world/world.ts';

/** Load end to the last commit, by the world's own clock; 0 where it came before. */
const since = (world: World, atMs: number): number => Math.max(0, atMs - world.plan.loadMs);

type Bounds = { readonly lowMs: number | null; readonly highMs: number | null };

const holds = ({ lowMs, highMs }: Bounds, truthMs: number): boolean =>
  lowMs !== null && highMs !== null && lowMs <= truthMs && truthMs <= highMs;

/** Load end to sustained zero against the truth, of every partition and in total; and runs that are given up too early. */
export const drain: Part = {
  name: 'drain',
  run: async ({ seed, short, say }) => {
    const runs = Array.from({ length: short ? 15 : 100 }, (_, run) => {
      const shape = shapes[run % shapes.length] ?? 'steady';
      return playWorld(shape, seed * 1013 + run * 7919);
    });
    const watched = runs.map((world, run) => examine(world, seed + run));
    const inside = watched.filter(({ isInside }) => isInside).length;
    const partsInside = watched.reduce((sum, { partsInside: count }) => sum + count, 0);
    const parts = watched.reduce((sum, { parts: count }) => sum + count, 0);
    const widths = watched.map(({ intervals }) => intervals);
    const slowest = watched.filter(({ namesSlowest }) => namesSlowest).length;
    const left = runs.filter((world) => since(world, worldDrainedAtMs(world)) > 10_000);
    const givenUp = left.map((world, run) => giveUp(world, seed + run));
    const faked = givenUp.filter(({ isFaked }) => isFaked).length;
    const wrongBound = givenUp.filter(({ isBound }) => !isBound).length;
    const estimated = givenUp.filter(({ error }) => error !== undefined);
    const covered = estimated.filter(({ isCovered }) => isCovered).length;
    const error = quantileOf(
      estimated.map(({ error: of }) => of ?? Number.NaN),
      0.5,
    );
    say(
      `interval width in sampling intervals: p50 ${quantileOf(widths, 0.5).toFixed(2)}, max ${quantileOf(widths, 1).toFixed(2)}`,
    );
    say(
      `given up half-way: ${left.length} runs, ${estimated.length} with an estimate, median error ${percent(error)}, ${covered} inside its 90 % interval`,
    );
    return [
      {
        what: 'drain: true time inside the interval, in total',
        seen: `${inside} of ${runs.length}`,
        target: 'all',
        isMet: inside === runs.length,
      },
      {
        what: 'drain: true time inside the interval, by partition',
        seen: `${partsInside} of ${parts}`,
        target: 'all',
        isMet: partsInside === parts,
      },
      {
        what: 'drain: widest interval, in sampling intervals',
        seen: quantileOf(widths, 1).toFixed(2),
        target: '≤ 2',
        isMet: quantileOf(widths, 1) <= 2,
      },
      {
        what: 'drain: the slowest partition is one that the interval of the last allows',
        seen: `${slowest} of ${runs.length}`,
        target: 'all',
        isMet: slowest === runs.length,
      },
      {
        what: 'drain: time-outs that look measured, or whose lower bound is beyond the truth',
        seen: `${faked + wrongBound} of ${left.length}`,
        target: '0',
        isMet: left.length > 0 && faked + wrongBound === 0,
      },
      // A share of few runs says nothing of the share of many.
      ...(short
        ? []
        : [
            {
              what: 'drain: 90 % interval of the estimate after a time-out holds the truth',
              seen: `${covered} of ${left.length}`,
              target: '≥ 85 %',
              isMet: left.length > 0 && covered >= 0.85 * left.length,
            },
          ]),
    ];
  },
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const figuresOf = (world: World, seed: number, untilMs: number): KafkaGroupReport =>
  kafkaFigures(observe(world, seed, untilMs)).groups[0] as KafkaGroupReport;

const examine = (world: World, seed: number) => {
  const { drain: total, perPartition } = figuresOf(world, seed, watchedUntilMs(world));
  const truths = world.partitions.map(drainedAtMs);
  const judged = perPartition.flatMap(({ drain: part }, index) => {
    const truth = truths[index];
    return truth === undefined ? [] : [holds(part, since(world, truth))];
  });
  const slowest = perPartition.find(({ partition }) => partition === total.slowestPartition);
  return {
    isInside: holds(total, since(world, worldDrainedAtMs(world))),
    parts: judged.length,
    partsInside: judged.filter(Boolean).length,
    intervals: ((total.highMs ?? Infinity) - (total.lowMs ?? 0)) / world.plan.samplingIntervalMs,
    // Readings cannot tell partitions apart that were emptied between the same two.
    namesSlowest: (slowest?.drain.highMs ?? -1) >= since(world, worldDrainedAtMs(world)),
  };
};

/** Watching ends half-way through the drain. */
const giveUp = (world: World, seed: number) => {
  const truthMs = since(world, worldDrainedAtMs(world));
  const { drain: total } = figuresOf(world, seed, world.plan.loadMs + truthMs / 2);
  const { state, ms, lowMs, highMs, estimateMs, estimateLowMs, estimateHighMs } = total;
  return {
    isFaked: state !== 'timed-out' || ms !== null || highMs !== null,
    isBound: lowMs !== null && lowMs <= truthMs,
    isCovered: holds({ lowMs: estimateLowMs, highMs: estimateHighMs }, truthMs),
    error: estimateMs === null ? undefined : Math.abs(estimateMs - truthMs) / truthMs,
  };
};
