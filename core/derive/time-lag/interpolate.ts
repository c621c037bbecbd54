import type { OffsetSample } from '../../record/run-record.ts';
import type { Stretches } from '../../record/stretches.ts';
import { stretchesOf } from '../../record/stretches-of.ts';
import type { Whole } from '../../record/whole.ts';
import { lagsOf } from '../stretch-lags.ts';
import { EndCurve } from './end-curve.ts';
import type { NoTimeLag, TimeLag } from './time-lag.ts';
import { howOf, TimeLags, type TimeLagEstimator, type TimeLagSink } from './time-lags.ts';
import { mayHaveCaughtUp, uncommittedOf } from './uncommitted.ts';

const tooFewSamples = howOf({ reason: 'too-few-samples' });
const beforeHistory = howOf({ reason: 'before-history' });

/**
 * From the history of end offsets, as kafka-lag-exporter does, but within two readings that stand around the moment and
 * never along a line beyond them: extrapolation is where its astronomical values come from (its issues 175 and 496). Both
 * ends of an end offset's request bound when a message was produced, and both readings of the committed offset which one.
 */
export const interpolateTimeLag: TimeLagEstimator = ({ samples }) => {
  const stretches = stretchesOf(samples);
  const lags = new TimeLags(stretches.samples);
  interpolateInto(stretches, lags);
  return lags;
};

export const interpolateInto = (stretches: Stretches, into: TimeLagSink): void => {
  const { endSentMs, endReceivedMs } = stretches.readings;
  const measured = lagsOf(stretches);
  const ends = new EndCurve(stretches);
  for (let index = 0; index < stretches.length; index += 1) {
    ends.take();
    const uncommitted = uncommittedOf(stretches, measured, index);
    const from = stretches.from[index] as number;
    const to = stretches.to[index] as number;
    let at = stretches.first[index] as number;
    if (uncommitted === 'caught-up') {
      into.setCaughtUp(at, stretches.readings, from, to);
      continue;
    }
    if (uncommitted !== 'waiting') {
      const known = howOf({ reason: uncommitted });
      for (let reading = from; reading < to; reading += 1, at += 1) {
        const middleMs = ((endSentMs[reading] as number) + (endReceivedMs[reading] as number)) / 2;
        into.set(at, known, middleMs, 0, 0, 0);
      }
      continue;
    }
    const committedBefore = stretches.committedBefore[index] as Whole;
    const committedAfter = stretches.committedAfter[index] as Whole;
    ends.find(committedBefore);
    const oldestMs = ends.ms;
    const oldestLowMs = ends.lowMs;
    let newestHighMs = Number.POSITIVE_INFINITY;
    if (!mayHaveCaughtUp(stretches, index)) {
      if (committedAfter !== committedBefore) ends.find(committedAfter);
      newestHighMs = ends.highMs;
    }
    if (!Number.isNaN(oldestLowMs)) {
      into.setWaiting(at, stretches.readings, from, to, oldestMs, oldestLowMs, newestHighMs);
      continue;
    }
    for (let reading = from; reading < to; reading += 1, at += 1) {
      const sentMs = endSentMs[reading] as number;
      const middleMs = (sentMs + (endReceivedMs[reading] as number)) / 2;
      const how = ends.isFirst && reading === from ? tooFewSamples : beforeHistory;
      into.set(at, how, middleMs, 0, Math.max(0, sentMs - newestHighMs), 0);
    }
  }
};

/** Of the newest reading alone; undefined without one. */
export const latestTimeLag = (samples: readonly OffsetSample[]): TimeLag | NoTimeLag | undefined =>
  samples.length === 0
    ? undefined
    : interpolateTimeLag({ group: '', topic: '', partition: 0, samples }).at(samples.length - 1);
