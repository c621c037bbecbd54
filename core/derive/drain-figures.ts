import type { KafkaGroupReport } from '../report-document.ts';
import type { Drain } from './drain.ts';
import type { DrainForecast } from './forecast/drain-forecast.ts';
import { spanBetween, type Producing } from './producing.ts';

/** What the last readings say of the rest; undefined where the backlog is gone, or nothing can be said. */
type Rest = DrainForecast | undefined;

type DrainFigures = Omit<KafkaGroupReport['drain'], 'since' | 'slowestPartition'>;

/** Drain as it stands in a report: counted from the end of the load, and measured only where the backlog was seen to be gone. */
export const drainFigures = (drain: Drain, endOfLoadMs: number, rest: Rest): DrainFigures => {
  const { state, emptiedAt, lastBacklogMs } = drain;
  const since = (ms: number): number => Math.max(0, ms - endOfLoadMs);
  const nothing = { state, ms: null, lowMs: null, highMs: null, ...noEstimate };
  if (emptiedAt !== undefined) {
    const [lowMs, highMs] = [since(emptiedAt.lowMs), since(emptiedAt.highMs)];
    return { ...nothing, ms: (lowMs + highMs) / 2, lowMs, highMs };
  }
  if (state !== 'timed-out' || lastBacklogMs === undefined) return nothing;
  const lowMs = since(lastBacklogMs);
  if (rest === undefined) return { ...nothing, lowMs };
  const estimate = (restMs: number): number => Math.max(lowMs, since(rest.atMs + restMs));
  return {
    ...nothing,
    lowMs,
    estimateMs: estimate(rest.restMs),
    estimateLowMs: estimate(rest.restLowMs),
    estimateHighMs: estimate(rest.restHighMs),
  };
};

const noEstimate = { estimateMs: null, estimateLowMs: null, estimateHighMs: null };

type ConsumeDurations = Pick<
  KafkaGroupReport,
  'consumeDurationMs' | 'consumeDurationLowMs' | 'consumeDurationHighMs' | 'consumeDurationEstimateMs'
>;

/** First record produced to the last one consumed. */
export const consumeDurations = (
  producing: Producing | undefined,
  drain: Drain,
  rest: Rest,
): ConsumeDurations => {
  const nothing = {
    consumeDurationMs: null,
    consumeDurationLowMs: null,
    consumeDurationHighMs: null,
    consumeDurationEstimateMs: null,
  };
  if (producing === undefined) return nothing;
  const { first, last } = producing;
  if (drain.emptiedAt !== undefined) {
    // The last record was not consumed before it was produced, however empty the readings in between were.
    const span = spanBetween(first, {
      lowMs: Math.max(drain.emptiedAt.lowMs, last.lowMs),
      highMs: Math.max(drain.emptiedAt.highMs, last.highMs),
    });
    return {
      ...nothing,
      consumeDurationMs: span.ms,
      consumeDurationLowMs: span.lowMs,
      consumeDurationHighMs: span.highMs,
    };
  }
  if (drain.lastBacklogMs === undefined) return nothing;
  const lowMs = Math.max(0, drain.lastBacklogMs - first.highMs);
  const firstMs = (first.lowMs + first.highMs) / 2;
  return {
    ...nothing,
    consumeDurationLowMs: lowMs,
    consumeDurationEstimateMs: rest === undefined ? null : Math.max(lowMs, rest.atMs + rest.restMs - firstMs),
  };
};
