import type { ThresholdRule } from '../metric-table.ts';
import type { RulePhase } from '../rule-text.ts';
import { formatMetricSelector, type Aggregation, type MetricSelector } from '../threshold-expression.ts';
import { pointsOf, seriesName, windowsOf } from '../record/find-series.ts';
import { quantileBounds, type Histogram } from '../record/histogram.ts';
import type { Labels, Point, RunRecord, Series } from '../record/run-record.ts';
import { hostSeries } from '../record/series-names.ts';
import { failedTags } from '../record/share-series.ts';
import { curvesOf, type GroupCurve } from '../derive/offset-curves.ts';
import { staleReadings } from '../derive/sample-age.ts';
import { groupTimeLag } from '../derive/time-lag/group-time-lag.ts';
import { isTimeLag } from '../derive/time-lag/time-lag.ts';

/** What a metric was over one short stretch, or at one reading; null bounds where it was read and is no number. */
export type Moment = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly low: number | null;
  readonly high: number | null;
};

/** The moments of one thing that a rule may mean, ascending in time. */
export type MomentSeries = {
  readonly source: string;
  readonly of?: { readonly group: string; readonly topic: string };
  /** Expected distance of two moments, in ms; a greater one is a gap. */
  readonly intervalMs: number;
  readonly moments: readonly Moment[];
};

/** How often k6 tells what it measured. */
const pushIntervalMs = 1000;

/** Whether a rule means a group's topic. */
export const isNamedBy =
  ({ selector: { tags } }: ThresholdRule) =>
  ({ group, topic }: Pick<GroupCurve, 'group' | 'topic'>): boolean =>
    (tags['group'] ?? group) === group && (tags['topic'] ?? topic) === topic;

/** Everything that the rule's selector names, moment by moment, within the rule's phase; empty where nothing is. */
export const momentsOf = (rule: ThresholdRule, record: RunRecord): MomentSeries[] =>
  momentsOfAnyPhase(rule, record).map((series) => ({
    ...series,
    moments: series.moments.filter(isWithin(rule.options.between, record)),
  }));

type Observed = Pick<RunRecord, 'series' | 'offsets' | 'plan' | 'phases'>;

/** The same, whatever the rule's phase is. */
export const momentsOfAnyPhase = (rule: ThresholdRule, record: Observed): MomentSeries[] =>
  rule.source === 'k6' ? k6Moments(rule, record) : laglineMoments(rule, record);

const isWithin = (phase: RulePhase, record: RunRecord): ((moment: Moment) => boolean) => {
  if (phase === 'run') return () => true;
  const stretches = record.phases.filter(({ name }) => name === phase);
  return ({ fromMs, toMs }) =>
    stretches.some((stretch) => fromMs >= stretch.fromMs && toMs <= (stretch.toMs ?? record.durationMs));
};

/** How a group's topic is named where its offsets say something. */
export const kafkaSource = ({ group, topic }: Pick<GroupCurve, 'group' | 'topic'>) => ({
  source: `kafka offsets ${group}/${topic}`,
  of: { group, topic },
});

const laglineMoments = (rule: ThresholdRule, record: Observed): MomentSeries[] => {
  const { name, tags } = rule.selector;
  const { intervalMs } = record.plan.sampling;
  if (name === 'kafka_lag' || name === 'kafka_time_lag') {
    const momentsIn = name === 'kafka_lag' ? lagMoments : timeLagMoments;
    return curvesOf(record)
      .filter(isNamedBy(rule))
      .map((curve) => ({
        ...kafkaSource(curve),
        intervalMs,
        moments: momentsIn(curve),
      }));
  }
  const stored = storedNames[name] ?? name;
  return record.series.flatMap((series): MomentSeries[] =>
    series.kind === 'distribution' ||
    series.name !== stored ||
    !Object.entries(tags).every(([key, value]) => series.labels[key] === value)
      ? []
      : [{ source: name, intervalMs, moments: pointMoments(series, record) }],
  );
};

/** An answer of Prometheus that rests on old samples is no reading of the run. */
const pointMoments = ({ name, labels, points }: PointSeries, record: Observed): Moment[] => {
  if (name !== 'prometheus') return points.map(momentAt);
  const isStale = staleReadings(record, labels['query'] ?? '');
  return points.map((point) =>
    isStale(point[0]) ? { ...momentAt(point), low: null, high: null } : momentAt(point),
  );
};

type PointSeries = Extract<Series, { readonly points: unknown }>;

const lagMoments = ({ points }: GroupCurve): Moment[] =>
  points.map(({ atMs, lagLow, lagHigh }) => ({ fromMs: atMs, toMs: atMs, low: lagLow, high: lagHigh }));

const timeLagMoments = (curve: GroupCurve): Moment[] =>
  Array.from(groupTimeLag(curve), (lag) => ({
    fromMs: lag.atMs,
    toMs: lag.atMs,
    low: isTimeLag(lag) ? lag.lowMs : null,
    high: isTimeLag(lag) ? lag.highMs : null,
  }));

const storedNames: Readonly<Record<string, string>> = {
  host_cpu: hostSeries.cpuPercent,
  host_memory: hostSeries.memoryUsedPercent,
};

const momentAt = ([atMs, value]: Point): Moment => ({ fromMs: atMs, toMs: atMs, low: value, high: value });

const k6Moments = (rule: ThresholdRule, record: Observed): MomentSeries[] => {
  const name = formatMetricSelector(rule.selector);
  const { aggregation } = rule.expression;
  const moments =
    rule.selector.name === 'http_req_failed'
      ? failedShares(rule.selector, record)
      : aggregation.method === 'value'
        ? pointsOf(record, name).map(momentAt)
        : aggregation.method === 'rate' || aggregation.method === 'count'
          ? increases(pointsOf(record, name)).map(({ added, ...stretch }) => ({
              ...stretch,
              ...exactly((added * 1000) / (stretch.toMs - stretch.fromMs)),
            }))
          : windowsOf(record, name).flatMap(({ fromMs, toMs, histogram }) => {
              const bounds = boundsOf(aggregation, histogram);
              return bounds === undefined ? [] : [{ fromMs, toMs, ...bounds }];
            });
  return moments.length === 0 ? [] : [{ source: `k6 timeline ${name}`, intervalMs: pushIntervalMs, moments }];
};

const exactly = (value: number): { low: number; high: number } => ({ low: value, high: value });

type Increase = { readonly fromMs: number; readonly toMs: number; readonly added: number };

const increases = (points: readonly Point[]): Increase[] =>
  points.flatMap(([toMs, total], index): Increase[] => {
    const before = points[index - 1];
    return before === undefined || toMs <= before[0]
      ? []
      : [{ fromMs: before[0], toMs, added: total - before[1] }];
  });

/** Share of failed requests per stretch; one without requests is no moment, and none is where they are not told apart. */
const failedShares = ({ tags }: MetricSelector, record: Observed): Moment[] => {
  const countedOf = (labels: Labels): readonly Point[] =>
    pointsOf(record, seriesName({ name: 'http_reqs', labels }));
  const counted = countedOf(failedTags(tags));
  if (counted.length === 0) return [];
  const failed = new Map(increases(counted).map(({ toMs, added }) => [toMs, added]));
  return increases(countedOf(tags)).flatMap(({ fromMs, toMs, added }) =>
    added === 0 ? [] : [{ fromMs, toMs, ...exactly((failed.get(toMs) ?? 0) / added) }],
  );
};

/** The aggregate of what fell into a histogram, within the width of its buckets; undefined for an empty one. */
export const boundsOf = (
  aggregation: Aggregation,
  histogram: Histogram,
): { low: number; high: number } | undefined => {
  if (histogram.count <= 0) return undefined;
  const { method } = aggregation;
  if (method === 'avg') return exactly(histogram.sum / histogram.count);
  const q = { min: 0, med: 0.5, max: 1, p: method === 'p' ? aggregation.percentile / 100 : 0 };
  const bounds = quantileBounds(histogram, q[method as keyof typeof q]);
  return bounds === undefined ? undefined : { low: bounds.low, high: bounds.high };
};
