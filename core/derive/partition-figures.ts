import type { OffsetHistory } from '../record/run-record.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import { delayFigures } from './delay-figures.ts';
import { consumeDurations, drainFigures } from './drain-figures.ts';
import type { Drain } from './drain.ts';
import { groupCurves, middleOf } from './offset-curves.ts';
import { partitionLag } from './partition-lag.ts';
import { peakTimeLag } from './time-lag/group-time-lag.ts';
import { produceSpan, producingMoments } from './producing.ts';

type PartitionReport = KafkaGroupReport['perPartition'][number];

/** One partition on its own. Its drain has no estimate: how fast it gets depends on the others that share its worker. */
export const partitionFigures = (
  history: OffsetHistory,
  partDrain: Drain,
  { endOfLoadMs, lastReadMs }: { readonly endOfLoadMs: number; readonly lastReadMs: number },
): PartitionReport => {
  const { partition, samples } = history;
  const lags = samples.map(partitionLag);
  const middles = lags.map(({ low, high }) => middleOf(low, high));
  const known = middles.filter((lag) => lag !== null);
  const points = groupCurves([history])[0]?.points ?? [];
  const last = points.at(-1);
  const isStale = (samples.at(-1)?.fromMs ?? Number.NEGATIVE_INFINITY) < lastReadMs;
  const lost = lags.reduce((most, lag) => Math.max(most, lag.lost), 0);
  const { state, ms, lowMs, highMs } = drainFigures(partDrain, endOfLoadMs, undefined);
  return {
    partition,
    // Others were read once more since, or watching went on without it.
    state: isStale ? 'unreadable' : (lags.at(-1)?.state ?? 'unreadable'),
    lostMessages: lost,
    produced: last?.produced ?? null,
    consumed: last?.consumed ?? null,
    peakLagMessages: known.length === 0 ? null : known.reduce((most, lag) => Math.max(most, lag), 0),
    finalLagMessages: isStale ? null : (middles.at(-1) ?? null),
    peakTimeLagMs: peakTimeLag({ partitions: [history] })?.ms ?? null,
    produceDurationMs: produceSpan(points)?.ms ?? null,
    consumeDurationMs: consumeDurations(producingMoments(points), partDrain, undefined).consumeDurationMs,
    drain: { state, ms, lowMs, highMs },
    completionDelayMs: delayFigures([history]),
  };
};
