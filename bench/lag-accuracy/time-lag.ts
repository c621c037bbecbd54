import { interpolateTimeLag } from '../../core/derive/time-lag/interpolate.ts';
import { isTimeLag } from '../../core/derive/time-lag/time-lag.ts';
import type { OffsetHistory } from '../../core/record/run-record.ts';
import { lagExporterSeries } from './lag-exporter.ts';
import type { Part } from './parts.ts';
import { quantileOf } from '../statistics.ts';
import { countUntil, observe, watchedUntilMs } from './world/observe.ts';
import { shapes } from './world/shapes.ts';
import { playWorld, type PartitionTruth } from './world/world.ts';

/** Age of the oldest message that was not committed at a moment; 0 where all was. */
const trueLagMs = ({ base, producedMs, commits }: PartitionTruth, atMs: number): number => {
  const committed = commits[countUntil(commits, atMs, (commit) => commit.atMs) - 1]?.offset ?? base;
  const oldest = producedMs[committed - base];
  return oldest === undefined || oldest > atMs ? 0 : atMs - oldest;
};

type Errors = {
  ours: number[];
  outside: number;
  unknown: number;
  theirs: number[];
  wrongSign: number;
  notANumber: number;
};

/** The age of the oldest uncommitted message, reading by reading, beside what kafka-lag-exporter makes of the same readings. */
export const timeLag: Part = {
  name: 'time-lag',
  run: async ({ seed, short, say }) => {
    say(
      'shape                lagline error p50 / p99 / max      lag exporter error p50 / p99 / max   negative   NaN',
    );
    const all: Errors[] = shapes.map((shape) => {
      const errors: Errors = { ours: [], outside: 0, unknown: 0, theirs: [], wrongSign: 0, notANumber: 0 };
      for (let run = 0; run < (short ? 2 : 20); run += 1) {
        const world = playWorld(shape, seed * 1021 + run * 7919);
        const record = observe(world, seed + run, watchedUntilMs(world));
        world.partitions.forEach((truth, index) => compare(truth, record.offsets[index], errors));
      }
      say(
        `${shape.padEnd(20)}${spread(errors.ours)}   ${spread(errors.theirs)}${String(errors.wrongSign).padStart(9)}${String(errors.notANumber).padStart(6)}`,
      );
      return errors;
    });
    const total = all.reduce((sum, { ours }) => sum + ours.length, 0);
    const outside = all.reduce((sum, errors) => sum + errors.outside, 0);
    const unknown = all.reduce((sum, errors) => sum + errors.unknown, 0);
    return [
      {
        what: 'time lag: the truth inside the bounds of each reading',
        seen: `${total - outside} of ${total}`,
        target: 'all',
        isMet: total > 0 && outside === 0,
      },
      {
        what: 'time lag: readings without one',
        seen: String(unknown),
        target: '0',
        isMet: unknown === 0,
      },
    ];
  },
};

const spread = (values: readonly number[]): string =>
  [0.5, 0.99, 1].map((q) => quantileOf(values, q).toFixed(0).padStart(7)).join(' /') + ' ms';

const compare = (truth: PartitionTruth, history: OffsetHistory | undefined, errors: Errors): void => {
  if (history === undefined) return;
  interpolateTimeLag(history).forEach((lag, index) => {
    const sample = history.samples[index];
    if (sample === undefined) return;
    if (!isTimeLag(lag)) {
      errors.unknown += 1;
      return;
    }
    errors.ours.push(Math.abs(lag.ms - trueLagMs(truth, lag.atMs)));
    // The bounds are those of some moment of the end offset's request, and the commits that were read around it.
    const [least, most] = [trueLagMs(truth, sample.endSentMs), trueLagMs(truth, sample.endReceivedMs)];
    const slackMs = sample.endReceivedMs - sample.endSentMs;
    if (Math.max(least, most) + slackMs < lag.lowMs || Math.min(least, most) - slackMs > lag.highMs)
      errors.outside += 1;
  });
  for (const { atMs, lagMs } of lagExporterSeries(history)) {
    if (Number.isNaN(lagMs)) errors.notANumber += 1;
    else {
      errors.theirs.push(Math.abs(lagMs - trueLagMs(truth, atMs)));
      if (lagMs < 0) errors.wrongSign += 1;
    }
  }
};
