import type { OffsetHistory } from '../record/run-record.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import { delayFigures } from './delay-figures.ts';
import { consumeDurations, drainFigures } from './drain-figures.ts';
import type { Drain } from './drain.ts';
import { curveBase, groupCurves, middleOf, partitionLag } from './offset-curves.ts';
import { produceSpan, producingMoments } from './producing.ts';

type PartitionReport = KafkaGroupReport['perPartition'][number];

/** One partition on its own. Its drain has no estimate: how fast it gets depends on the others that share its worker. */
export const partitionFigures = (
  history: OffsetHistory,
  partDrain: Drain,
  endOfLoadMs: number,
): PartitionReport => {
  const { partition, samples } = history;
  const last = samples.at(-1);
  const lags = samples.map(partitionLag);
  const middles = lags.map(({ low, high }) => middleOf(low, high));
  const known = middles.filter((lag) => lag !== null);
  const base = curveBase(history);
  const points = groupCurves([history])[0]?.points ?? [];
  const { state, ms, lowMs, highMs } = drainFigures(partDrain, endOfLoadMs, undefined);
  return {
    partition,
    state: lags.at(-1)?.state ?? 'unreadable',
    produced: last === undefined ? null : Number(last.end - base.end),
    consumed:
      last === undefined
        ? null
        : last.committedAfter === null
          ? 0
          : Number(last.committedAfter - base.committed),
    peakLagMessages: known.length === 0 ? null : known.reduce((most, lag) => Math.max(most, lag), 0),
    finalLagMessages: middles.at(-1) ?? null,
    produceDurationMs: produceSpan(points)?.ms ?? null,
    consumeDurationMs: consumeDurations(producingMoments(points), partDrain, undefined).consumeDurationMs,
    drain: { state, ms, lowMs, highMs },
    completionDelayMs: delayFigures([history]),
  };
};
