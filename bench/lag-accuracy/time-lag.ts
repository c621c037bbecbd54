import { isDeepStrictEqual } from 'node:util';
import type { TimeLagEstimator } from '../../core/derive/time-lag/time-lags.ts';
import { bestTimeLag } from '../../core/derive/time-lag/best-time-lag.ts';
import { interpolateTimeLag } from '../../core/derive/time-lag/interpolate.ts';
import { recordTimeLag } from '../../core/derive/time-lag/record-times.ts';
import { isTimeLag } from '../../core/derive/time-lag/time-lag.ts';
import type { TimeLagBy } from '../../core/time-lag-ways.ts';
import { inBlocks, samplesIn } from '../../core/record/offset-samples.ts';
import type { OffsetHistory, OffsetSample } from '../../core/record/run-record.ts';
import { createRecordTimes } from '../../core/sampling/record-times.ts';
import type { Goal } from '../goals.ts';
import { quantileOf } from '../statistics.ts';
import { lagExporterSeries } from './lag-exporter.ts';
import type { Part } from './part.ts';

import { countUntil, observe, watchedUntilMs } from './world/observe.ts';
import { shapes } from './world/shapes.ts';
import { madeMs, simulateLog, startedAtEpochMs } from './world/simulated-log.ts';
import { playWorld, type PartitionTruth, type World } from './world/world.ts';

/** Age of the oldest message that was not committed at a moment; 0 where all was. `since`: what it is counted from. */
const trueLagMs = (
  { base, producedMs, commits }: PartitionTruth,
  atMs: number,
  since: (producedMs: number) => number,
): number => {
  const committed = commits[countUntil(commits, atMs, (commit) => commit.atMs) - 1]?.offset ?? base;
  const oldest = producedMs[committed - base];
  return oldest === undefined || oldest > atMs ? 0 : atMs - since(oldest);
};

type Way = {
  readonly name: string;
  readonly by: TimeLagBy;
  /** The record itself is read, and not only the head of its batch. */
  readonly isExact: boolean;
  readonly estimate: TimeLagEstimator;
};

const ways: readonly Way[] = [
  { name: 'interpolation', by: 'interpolation', isExact: false, estimate: interpolateTimeLag },
  {
    name: 'batch heads',
    by: 'record-timestamp',
    isExact: false,
    estimate: recordTimeLag('record-timestamp'),
  },
  { name: 'records', by: 'record-timestamp', isExact: true, estimate: recordTimeLag('record-timestamp') },
  { name: 'ListOffsets', by: 'list-offsets', isExact: false, estimate: recordTimeLag('list-offsets') },
];
/** What lagline does unless it is told otherwise. */
const byDefault: Way = { name: 'auto', by: 'auto', isExact: true, estimate: bestTimeLag };

type Errors = {
  readonly errorsMs: number[];
  readonly widthsMs: number[];
  outside: number;
  unknown: number;
  requests: number;
};
const noErrors = (): Errors => ({ errorsMs: [], widthsMs: [], outside: 0, unknown: 0, requests: 0 });

/**
 * The age of the oldest uncommitted message, reading by reading, by each estimator of lagline's and by kafka-lag-exporter's way from
 * the same readings; and once more with watching begun in the middle of the load.
 */
export const timeLag: Part = {
  name: 'time-lag',
  run: async ({ seed, short, say }) => {
    const runs = short ? 2 : 20;
    const total = new Map(
      [...ways, byDefault].flatMap(({ name }) => [
        [name, noErrors()],
        [`${name}, late`, noErrors()],
      ]),
    );
    const of = (name: string): Errors => total.get(name) ?? noErrors();
    say(
      `error p50 / p99 / max in ms\n${'shape'.padEnd(20)}${[
        ...ways.map(({ name }) => name),
        'kafka-lag-exporter',
      ]
        .map((name) => name.padStart(24))
        .join('')}   negative   NaN`,
    );
    for (const shape of shapes) {
      const own = new Map(ways.map(({ name }) => [name, noErrors()]));
      const theirs = { errorsMs: [] as number[], negative: 0, notANumber: 0 };
      for (let run = 0; run < runs; run += 1) {
        const world = playWorld(shape, seed * 1021 + run * 7919);
        const { offsets } = observe(world, seed + run, watchedUntilMs(world));
        const late = offsets.map((history) => fromTheMiddle(history, world));
        for (const way of [...ways, byDefault]) {
          await examine(world, offsets, way, [of(way.name), own.get(way.name)]);
          await examine(world, late, way, [of(`${way.name}, late`)]);
        }
        world.partitions.forEach((truth, index) => examineTheirs(truth, offsets[index], theirs));
      }
      say(
        `${shape.padEnd(20)}${[...own.values(), theirs].map(({ errorsMs }) => spread(errorsMs).padStart(24)).join('')}${String(theirs.negative).padStart(11)}${String(theirs.notANumber).padStart(6)}`,
      );
    }
    say(
      '\nreadings                  outside   without   error p50 / p99 / max   width p50 / p99 / max   requests a reading',
    );
    for (const [name, { errorsMs, widthsMs, outside, unknown, requests }] of total)
      say(
        `${name.padEnd(22)}${String(errorsMs.length).padStart(8)}${String(outside).padStart(9)}${String(unknown).padStart(10)}${spread(errorsMs).padStart(24)}${spread(widthsMs).padStart(24)}${(requests / Math.max(1, errorsMs.length + unknown)).toFixed(3).padStart(18)}`,
      );
    return goalsOf(total);
  },
};

const goalsOf = (total: ReadonlyMap<string, Errors>): Goal[] => {
  const unknownOf = (name: string): number => total.get(name)?.unknown ?? Number.NaN;
  return [
    ...[...total].map(([name, { errorsMs, outside }]): Goal => ({
      what: `time lag by ${name}: the truth inside the bounds of each reading`,
      seen: `${errorsMs.length - outside} of ${errorsMs.length}`,
      target: 'all',
      isMet: errorsMs.length > 0 && outside === 0,
    })),
    {
      what: 'time lag: readings without one',
      seen: String(unknownOf('auto')),
      target: '0',
      isMet: unknownOf('auto') === 0,
    },
    {
      what: 'time lag, watching begun late: readings without one, where interpolation alone has none of many',
      seen: `${unknownOf('auto, late')}, ${unknownOf('interpolation, late')} by interpolation`,
      target: '0',
      isMet: unknownOf('auto, late') === 0 && unknownOf('interpolation, late') > 0,
    },
  ];
};

const spread = (values: readonly number[]): string =>
  [0.5, 0.99, 1].map((q) => quantileOf(values, q).toFixed(0)).join(' / ');

const fromTheMiddle = (history: OffsetHistory, { plan }: World): OffsetHistory => ({
  ...history,
  samples: [...history.samples].filter(({ fromMs }) => fromMs >= plan.loadMs / 2),
});

const examine = async (
  world: World,
  histories: readonly OffsetHistory[],
  way: Way,
  into: readonly (Errors | undefined)[],
): Promise<void> => {
  const { watched, requests } = await withTimes(world, histories, way);
  for (const errors of into) if (errors !== undefined) errors.requests += requests;
  watched.forEach((history, index) => {
    const truth = world.partitions[index] as PartitionTruth;
    [...way.estimate(history)].forEach((lag, place) => {
      const sample = history.samples.at(place) as OffsetSample;
      for (const errors of into) {
        if (errors === undefined) continue;
        if (!isTimeLag(lag)) {
          errors.unknown += 1;
          continue;
        }
        errors.errorsMs.push(Math.abs(lag.ms - trueLagMs(truth, lag.atMs, readable)));
        errors.widthsMs.push(lag.highMs - lag.lowMs);
        const since = lag.method === 'interpolation' ? readable : madeMs;
        if (isOutside(truth, sample, lag, since)) errors.outside += 1;
      }
    });
  });
};

const readable = (producedMs: number): number => producedMs;

/** The bounds are those of some moment of the end offset's request, and the commits that were read around it. */
const isOutside = (
  truth: PartitionTruth,
  { endSentMs, endReceivedMs }: OffsetSample,
  { lowMs, highMs }: { readonly lowMs: number; readonly highMs: number },
  since: (producedMs: number) => number,
): boolean => {
  const [one, other] = [trueLagMs(truth, endSentMs, since), trueLagMs(truth, endReceivedMs, since)];
  const slackMs = endReceivedMs - endSentMs;
  return Math.max(one, other) + slackMs < lowMs || Math.min(one, other) - slackMs > highMs;
};

const placeOf = ({ group, topic, partition }: OffsetHistory) => ({ group, topic, partition });

/** The readings as the sampler would have taken them with that way, reading by reading. */
const withTimes = async (
  world: World,
  histories: readonly OffsetHistory[],
  { by, isExact }: Way,
): Promise<{ watched: OffsetHistory<OffsetSample[]>[]; requests: number }> => {
  let nowMs = 0;
  const log = simulateLog(world, () => nowMs, isExact);
  const clock = { startedAtEpochMs, elapsedMs: () => nowMs, epochMs: () => startedAtEpochMs + nowMs };
  const ask = createRecordTimes(log, clock, by);
  const watched = histories.map((history): OffsetHistory<OffsetSample[]> => ({ ...history, samples: [] }));
  const readings = histories[0]?.samples.length ?? 0;
  for (let place = 0; place < readings; place += 1) {
    nowMs = histories[0]?.samples.at(place)?.toMs ?? nowMs;
    const seen = histories.map(({ samples, ...of }) => ({
      ...of,
      sample: samples.at(place) as OffsetSample,
    }));
    for (const { sample, ...of } of samplesIn(await ask(inBlocks(seen))))
      watched.find((each) => isDeepStrictEqual(placeOf(each), of))?.samples.push(sample);
  }
  return { watched, requests: log.asked.fetches + log.asked.listOffsets };
};

const examineTheirs = (
  truth: PartitionTruth,
  history: OffsetHistory | undefined,
  errors: { readonly errorsMs: number[]; negative: number; notANumber: number },
): void => {
  for (const { atMs, lagMs } of history === undefined ? [] : lagExporterSeries(history)) {
    if (Number.isNaN(lagMs)) {
      errors.notANumber += 1;
      continue;
    }
    errors.errorsMs.push(Math.abs(lagMs - trueLagMs(truth, atMs, readable)));
    if (lagMs < 0) errors.negative += 1;
  }
};
