import type { LaglineMetric, ThresholdRule } from '../metric-table.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import type { RunRecord } from '../record/run-record.ts';
import { hostSeries } from '../record/series-names.ts';
import { completionDelays, delayQuantile } from '../derive/completion-delay.ts';
import { groupCurves } from '../derive/offset-curves.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import { aggregateSamples, exactly, unknown, type Reading } from './reading.ts';

type Read = (rule: ThresholdRule, record: RunRecord, figures: RunFigures) => Reading;

/** Value of one of lagline's own metrics. Where tags leave several groups, the worst one is judged. */
export const readLaglineMetric: Read = (rule, record, figures) =>
  readers[rule.selector.name as LaglineMetric](rule, record, figures);

const groupsOf = (
  { selector }: ThresholdRule,
  groups: readonly KafkaGroupReport[],
): readonly KafkaGroupReport[] =>
  groups.filter(
    ({ group, topic }) =>
      (selector.tags['group'] ?? group) === group && (selector.tags['topic'] ?? topic) === topic,
  );

const sampledLag: Read = (rule, record) => {
  const { tags } = rule.selector;
  const curves = groupCurves(record.offsets).filter(
    ({ group, topic }) => (tags['group'] ?? group) === group && (tags['topic'] ?? topic) === topic,
  );
  if (curves.length === 0) return unknown('no-such-group-in-run');
  const readings = curves.map(({ group, topic, points }) => {
    const samples = points.flatMap(({ lagLow, lagHigh }): [number, number][] =>
      lagLow === null || lagHigh === null ? [] : [[lagLow, lagHigh]],
    );
    return aggregate(rule, samples, `kafka offsets ${group}/${topic}`);
  });
  return worst(readings);
};

const aggregate = (
  { expression: { aggregation } }: ThresholdRule,
  samples: readonly (readonly [number, number])[],
  source: string,
): Reading =>
  aggregation.method === 'count' || aggregation.method === 'rate'
    ? unknown('aggregation-not-available')
    : aggregateSamples(
        samples,
        aggregation.method,
        aggregation.method === 'p' ? aggregation.percentile : 0,
        source,
      );

/** The reading with the greatest value; one unknown makes the whole unknown, for it might be the worst. */
const worst = (readings: readonly Reading[]): Reading => {
  const missing = readings.find(({ state }) => state === 'unknown');
  if (missing !== undefined) return missing;
  return readings.reduce((most, next) =>
    most.state === 'known' && next.state === 'known' && next.low > most.low ? next : most,
  );
};

const ofGroups =
  (read: (group: KafkaGroupReport) => Reading): Read =>
  (rule, _record, figures) => {
    const groups = groupsOf(rule, figures.kafka.groups);
    return groups.length === 0 ? unknown('no-such-group-in-run') : worst(groups.map(read));
  };

const interval = (
  low: number | null,
  high: number | null,
  value: number | null,
  group: KafkaGroupReport,
  reason: string,
): Reading =>
  low === null
    ? unknown(reason)
    : {
        state: 'known',
        low,
        high: high ?? Number.POSITIVE_INFINITY,
        value,
        samples: group.samples,
        provenance: {
          kind: 'computed',
          source: `kafka offsets ${group.group}/${group.topic}`,
          samples: group.samples,
        },
      };

const sampledSeries =
  (name: string): Read =>
  (rule, record) => {
    const wanted = Object.entries(rule.selector.tags);
    const matching = record.series.filter(
      (series) =>
        series.kind !== 'distribution' &&
        series.name === name &&
        wanted.every(([key, value]) => series.labels[key] === value),
    );
    if (matching.length === 0) return unknown('no-such-series-in-run');
    return worst(
      matching.map((series) =>
        aggregate(
          rule,
          series.kind === 'distribution' ? [] : series.points.map(([, value]) => [value, value] as const),
          name,
        ),
      ),
    );
  };

const completionDelay: Read = (rule, record) => {
  const { tags } = rule.selector;
  const { aggregation } = rule.expression;
  const partitions = record.offsets.filter(
    ({ group, topic }) => (tags['group'] ?? group) === group && (tags['topic'] ?? topic) === topic,
  );
  const delays = completionDelays(partitions);
  const samples = delays.completed + delays.waiting;
  if (samples === 0) return unknown('nothing-produced');
  const q =
    aggregation.method === 'p'
      ? aggregation.percentile / 100
      : { max: 1, med: 0.5, min: 0 }[aggregation.method as string];
  if (q === undefined) return unknown('aggregation-not-available');
  const { ms, lowMs } = delayQuantile(delays, q);
  if (lowMs === null) return unknown('messages-waiting');
  const provenance = { kind: 'computed', source: 'kafka produce and consume curves', samples } as const;
  return { state: 'known', low: lowMs, high: ms ?? Number.POSITIVE_INFINITY, value: ms, samples, provenance };
};

const integrityCount =
  (key: 'lost' | 'duplicates' | 'oversold' | 'unknown'): Read =>
  (_rule, _record, { integrity, provenance }) => {
    const origin = provenance['integrity'];
    const value = integrity?.[key];
    if (value === null || value === undefined) return unknown(origin?.reason ?? 'not-counted');
    return exactly(value, 1, origin?.source ?? 'integrity probe');
  };

const readers: Record<LaglineMetric, Read> = {
  kafka_lag: sampledLag,
  kafka_drain: ofGroups((group) =>
    interval(group.drain.lowMs, group.drain.highMs, group.drain.ms, group, `drain-${group.drain.state}`),
  ),
  kafka_produce_duration: ofGroups((group) =>
    interval(
      group.produceDurationMs,
      group.produceDurationMs,
      group.produceDurationMs,
      group,
      'nothing-produced',
    ),
  ),
  kafka_consume_duration: ofGroups((group) =>
    interval(
      group.consumeDurationLowMs,
      group.consumeDurationHighMs,
      group.consumeDurationMs,
      group,
      'nothing-produced',
    ),
  ),
  kafka_completion_delay: completionDelay,
  kafka_utilization: ofGroups((group) =>
    interval(group.utilization, group.utilization, group.utilization, group, 'no-service-rate'),
  ),
  host_cpu: sampledSeries(hostSeries.cpuPercent),
  host_memory: sampledSeries(hostSeries.memoryUsedPercent),
  integrity_lost: integrityCount('lost'),
  integrity_duplicates: integrityCount('duplicates'),
  integrity_oversold: integrityCount('oversold'),
  integrity_unknown: integrityCount('unknown'),
  prometheus: sampledSeries('prometheus'),
};
