import { middleLag, readingAt, type CurvePoint } from '../derive/offset-curves.ts';
import { loadStartMs } from '../derive/phases.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import { apiLatencyFlat } from './api-latency.ts';
import { evidence, type Cause, type DiagnosisInput, type Evidence } from './diagnosis.ts';
import { curveOf, laggedGroup, longestPauseMs, ordinaryBacklogSeconds, skew } from './lagged-group.ts';

/** A consumer without a commit for this long while work waited has stopped; shorter pauses are rebalances and batches. */
const stoppedAfterMs = 10_000;

export const consumerThroughput: Cause = {
  id: 'consumer-throughput',
  weigh: (input) => {
    const group = laggedGroup(input);
    if (group === undefined || group.utilization === null) return undefined;
    const points = curveOf(input, group);
    const pauseMs = longestPauseMs(points);
    const uneven = skew(group);
    return {
      decisive: [
        evidence('utilization-above-one', group.utilization > 1, {
          rho: group.utilization,
          arrivalPerSecond: group.produceRatePerSecond,
          servicePerSecond: group.consumeRatePerSecond,
        }),
      ],
      further: [
        lagGrew(input, group, points),
        apiLatencyFlat(input),
        uneven &&
          evidence('lag-on-all-partitions', uneven.isEven, {
            partition: uneven.partition,
            share: uneven.share,
            partitions: group.partitions,
          }),
        evidence('consumer-kept-moving', pauseMs < stoppedAfterMs, {
          longestPauseMs: pauseMs,
          consumedMessages: group.consumedMessages,
        }),
      ],
    };
  },
};

/** Lag from the last reading before the load to the one at its end; undefined where either is not a number. */
const lagGrew = (
  { record }: DiagnosisInput,
  { lagAtLoadEndMessages: toMessages, produceRatePerSecond, drain }: KafkaGroupReport,
  points: readonly CurvePoint[],
): Evidence | undefined => {
  const start = readingAt(points, loadStartMs(record)) ?? points[0];
  const fromMessages = start === undefined ? null : middleLag(start);
  if (fromMessages === null || toMessages === null) return undefined;
  const ordinary = (produceRatePerSecond ?? 0) * ordinaryBacklogSeconds;
  return evidence('lag-grew-during-load', toMessages - fromMessages > ordinary, {
    fromMessages,
    toMessages,
    since: drain.since,
  });
};

export const hotPartition: Cause = {
  id: 'hot-partition',
  weigh: (input) => {
    const group = laggedGroup(input);
    const uneven = group && skew(group);
    if (group === undefined || uneven === undefined || group.partitions < 2) return undefined;
    return {
      decisive: [
        evidence('single-partition-carries', uneven.isHot, {
          partition: uneven.partition,
          share: uneven.share,
        }),
      ],
      further: [],
    };
  },
};

export const consumerStopped: Cause = {
  id: 'consumer-stopped',
  weigh: (input) => {
    const group = laggedGroup(input);
    if (group === undefined) return undefined;
    const points = curveOf(input, group);
    const last = points.at(-1);
    const since = points.find(({ consumed }) => consumed === last?.consumed);
    if (last === undefined || since === undefined || !last.lagLow) return undefined;
    const stillMs = last.atMs - since.atMs;
    return {
      decisive: [
        evidence('commits-stopped', stillMs >= stoppedAfterMs, {
          sinceMs: since.atMs,
          forMs: stillMs,
          remaining: last.lagLow,
        }),
      ],
      further: [],
    };
  },
};
