import type { ThresholdRule } from '../../metric-table.ts';
import { collectObservations } from '../../record/collect-observations.ts';
import { mergeWindows } from '../../record/histogram.ts';
import type { Series, Window } from '../../record/run-record.ts';
import { judgeReading } from '../judge-reading.ts';
import { readK6Timeline } from '../read-k6-metric.ts';
import { isReadBy } from './is-read-by.ts';
import type { LiveRule } from './live-rule.ts';

/** A rule on k6's figures of the whole load: of a counter the first and last count do, of a trend one histogram. */
export const followTotals = (rule: ThresholdRule): LiveRule => {
  const seen = collectObservations(isReadBy(rule));
  return {
    take: (observations) => {
      seen.take(observations);
      seen.read().series.forEach(shorten);
    },
    judge: () => judgeReading(rule, readK6Timeline(rule, seen.read())),
  };
};

const shorten = (series: Series): void => {
  if (series.kind !== 'distribution') series.points.splice(1, series.points.length - 2);
  else if (series.windows.length > 1)
    series.windows.splice(0, series.windows.length, together(series.windows));
};

const together = (windows: readonly Window[]): Window => ({
  fromMs: windows[0]?.fromMs ?? 0,
  toMs: windows.at(-1)?.toMs ?? 0,
  histogram: mergeWindows(windows),
});
