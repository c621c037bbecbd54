import type { Provenance } from '../quantity.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import type { RunRecord } from '../record/run-record.ts';
import { delayFigures } from './delay-figures.ts';
import { consumeDurations, drainFigures } from './drain-figures.ts';
import { deriveDrain, slowestOf, wholeDrain } from './drain.ts';
import { forecastDrain } from './forecast/drain-forecast.ts';
import { forecastsOf } from './forecast/forecasts.ts';
import { peakTimeLag, peakTimeLagOf } from './time-lag/group-time-lag.ts';
import { workersAt } from './forecast/workers.ts';
import { groupOrigins } from './kafka-provenance.ts';
import { onceFor } from './once.ts';
import { curvesOf, middleLag, readingAt, type CurvePoint, type GroupCurve } from './offset-curves.ts';
import { lastReadingsFromMs } from './measurement-figures.ts';
import { lookThrough, partitionFigures } from './partition-figures.ts';
import { producingEndMs } from './phases.ts';
import { peakProduceRate, produceSpan, producingMoments } from './producing.ts';
import { serviceRate } from './service-rate.ts';

export type KafkaFigures = {
  readonly groups: readonly KafkaGroupReport[];
  readonly provenance: Readonly<Record<string, Provenance>>;
};

/** Once for a record: report and charts both read them. */
export const kafkaFigures = onceFor((record: RunRecord): KafkaFigures => {
  const provenance: Record<string, Provenance> = {};
  const curves = curvesOf(record, (history, of) => {
    peakTimeLagOf(history, of);
    lookThrough(history);
  });
  const groups = curves.map((curve, index) => {
    const { report, origins } = groupFigures(curve, record);
    for (const [path, origin] of Object.entries(origins))
      provenance[`kafka.groups.${index}.${path}`] = origin;
    return report;
  });
  return { groups, provenance };
});

const groupFigures = (
  curve: GroupCurve,
  record: RunRecord,
): { report: KafkaGroupReport; origins: Record<string, Provenance> } => {
  const { points, partitions } = curve;
  const endOfLoadMs = producingEndMs(record, points);
  const { sustainMs } = record.plan.drain;
  const lastReadMs = lastReadingsFromMs(record);
  const each = partitions.map((history) =>
    partitionFigures(history, {
      endOfLoadMs,
      sustainMs,
      lastReadMs,
      peakTimeLagMs: peakTimeLagOf(history, curve),
    }),
  );
  const parts = each.map(({ drain }) => drain);
  const drain = wholeDrain(deriveDrain(points, endOfLoadMs, sustainMs), parts);
  const workerAt = (atMs: number) => workersAt(record.assignments, curve, atMs);
  const rest =
    drain.state === 'timed-out' ? forecastDrain(partitions, workerAt(Number.POSITIVE_INFINITY)) : undefined;
  const estimate = rest === undefined || 'reason' in rest ? undefined : rest;
  const producing = producingMoments(points);
  const service = serviceRate(points, endOfLoadMs) ?? serviceRate(points);
  const peak = peakOf(points);
  const last = points.at(-1);
  const atLoadEnd = readingAt(points, endOfLoadMs);
  const final = last === undefined ? null : middleLag(last);
  const span = produceSpan(points);
  // Everything within one reading: how fast, the readings cannot tell.
  const produceRate = span !== undefined && span.lowMs > 0 && last ? (last.produced * 1000) / span.ms : null;
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
    ...consumeDurations(producing, drain, estimate),
    drain: {
      since: record.plan.reconstruction === undefined ? 'load-end' : 'produce-end',
      ...drainFigures(drain, endOfLoadMs, estimate),
      slowestPartition: slowestOf(partitions, parts),
    },
    forecast: forecastsOf(
      partitions,
      endOfLoadMs,
      drain.emptiedAt?.highMs ?? Number.POSITIVE_INFINITY,
      workerAt,
    ),
    completionDelayMs: delayFigures(partitions),
    peakTimeLag: peakTimeLag(curve),
    clampedSamples: points.reduce((sum, { clamped }) => sum + clamped, 0),
    samples: points.length,
    perPartition: each.map(({ report: of }) => of),
  };
  const lags = { peak, atLoadEnd, final: last };
  return {
    report,
    origins: groupOrigins(report, {
      points,
      service,
      lags,
      noEstimate: rest && 'reason' in rest ? rest.reason : undefined,
    }),
  };
};

const peakOf = (points: readonly CurvePoint[]): CurvePoint | undefined =>
  points.reduce<CurvePoint | undefined>((peak, point) => {
    const lag = middleLag(point);
    return lag !== null && lag > (peak === undefined ? -1 : (middleLag(peak) ?? -1)) ? point : peak;
  }, undefined);
