import type { LaglineMetric, ThresholdRule } from '../metric-table.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import type { RunRecord } from '../record/run-record.ts';
import { curvesOf } from '../derive/offset-curves.ts';
import { produceSpan } from '../derive/producing.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import { AggregateFold } from './aggregate-moments.ts';
import { isNamedBy, momentsOf } from './moments.ts';
import { delayOf } from './read-completion-delay.ts';
import { exactly, unknown, type Reading } from './reading.ts';
import { worst } from './worst-reading.ts';

type Read = (rule: ThresholdRule, record: RunRecord, figures: RunFigures) => Reading;

/** Value of one of lagline's own metrics. Where tags leave several groups, the worst one is judged. */
export const readLaglineMetric: Read = (rule, record, figures) =>
  readers[rule.selector.name as LaglineMetric](rule, record, figures);

type Named = { readonly group: string; readonly topic: string };
const nameOf = ({ group, topic }: Named): Named => ({ group, topic });

/** Value of a metric that is read once a tick, over what was read so far. */
export const readSampled = (rule: ThresholdRule, record: RunRecord): Reading =>
  worstOrNone(
    rule,
    momentsOf(rule, record).map(({ moments, ...series }) => {
      const fold = new AggregateFold(rule);
      for (const moment of moments) fold.take(moment);
      return fold.read(series);
    }),
  );

/** The one that decides, where a rule means several things; unknown where it means none. */
export const worstOrNone = (rule: ThresholdRule, readings: readonly Reading[]): Reading => {
  const nothing = rule.selector.name.startsWith('kafka_') ? 'no-such-group-in-run' : 'no-such-series-in-run';
  return readings.length === 0 ? unknown(nothing) : worst(rule, readings);
};

const ofGroups =
  (read: (group: KafkaGroupReport, record: RunRecord) => Reading): Read =>
  (rule, record, figures) => {
    const groups = figures.kafka.groups.filter(isNamedBy(rule));
    return groups.length === 0
      ? unknown('no-such-group-in-run')
      : worst(
          rule,
          groups.map((group) => ({ ...read(group, record), of: nameOf(group) })),
        );
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

const completionDelay: Read = (rule, record) => {
  const curves = curvesOf(record).filter(isNamedBy(rule));
  if (curves.length === 0) return unknown('no-such-group-in-run');
  return worst(
    rule,
    curves.map((curve) => ({ ...delayOf(rule, curve), of: nameOf(curve) })),
  );
};

const produceDuration = (group: KafkaGroupReport, record: RunRecord): Reading => {
  const curve = curvesOf(record).find((each) => each.group === group.group && each.topic === group.topic);
  const span = curve && produceSpan(curve.points);
  return interval(
    span?.lowMs ?? null,
    span?.highMs ?? null,
    group.produceDurationMs,
    group,
    'nothing-produced',
  );
};

const integrityCount =
  (key: 'lost' | 'duplicates' | 'oversold' | 'phantom' | 'unknown'): Read =>
  (_rule, _record, { integrity, provenance }) => {
    const origin = provenance[`integrity.${key}`] ?? provenance['integrity'];
    const value = integrity?.[key];
    if (value === null || value === undefined) return unknown(origin?.reason ?? 'not-counted');
    return exactly(value, 1, origin?.source ?? 'integrity probe');
  };

const probeValue: Read = (rule, _record, { integrityProbes, provenance }) => {
  const wanted = rule.selector.tags['probe'];
  const readings = integrityProbes.flatMap(({ id, value, reason }, index): Reading[] => {
    if (wanted !== undefined && id !== wanted) return [];
    if (value === null) return [unknown(reason ?? 'not-measured')];
    const origin = provenance[`integrityProbes.${index}.value`];
    return [exactly(value, 1, origin?.source ?? `integrity probe ${id}`, origin?.kind)];
  });
  return readings.length === 0 ? unknown('no-such-probe-in-run') : worst(rule, readings);
};

const readers: Record<LaglineMetric, Read> = {
  kafka_lag: readSampled,
  kafka_time_lag: readSampled,
  kafka_drain: ofGroups((group) =>
    interval(group.drain.lowMs, group.drain.highMs, group.drain.ms, group, `drain-${group.drain.state}`),
  ),
  kafka_produce_duration: ofGroups(produceDuration),
  kafka_consume_duration: ofGroups((group) =>
    interval(
      group.consumeDurationLowMs,
      group.consumeDurationHighMs,
      group.consumeDurationMs,
      group,
      group.producedMessages ? 'not-drained' : 'nothing-produced',
    ),
  ),
  kafka_completion_delay: completionDelay,
  kafka_utilization: ofGroups((group) =>
    interval(group.utilization, group.utilization, group.utilization, group, 'no-service-rate'),
  ),
  host_cpu: readSampled,
  host_memory: readSampled,
  integrity_lost: integrityCount('lost'),
  integrity_duplicates: integrityCount('duplicates'),
  integrity_oversold: integrityCount('oversold'),
  integrity_phantom: integrityCount('phantom'),
  integrity_unknown: integrityCount('unknown'),
  integrity_probe: probeValue,
  prometheus: readSampled,
};
