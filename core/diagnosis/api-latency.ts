import { windowsOf } from '../record/find-series.ts';
import { histogramQuantile, mergeWindows } from '../record/histogram.ts';
import type { Window } from '../record/run-record.ts';
import { loadEndMs, loadStartMs } from '../derive/phases.ts';
import { evidence, type DiagnosisInput, type Evidence } from './diagnosis.ts';

/** Answers slower than this at p95 are slow. */
const slowMs = 500;
/** Growth of p95 from the first to the last third of the load that is still called flat, and a p95 that is never called risen. */
const flat = { growth: 1.5, belowMs: 100 } as const;

/** p95 of the whole run, and whether it is slow; undefined where it is not known. */
export const apiLatency = ({ figures }: DiagnosisInput): { p95Ms: number; isSlow: boolean } | undefined => {
  const p95Ms = figures.load?.httpReqDurationMs.p95;
  return p95Ms == null ? undefined : { p95Ms, isSlow: p95Ms >= slowMs };
};

/** Whether answers stayed as fast as they were: p95 of the load's first third against its last; undefined without windows. */
export const apiLatencyFlat = (input: DiagnosisInput): Evidence | undefined => {
  const { record } = input;
  const [startMs, endMs] = [loadStartMs(record), loadEndMs(record)];
  const third = (endMs - startMs) / 3;
  const windows = windowsOf(record, 'http_req_duration').filter(
    ({ fromMs, toMs }) => (fromMs + toMs) / 2 >= startMs && (fromMs + toMs) / 2 <= endMs,
  );
  const fromMs = p95Of(windows.filter((window) => window.toMs <= startMs + third));
  const toMs = p95Of(windows.filter((window) => window.fromMs >= endMs - third));
  if (fromMs === undefined || toMs === undefined) return undefined;
  const isFlat = toMs <= flat.growth * fromMs || toMs < flat.belowMs;
  return evidence('api-latency-flat', isFlat, { fromMs, toMs, p95Ms: apiLatency(input)?.p95Ms ?? null });
};

const p95Of = (windows: readonly Window[]): number | undefined =>
  histogramQuantile(mergeWindows(windows), 0.95);
