import type { OffsetHistory, ReadingTimes } from '../record/run-record.ts';
import { contentsOf } from '../record/sample-cursor.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import { delayFigures } from './delay-figures.ts';
import { consumeDurations, drainFigures } from './drain-figures.ts';
import type { Drain } from './drain.ts';
import { eachReading } from './each-reading.ts';
import { middleOf, PartitionCurve } from './offset-curves.ts';
import { partitionLag } from './partition-lag.ts';
import { peakTimeLagMs } from './time-lag/group-time-lag.ts';
import { spanBetween, watchRises, type Producing } from './producing.ts';

type PartitionReport = KafkaGroupReport['perPartition'][number];

/** One partition on its own. Its drain has no estimate: how fast it gets depends on the others that share its worker. */
export const partitionFigures = (
  history: OffsetHistory,
  partDrain: Drain,
  { endOfLoadMs, lastReadMs }: { readonly endOfLoadMs: number; readonly lastReadMs: number },
): PartitionReport => {
  const { partition, samples } = history;
  const last = samples.at(-1);
  const final = last === undefined ? undefined : partitionLag(last);
  const isStale = (last?.fromMs ?? Number.NEGATIVE_INFINITY) < lastReadMs;
  const { produced, consumed, producing } = countsOf(history);
  const { peak, lost } = greatestOf(history);
  const { state, ms, lowMs, highMs } = drainFigures(partDrain, endOfLoadMs, undefined);
  return {
    partition,
    // Others were read once more since, or watching went on without it.
    state: isStale ? 'unreadable' : (final?.state ?? 'unreadable'),
    lostMessages: lost,
    produced,
    consumed,
    peakLagMessages: peak,
    finalLagMessages: isStale || final === undefined ? null : middleOf(final.low, final.high),
    peakTimeLagMs: peakTimeLagMs(history),
    produceDurationMs: producing === undefined ? null : spanBetween(producing.first, producing.last).ms,
    consumeDurationMs: consumeDurations(producing, partDrain, undefined).consumeDurationMs,
    drain: { state, ms, lowMs, highMs },
    completionDelayMs: delayFigures([history]),
  };
};

type Counts = {
  /** null without a reading. */
  readonly produced: number | null;
  readonly consumed: number | null;
  readonly producing: Producing | undefined;
};

/** What the curves of a partition came to, and when the first one rose. */
const countsOf = (history: OffsetHistory): Counts => {
  const curve = new PartitionCurve(history);
  const rises = watchRises();
  let times: ReadingTimes | undefined;
  eachReading([history], {
    partition: (_, cursor) => {
      times ??= cursor.times;
      curve.take(cursor.content);
    },
    end: () => {
      rises.take(curve.produced, times as ReadingTimes);
      times = undefined;
    },
  });
  const isRead = history.samples.length > 0;
  return {
    produced: isRead ? curve.produced : null,
    consumed: isRead ? curve.consumed : null,
    producing: rises.producing(),
  };
};

/** Greatest lag, null where it never was a number, and most messages that retention took. */
const greatestOf = ({ samples }: OffsetHistory): { peak: number | null; lost: number } => {
  let peak: number | null = null;
  let most = 0;
  for (const content of contentsOf(samples)) {
    const { low, high, lost } = partitionLag(content);
    const lag = middleOf(low, high);
    if (lag !== null) peak = Math.max(peak ?? 0, lag);
    most = Math.max(most, lost);
  }
  return { peak, lost: most };
};
