import type { Provenance } from '../quantity.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import type { CurvePoint } from './offset-curves.ts';
import type { ServiceRate } from './service-rate.ts';

/** What a group's figures were made from. */
export type GroupBasis = {
  readonly points: readonly CurvePoint[];
  /** Readings behind μ; undefined where there was no such rate. */
  readonly service: ServiceRate | undefined;
  /** Readings that gave the figures on lag; undefined where there was none. */
  /** Why nothing is foretold of a backlog that was left; undefined where it is, or nothing was left. */
  readonly noEstimate: string | undefined;
  readonly lags: Readonly<Record<'peak' | 'atLoadEnd' | 'final', CurvePoint | undefined>>;
};

/** Where each figure of a group comes from, by its path in the group; a null has the reason beside it. */
export const groupOrigins = (
  report: KafkaGroupReport,
  { points, service, lags, noEstimate: noForecast }: GroupBasis,
): Record<string, Provenance> => {
  const source = `kafka offsets ${report.group}/${report.topic}`;
  const span = { samples: points.length, fromMs: points[0]?.atMs ?? 0, toMs: points.at(-1)?.atMs ?? 0 };
  const measured: Provenance = { kind: 'measured', source, ...span };
  const computed: Provenance = { kind: 'computed', source, ...span };
  const estimated: Provenance = {
    kind: 'estimated',
    source: `${source}: remaining messages at the measured service rate of each partition, by batch means`,
    ...span,
  };
  const known = (value: number | null, origin: Provenance, reason: string): Provenance =>
    value === null ? { ...origin, reason } : origin;
  // Where the bounds differ, the figure is the middle between them: no reading said so.
  const lagOrigin = (point: CurvePoint | undefined): Provenance =>
    point === undefined || point.lagLow === point.lagHigh ? measured : computed;
  const served: Provenance =
    service === undefined
      ? computed
      : { kind: 'computed', source, samples: service.spans + 1, fromMs: service.fromMs, toMs: service.toMs };
  const { drain, completionDelayMs: delay } = report;
  const isDrained = drain.state === 'drained' || drain.state === 'no-backlog';
  const isIdle = !report.producedMessages;
  const undrained = isDrained ? 'not-measured' : 'not-drained';
  const noBound = isDrained || drain.state === 'unknown' ? 'not-measured' : 'not-drained';
  const noConsume = isIdle ? 'nothing-produced' : undrained;
  const noEstimate = noForecast ?? 'not-needed';
  const noDelay = delay.completed + delay.waiting === 0 ? 'nothing-produced' : 'messages-waiting';
  const noProduceRate = isIdle ? 'nothing-produced' : 'too-few-samples';
  return {
    partitions: measured,
    peakLagMessages: known(report.peakLagMessages, lagOrigin(lags.peak), 'no-lag-reading'),
    peakLagAtMs: known(report.peakLagAtMs, measured, 'no-lag-reading'),
    lagAtLoadEndMessages: known(report.lagAtLoadEndMessages, lagOrigin(lags.atLoadEnd), 'no-lag-reading'),
    finalLagMessages: known(report.finalLagMessages, lagOrigin(lags.final), 'no-lag-reading'),
    producedMessages: known(report.producedMessages, measured, 'no-lag-reading'),
    consumedMessages: known(report.consumedMessages, measured, 'no-lag-reading'),
    produceRatePerSecond: known(report.produceRatePerSecond, computed, noProduceRate),
    peakProduceRatePerSecond: known(report.peakProduceRatePerSecond, computed, noProduceRate),
    consumeRatePerSecond: known(report.consumeRatePerSecond, served, 'no-backlog-long-enough'),
    utilization: known(
      report.utilization,
      computed,
      report.produceRatePerSecond === null ? noProduceRate : 'no-service-rate',
    ),
    produceDurationMs: known(report.produceDurationMs, computed, 'nothing-produced'),
    consumeDurationMs: known(report.consumeDurationMs, computed, noConsume),
    consumeDurationLowMs: known(report.consumeDurationLowMs, computed, noConsume),
    consumeDurationHighMs: known(report.consumeDurationHighMs, computed, noConsume),
    consumeDurationEstimateMs: known(report.consumeDurationEstimateMs, estimated, noEstimate),
    'drain.ms': known(drain.ms, computed, undrained),
    'drain.lowMs': known(drain.lowMs, computed, noBound),
    'drain.highMs': known(drain.highMs, computed, noBound),
    'drain.estimateMs': known(drain.estimateMs, estimated, noEstimate),
    'drain.estimateLowMs': known(drain.estimateLowMs, estimated, noEstimate),
    'drain.estimateHighMs': known(drain.estimateHighMs, estimated, noEstimate),
    'drain.slowestPartition': known(drain.slowestPartition, computed, 'no-lag-reading'),
    forecast: report.forecast === null ? { ...estimated, reason: 'not-measured' } : estimated,
    'completionDelayMs.p50': known(delay.p50, computed, noDelay),
    'completionDelayMs.p95': known(delay.p95, computed, noDelay),
    'completionDelayMs.p99': known(delay.p99, computed, noDelay),
    'completionDelayMs.max': known(delay.max, computed, noDelay),
    'completionDelayMs.atLeast': known(delay.atLeast.max, computed, 'nothing-produced'),
    'completionDelayMs.completed': computed,
    'completionDelayMs.waiting': computed,
    peakTimeLag: report.peakTimeLag === null ? { ...computed, reason: 'no-lag-reading' } : computed,
    clampedSamples: measured,
    samples: measured,
    perPartition: computed,
  };
};
