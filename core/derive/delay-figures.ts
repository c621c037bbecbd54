import type { KafkaGroupReport } from '../report-document.ts';
import { completionDelays, delayQuantile, type DelayQuantile } from './completion-delay.ts';
import type { OffsetHistory } from '../record/run-record.ts';

/** Quantiles of how long the messages of these partitions waited from produce to commit. */
export const delayFigures = (partitions: readonly OffsetHistory[]): KafkaGroupReport['completionDelayMs'] => {
  const delays = completionDelays(partitions);
  const of = (pick: (quantile: DelayQuantile) => number | null) => {
    const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((q) => pick(delayQuantile(delays, q)));
    return { p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null, max: max ?? null };
  };
  return {
    ...of(({ ms }) => ms),
    atLeast: of(({ lowMs }) => lowMs),
    completed: delays.completed,
    waiting: delays.waiting,
  };
};
