import type { Provenance } from '../quantity.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import type { OffsetHistory, RunRecord } from '../record/run-record.ts';
import { completionDelays, delayQuantile } from './completion-delay.ts';
import { deriveDrain, type Drain } from './drain.ts';
import { groupOrigins } from './kafka-provenance.ts';
import {
  curveBase,
  groupCurves,
  middleLag,
  middleOf,
  partitionLag,
  readingAt,
  type CurvePoint,
  type GroupCurve,
} from './offset-curves.ts';
import { producingEndMs } from './phases.ts';
import { peakProduceRate, produceSpan, producingMoments, spanBetween, type Producing } from './producing.ts';
import { serviceRate } from './service-rate.ts';

export type KafkaFigures = {
  readonly groups: readonly KafkaGroupReport[];
  readonly provenance: Readonly<Record<string, Provenance>>;
};

export const kafkaFigures = (record: RunRecord): KafkaFigures => {
  const provenance: Record<string, Provenance> = {};
  const groups = groupCurves(record.offsets).map((curve, index) => {
    const { report, origins } = groupFigures(curve, record);
    for (const [path, origin] of Object.entries(origins))
      provenance[`kafka.groups.${index}.${path}`] = origin;
    return report;
  });
  return { groups, provenance };
};

const groupFigures = (
  curve: GroupCurve,
  record: RunRecord,
): { report: KafkaGroupReport; origins: Record<string, Provenance> } => {
  const { points, partitions } = curve;
  const endOfLoadMs = producingEndMs(record, points);
  const drain = deriveDrain(points, endOfLoadMs, record.plan.drain.sustainMs);
  const producing = producingMoments(points);
  const service = serviceRate(points, endOfLoadMs) ?? serviceRate(points);
  const peak = peakOf(points);
  const last = points.at(-1);
  const atLoadEnd = readingAt(points, endOfLoadMs);
  const final = last === undefined ? null : middleLag(last);
  const span = produceSpan(points);
  // Everything within one reading: how fast, the readings cannot tell.
  const produceRate = span !== undefined && span.lowMs > 0 && last ? (last.produced * 1000) / span.ms : null;
  const delays = completionDelays(partitions);
  const report: KafkaGroupReport = {
    group: curve.group,
    topic: curve.topic,
    partitions: partitions.length,
    peakLagMessages: peak === undefined ? null : middleLag(peak),
    peakLagAtMs: peak?.atMs ?? null,
    lagAtLoadEndMessages: atLoadEnd === undefined ? null : middleLag(atLoadEnd),
    finalLagMessages: final,
    producedMessages: last?.produced ?? null,
    consumedMessages: last?.consumed ?? null,
    produceRatePerSecond: produceRate,
    peakProduceRatePerSecond: peakProduceRate(points),
    consumeRatePerSecond: service?.perSecond ?? null,
    utilization:
      produceRate !== null && service !== undefined && service.perSecond > 0
        ? produceRate / service.perSecond
        : null,
    produceDurationMs: span?.ms ?? null,
    ...consumeDurations(producing, drain, final, service?.perSecond),
    drain: {
      since: record.plan.reconstruction === undefined ? 'load-end' : 'produce-end',
      ...drainFigures(drain, endOfLoadMs, final, service?.perSecond),
    },
    completionDelayMs: delayFigures(delays),
    clampedSamples: points.reduce((sum, { clamped }) => sum + clamped, 0),
    samples: points.length,
    perPartition: partitions.map(partitionFigures),
  };
  const lags = { peak, atLoadEnd, final: last };
  return { report, origins: groupOrigins(report, { points, service, lags }) };
};

const peakOf = (points: readonly CurvePoint[]): CurvePoint | undefined =>
  points.reduce<CurvePoint | undefined>((peak, point) => {
    const lag = middleLag(point);
    return lag !== null && lag > (peak === undefined ? -1 : (middleLag(peak) ?? -1)) ? point : peak;
  }, undefined);

const consumeDurations = (
  producing: Producing | undefined,
  drain: Drain,
  remaining: number | null,
  perSecond: number | undefined,
) => {
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
      consumeDurationMs: span.ms,
      consumeDurationLowMs: span.lowMs,
      consumeDurationHighMs: span.highMs,
      consumeDurationEstimateMs: null,
    };
  }
  if (drain.lastBacklogMs === undefined) return nothing;
  const lowMs = Math.max(0, drain.lastBacklogMs - first.highMs);
  const restMs = timeToWorkOff(remaining, perSecond);
  return {
    ...nothing,
    consumeDurationLowMs: lowMs,
    consumeDurationEstimateMs: restMs === null ? null : lowMs + restMs,
  };
};

const drainFigures = (
  drain: Drain,
  endOfLoadMs: number,
  remaining: number | null,
  perSecond: number | undefined,
): Omit<KafkaGroupReport['drain'], 'since'> => {
  const since = (ms: number): number => Math.max(0, ms - endOfLoadMs);
  if (drain.emptiedAt !== undefined) {
    const [lowMs, highMs] = [since(drain.emptiedAt.lowMs), since(drain.emptiedAt.highMs)];
    return { state: drain.state, ms: (lowMs + highMs) / 2, lowMs, highMs, estimateMs: null };
  }
  if (drain.state !== 'timed-out' || drain.lastBacklogMs === undefined) {
    return { state: drain.state, ms: null, lowMs: null, highMs: null, estimateMs: null };
  }
  const lowMs = since(drain.lastBacklogMs);
  const restMs = timeToWorkOff(remaining, perSecond);
  return {
    state: 'timed-out',
    ms: null,
    lowMs,
    highMs: null,
    estimateMs: restMs === null ? null : lowMs + restMs,
  };
};

/** What remains at the measured service rate, should nothing more arrive; null without a rate. */
const timeToWorkOff = (remaining: number | null, perSecond: number | undefined): number | null =>
  remaining === null || perSecond === undefined || perSecond <= 0 ? null : (remaining * 1000) / perSecond;

const delayFigures = (delays: ReturnType<typeof completionDelays>): KafkaGroupReport['completionDelayMs'] => {
  const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((q) => delayQuantile(delays, q)) as [Q, Q, Q, Q];
  return {
    p50: p50.ms,
    p95: p95.ms,
    p99: p99.ms,
    max: max.ms,
    atLeast: { p50: p50.lowMs, p95: p95.lowMs, p99: p99.lowMs, max: max.lowMs },
    completed: delays.completed,
    waiting: delays.waiting,
  };
};

type Q = ReturnType<typeof delayQuantile>;

const partitionFigures = (history: OffsetHistory): KafkaGroupReport['perPartition'][number] => {
  const { partition, samples } = history;
  const last = samples.at(-1);
  if (last === undefined) {
    return {
      partition,
      state: 'unreadable',
      produced: null,
      consumed: null,
      peakLagMessages: null,
      finalLagMessages: null,
    };
  }
  const lags = samples.map(partitionLag);
  const final = lags.at(-1);
  const middles = lags.map(({ low, high }) => middleOf(low, high));
  const known = middles.filter((lag) => lag !== null);
  const base = curveBase(history);
  return {
    partition,
    state: final?.state ?? 'unreadable',
    produced: Number(last.end - base.end),
    consumed: last.committedAfter === null ? 0 : Number(last.committedAfter - base.committed),
    peakLagMessages: known.length === 0 ? null : known.reduce((most, lag) => Math.max(most, lag), 0),
    finalLagMessages: middles.at(-1) ?? null,
  };
};
