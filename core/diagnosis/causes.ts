import type { KafkaGroupReport } from '../report-document.ts';
import { groupCurves, type CurvePoint } from '../derive/offset-curves.ts';
import { evidence, type Cause, type DiagnosisInput, type Evidence } from './diagnosis.ts';

/** A backlog below this many seconds of arrivals is ordinary batching. */
const ordinaryBacklogSeconds = 2;
/** A partition is hot when it carries more than this many times what the others carry on average. */
const hotRatio = 3;

const laggedGroup = ({ figures }: DiagnosisInput): KafkaGroupReport | undefined =>
  figures.kafka.groups
    .filter(
      ({ peakLagMessages, produceRatePerSecond }) =>
        (peakLagMessages ?? 0) > (produceRatePerSecond ?? 0) * ordinaryBacklogSeconds,
    )
    .sort((left, right) => (right.peakLagMessages ?? 0) - (left.peakLagMessages ?? 0))[0];

const pointsOf = ({ record }: DiagnosisInput, { group, topic }: KafkaGroupReport): readonly CurvePoint[] =>
  groupCurves(record.offsets).find((curve) => curve.group === group && curve.topic === topic)?.points ?? [];

/** Share of the partitions' peaks that the worst partition carries, and how that compares with the mean of the others. */
const skew = ({
  perPartition,
}: KafkaGroupReport): { partition: number; share: number; isHot: boolean } | undefined => {
  const lags = perPartition.map(({ partition, peakLagMessages }) => ({
    partition,
    lag: peakLagMessages ?? 0,
  }));
  const total = lags.reduce((sum, { lag }) => sum + lag, 0);
  const worst = lags.toSorted((left, right) => right.lag - left.lag)[0];
  if (worst === undefined || total === 0) return undefined;
  return {
    partition: worst.partition,
    share: worst.lag / total,
    isHot: lags.length > 1 && worst.lag * (lags.length - 1) > hotRatio * (total - worst.lag),
  };
};

const cpu = ({ figures }: DiagnosisInput) => figures.resources.find(({ id }) => id === 'cpu');

const apiLatency = ({ figures }: DiagnosisInput): { p95Ms: number; isFlat: boolean } | undefined => {
  const trend = figures.load?.httpReqDurationMs;
  if (trend?.p95 == null || trend.med == null) return undefined;
  return { p95Ms: trend.p95, isFlat: trend.p95 < 500 };
};

const consumerThroughput: Cause = {
  id: 'consumer-throughput',
  weigh: (input) => {
    const group = laggedGroup(input);
    if (group === undefined || group.utilization === null) return undefined;
    const atEnd = group.lagAtLoadEndMessages;
    const latency = apiLatency(input);
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
        atEnd === null
          ? undefined
          : evidence('lag-grew-during-load', atEnd > 0, { fromMessages: 0, toMessages: atEnd }),
        latency && evidence('api-latency-flat', latency.isFlat, { p95Ms: latency.p95Ms }),
        uneven &&
          evidence('lag-on-all-partitions', !uneven.isHot, {
            partition: uneven.partition,
            share: uneven.share,
          }),
        evidence('consumer-kept-moving', (group.consumedMessages ?? 0) > 0, {
          consumedMessages: group.consumedMessages,
        }),
      ],
    };
  },
};

const hotPartition: Cause = {
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

const consumerStopped: Cause = {
  id: 'consumer-stopped',
  weigh: (input) => {
    const group = laggedGroup(input);
    if (group === undefined) return undefined;
    const points = pointsOf(input, group);
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

const stoppedAfterMs = 10_000;

const generatorSaturation: Cause = {
  id: 'generator-saturation',
  weigh: (input) => {
    const offered = input.findings.find(({ rule }) => rule === 'offered-load');
    if (offered === undefined || offered.outcome === 'pass') return undefined;
    const highest = cpu(input);
    return {
      decisive: [
        evidence('dropped-iterations', offered.outcome === 'invalid', {
          dropped: offered.measured,
          generator: offered.facts['generator'] ?? null,
        }),
      ],
      further: [
        highest && evidence('host-cpu-high', (highest.max ?? 0) >= 95, { maxPercent: highest.max }),
        vusExhausted(input),
      ],
    };
  },
};

const vusExhausted = ({ figures: { load } }: DiagnosisInput): Evidence | undefined =>
  load?.maxActiveVUs == null || load.maxVUs === null
    ? undefined
    : evidence('vus-exhausted', load.maxActiveVUs >= load.maxVUs, {
        activeVUs: load.maxActiveVUs,
        maxVUs: load.maxVUs,
      });

const apiMetric = /^(http_|checks|iteration|dropped_iterations)/;

/** Slow answers alone are no trouble: some rule on what the API answers must have been missed. */
const isApiInTrouble = ({ findings }: DiagnosisInput): boolean =>
  findings.some(
    ({ metric, outcome }) => apiMetric.test(metric) && (outcome === 'fail' || outcome === 'invalid'),
  );

const apiSaturation: Cause = {
  id: 'api-saturation',
  weigh: (input) => {
    const latency = apiLatency(input);
    const offered = input.findings.find(({ rule }) => rule === 'offered-load');
    if (latency === undefined || !isApiInTrouble(input)) return undefined;
    const failed = input.figures.load?.failedRequests ?? null;
    return {
      decisive: [evidence('api-latency-high', !latency.isFlat, { p95Ms: latency.p95Ms })],
      further: [
        offered && evidence('dropped-iterations', offered.outcome === 'fail', { dropped: offered.measured }),
        failed === null ? undefined : evidence('requests-failed', failed > 0, { failed }),
        vusExhausted(input),
      ],
    };
  },
};

const brokerTrouble: Cause = {
  id: 'broker-trouble',
  weigh: ({ figures }) => {
    const gaps = figures.measurement.gaps.filter(({ source }) => source === 'kafka');
    const longest = gaps.toSorted((left, right) => right.toMs - right.fromMs - (left.toMs - left.fromMs))[0];
    if (longest === undefined) return undefined;
    const forMs = longest.toMs - longest.fromMs;
    return {
      decisive: [
        evidence('sampling-gap', forMs >= 3000, { source: 'kafka', sinceMs: longest.fromMs, forMs }),
      ],
      further: [],
    };
  },
};

/** Every cause lagline knows; the compiler demands wording for each in the locales. */
export const causes: readonly Cause[] = [
  consumerThroughput,
  hotPartition,
  consumerStopped,
  generatorSaturation,
  apiSaturation,
  brokerTrouble,
];
