import { mainGroup } from '../derive/main-group.ts';
import { curvesOf, type CurvePoint } from '../derive/offset-curves.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import type { DiagnosisInput } from './diagnosis.ts';

/** A backlog below this many seconds of arrivals is ordinary batching. */
export const ordinaryBacklogSeconds = 2;
/** A partition is hot when it carries more than this many times what the others carry on average. */
const hotRatio = 3;
/** Partitions share the backlog when the worst carries no more than this many times its even share. */
const evenRatio = 1.5;

/** The group whose backlog is more than batching; where several have one, the one the report speaks of. */
export const laggedGroup = ({ figures }: DiagnosisInput): KafkaGroupReport | undefined =>
  mainGroup(
    figures.kafka.groups.filter(
      ({ peakLagMessages, produceRatePerSecond }) =>
        (peakLagMessages ?? 0) > (produceRatePerSecond ?? 0) * ordinaryBacklogSeconds,
    ),
  );

export const curveOf = (
  { record }: DiagnosisInput,
  { group, topic }: KafkaGroupReport,
): readonly CurvePoint[] =>
  curvesOf(record).find((curve) => curve.group === group && curve.topic === topic)?.points ?? [];

/** How the partitions' peaks compare; `share` is the worst one's of their sum. */
export type Skew = {
  readonly partition: number;
  readonly share: number;
  readonly isHot: boolean;
  readonly isEven: boolean;
};

/** Undefined with fewer than two partitions, or where none had a backlog. */
export const skew = ({ perPartition }: KafkaGroupReport): Skew | undefined => {
  const lags = perPartition.map(({ partition, peakLagMessages }) => ({
    partition,
    lag: peakLagMessages ?? 0,
  }));
  const total = lags.reduce((sum, { lag }) => sum + lag, 0);
  const worst = lags.toSorted((left, right) => right.lag - left.lag)[0];
  if (worst === undefined || lags.length < 2 || total === 0) return undefined;
  const share = worst.lag / total;
  return {
    partition: worst.partition,
    share,
    isHot: worst.lag * (lags.length - 1) > hotRatio * (total - worst.lag),
    isEven: share * lags.length <= evenRatio,
  };
};

/** Longest stretch between readings without a commit while a backlog stood; 0 where there was none. */
export const longestPauseMs = (points: readonly CurvePoint[]): number => {
  let longest = 0;
  let sinceMs: number | undefined;
  points.forEach((point, index) => {
    const before = points[index - 1];
    const isStill = before?.lagLow && point.lagLow && point.consumed <= before.consumed;
    if (!isStill) {
      sinceMs = undefined;
      return;
    }
    sinceMs ??= before.atMs;
    longest = Math.max(longest, point.atMs - sinceMs);
  });
  return longest;
};
