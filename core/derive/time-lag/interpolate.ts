import type { OffsetSample } from '../../record/run-record.ts';
import { stretchesOf } from '../../record/stretches-of.ts';
import type { Whole } from '../../record/whole.ts';
import { LagMeter } from '../partition-lag.ts';
import { EndCurve } from './end-curve.ts';
import type { NoTimeLag, TimeLag } from './time-lag.ts';
import { howOf, TimeLags, type TimeLagEstimator } from './time-lags.ts';
import { mayHaveCaughtUp, uncommittedOf } from './uncommitted.ts';

const caughtUp = howOf({ method: 'caught-up' });
const interpolated = howOf({ method: 'interpolation' });
const tooFewSamples = howOf({ reason: 'too-few-samples' });
const beforeHistory = howOf({ reason: 'before-history' });

/**
 * From the history of end offsets, as kafka-lag-exporter does, but within two readings that stand around the moment and
 * never along a line beyond them: extrapolation is where its astronomical values come from (its issues 175 and 496). Both
 * ends of an end offset's request bound when a message was produced, and both readings of the committed offset which one.
 */
export const interpolateTimeLag: TimeLagEstimator = ({ samples }) => {
  const stretches = stretchesOf(samples);
  const { endSentMs, endReceivedMs } = stretches.readings;
  const lags = new TimeLags(stretches.samples);
  const ends = new EndCurve(stretches);
  const meter = new LagMeter();
  for (let index = 0; index < stretches.length; index += 1) {
    ends.take();
    const uncommitted = uncommittedOf(stretches, index, meter);
    const [from, to] = [stretches.from[index] as number, stretches.to[index] as number];
    let at = stretches.first[index] as number;
    if (uncommitted !== 'waiting') {
      const how = uncommitted === 'caught-up' ? caughtUp : howOf({ reason: uncommitted });
      for (let reading = from; reading < to; reading += 1, at += 1)
        lags.set(at, how, ((endSentMs[reading] as number) + (endReceivedMs[reading] as number)) / 2, 0, 0, 0);
      continue;
    }
    ends.find(stretches.committedBefore[index] as Whole);
    const [oldestMs, oldestLowMs] = [ends.ms, ends.lowMs];
    let newestHighMs = Number.POSITIVE_INFINITY;
    if (!mayHaveCaughtUp(stretches, index)) {
      ends.find(stretches.committedAfter[index] as Whole);
      newestHighMs = ends.highMs;
    }
    // Between two changes time alone goes on.
    for (let reading = from; reading < to; reading += 1, at += 1) {
      const [sentMs, receivedMs] = [endSentMs[reading] as number, endReceivedMs[reading] as number];
      const atMs = (sentMs + receivedMs) / 2;
      const lowMs = Math.max(0, sentMs - newestHighMs);
      if (Number.isNaN(oldestLowMs)) {
        lags.set(at, ends.isFirst && reading === from ? tooFewSamples : beforeHistory, atMs, 0, lowMs, 0);
        continue;
      }
      const highMs = Math.max(lowMs, receivedMs - oldestLowMs);
      // A commit that came while the offsets were read was, as likely as not, not there yet when the end was.
      lags.set(at, interpolated, atMs, Math.min(highMs, Math.max(lowMs, atMs - oldestMs)), lowMs, highMs);
    }
  }
  return lags;
};

/** Of the newest reading alone; undefined without one. */
export const latestTimeLag = (samples: readonly OffsetSample[]): TimeLag | NoTimeLag | undefined =>
  samples.length === 0
    ? undefined
    : interpolateTimeLag({ group: '', topic: '', partition: 0, samples }).at(samples.length - 1);
