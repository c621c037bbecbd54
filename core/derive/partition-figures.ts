import type { OffsetHistory } from '../record/run-record.ts';
import { inOrder } from '../record/sample-parts.ts';
import { stretchesOf } from '../record/stretches-of.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import { completionDelays } from './completion-delay.ts';
import { delayFigures } from './delay-figures.ts';
import { consumeDurations, drainFigures } from './drain-figures.ts';
import { partitionDrain, watchPartition, type Drain } from './drain.ts';
import { onceFor } from './once.ts';
import { middleOf } from './offset-curves.ts';
import { partitionCurve } from './partition-curve.ts';
import { partitionLag } from './partition-lag.ts';
import { Rises, spanBetween, type Producing } from './producing.ts';
import { lagsOf } from './stretch-lags.ts';

type PartitionReport = KafkaGroupReport['perPartition'][number];

export type PartitionBasis = {
  readonly sustainMs: number;
  readonly endOfLoadMs: number;
  readonly lastReadMs: number;
  readonly peakTimeLagMs: number | null;
};

/** Makes, and keeps, what needs to go through all samples of a partition. */
export const lookThrough = (history: OffsetHistory): void => {
  completionDelays([history]);
  watchPartition(history);
  countsOf(history);
  greatestOf(history);
};

/** One partition on its own. Its drain has no estimate: how fast it gets depends on the others that share its worker. */
export const partitionFigures = (
  history: OffsetHistory,
  { endOfLoadMs, sustainMs, lastReadMs, peakTimeLagMs }: PartitionBasis,
): { readonly report: PartitionReport; readonly drain: Drain } => {
  const partDrain = partitionDrain(history, endOfLoadMs, sustainMs);
  const { partition, samples } = history;
  const last = samples.at(-1);
  const final = last === undefined ? undefined : partitionLag(last);
  const isStale = (last?.fromMs ?? Number.NEGATIVE_INFINITY) < lastReadMs;
  const { produced, consumed, producing } = countsOf(history);
  const { peak, lost } = greatestOf(history);
  const { state, ms, lowMs, highMs } = drainFigures(partDrain, endOfLoadMs, undefined);
  const report: PartitionReport = {
    partition,
    // Others were read once more since, or watching went on without it.
    state: isStale ? 'unreadable' : (final?.state ?? 'unreadable'),
    lostMessages: lost,
    produced,
    consumed,
    peakLagMessages: peak,
    finalLagMessages: isStale || final === undefined ? null : middleOf(final.low, final.high),
    peakTimeLagMs,
    produceDurationMs: producing === undefined ? null : spanBetween(producing.first, producing.last).ms,
    consumeDurationMs: consumeDurations(producing, partDrain, undefined).consumeDurationMs,
    drain: { state, ms, lowMs, highMs },
    completionDelayMs: delayFigures([history]),
  };
  return { report, drain: partDrain };
};

type Counts = {
  /** null without a reading. */
  readonly produced: number | null;
  readonly consumed: number | null;
  readonly producing: Producing | undefined;
};

/** What the curves of a partition came to, and when the first one rose. */
const countsOf = onceFor((history: OffsetHistory): Counts => {
  const stretches = stretchesOf(inOrder(history.samples));
  const { from, to, length, readings } = stretches;
  const { endSentMs, endReceivedMs, fromMs } = readings;
  const curve = partitionCurve(history, stretches);
  const rises = new Rises();
  /** The first of the samples of one moment, and what had been produced by that moment. */
  let begun = -1;
  let produced = 0;
  for (let index = 0; index < length; index += 1) {
    const first = from[index] as number;
    const last = (to[index] as number) - 1;
    if (begun < 0 || fromMs[first] !== fromMs[begun]) {
      if (begun >= 0) rises.take(produced, endSentMs[begun] as number, endReceivedMs[begun] as number);
      begun = first;
    }
    produced = curve.produced[index] as number;
    if (fromMs[last] === fromMs[begun]) continue;
    rises.take(produced, endSentMs[begun] as number, endReceivedMs[begun] as number);
    begun = last;
    while (begun > first && fromMs[begun - 1] === fromMs[begun]) begun -= 1;
  }
  if (begun >= 0) rises.take(produced, endSentMs[begun] as number, endReceivedMs[begun] as number);
  return {
    produced: curve.produced[length - 1] ?? null,
    consumed: curve.consumed[length - 1] ?? null,
    producing: rises.producing(),
  };
});

/** Greatest lag, null where it never was a number, and most messages that retention took. */
const greatestOf = onceFor(({ samples }: OffsetHistory): { peak: number | null; lost: number } => {
  const { low, high, mostLost } = lagsOf(stretchesOf(samples));
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < low.length; index += 1) {
    const both = (low[index] as number) + (high[index] as number);
    // NaN is not greater.
    if (both > most) most = both;
  }
  return { peak: most === Number.NEGATIVE_INFINITY ? null : Math.round(most / 2), lost: mostLost };
});
