import { KnownError } from './errors.ts';
import type { Unit } from './quantity.ts';
import { parseRuleText, type RuleOptions } from './rule-text.ts';
import {
  formatAggregation,
  holdsForInterval,
  parseMetricSelector,
  type Aggregation,
  type MetricSelector,
  type ThresholdExpression,
} from './threshold-expression.ts';

/**
 * counter, gauge, rate and trend are k6's types. `sampled` is a value read once a tick (lag, CPU): it has a trend's
 * aggregations over its samples, and `value` is the last one.
 */
export type MetricType = 'counter' | 'gauge' | 'rate' | 'trend' | 'sampled';

/** Of a metric that k6 has, its own or a script's. */
export type K6MetricType = Exclude<MetricType, 'sampled'>;

const allowed: Record<MetricType, readonly Aggregation['method'][]> = {
  counter: ['count', 'rate'],
  gauge: ['value'],
  rate: ['rate'],
  trend: ['avg', 'min', 'max', 'med', 'p'],
  sampled: ['avg', 'min', 'max', 'med', 'p', 'value'],
};

type Method = Aggregation['method'];
type MetricDescription = {
  readonly type: MetricType;
  readonly unit: Unit;
  readonly methods: readonly Method[];
};
const entry = (type: MetricType, unit: Unit, methods = allowed[type]): MetricDescription => ({
  type,
  unit,
  methods,
});
/** The store is counted once: there is no rate. */
const countOnly: readonly Method[] = ['count'];

/** k6's built-in metrics. A name that stands in neither table is taken for a custom metric of the script. */
const k6Metrics: Readonly<Record<string, MetricDescription>> = {
  checks: entry('rate', 'ratio'),
  data_received: entry('counter', 'bytes'),
  data_sent: entry('counter', 'bytes'),
  dropped_iterations: entry('counter', 'count'),
  group_duration: entry('trend', 'ms'),
  grpc_req_duration: entry('trend', 'ms'),
  http_req_blocked: entry('trend', 'ms'),
  http_req_connecting: entry('trend', 'ms'),
  http_req_duration: entry('trend', 'ms'),
  http_req_failed: entry('rate', 'ratio'),
  http_req_receiving: entry('trend', 'ms'),
  http_req_sending: entry('trend', 'ms'),
  http_req_tls_handshaking: entry('trend', 'ms'),
  http_req_waiting: entry('trend', 'ms'),
  http_reqs: entry('counter', 'count'),
  iteration_duration: entry('trend', 'ms'),
  iterations: entry('counter', 'count'),
  vus: entry('gauge', 'count'),
  vus_max: entry('gauge', 'count'),
  ws_connecting: entry('trend', 'ms'),
  ws_msgs_received: entry('counter', 'count'),
  ws_msgs_sent: entry('counter', 'count'),
  ws_ping: entry('trend', 'ms'),
  ws_session_duration: entry('trend', 'ms'),
  ws_sessions: entry('counter', 'count'),
};

/** Type and unit of a metric that k6 itself has; undefined for a custom one, whose type only its script knows. */
export const k6MetricOf = (
  name: string,
): { readonly type: K6MetricType; readonly unit: Unit } | undefined => {
  const known = Object.hasOwn(k6Metrics, name) ? k6Metrics[name] : undefined;
  return known === undefined || known.type === 'sampled' ? undefined : { type: known.type, unit: known.unit };
};

/** Metrics that lagline itself measures. */
export const laglineMetrics = {
  kafka_lag: entry('sampled', 'messages'),
  /** Age of the oldest message that is not committed, of the partition furthest behind. */
  kafka_time_lag: entry('sampled', 'ms'),
  kafka_drain: entry('gauge', 'ms'),
  kafka_produce_duration: entry('gauge', 'ms'),
  kafka_consume_duration: entry('gauge', 'ms'),
  /** No mean: it is not known while messages wait. */
  kafka_completion_delay: entry('trend', 'ms', ['min', 'max', 'med', 'p']),
  kafka_utilization: entry('gauge', 'ratio'),
  host_cpu: entry('sampled', 'percent'),
  host_memory: entry('sampled', 'percent'),
  integrity_lost: entry('counter', 'count', countOnly),
  integrity_duplicates: entry('counter', 'count', countOnly),
  integrity_oversold: entry('counter', 'count', countOnly),
  integrity_phantom: entry('counter', 'count', countOnly),
  integrity_unknown: entry('counter', 'count', countOnly),
  /** Each probe is asked once after the drain. */
  integrity_probe: entry('gauge', 'none'),
  prometheus: entry('sampled', 'none'),
} as const satisfies Record<string, MetricDescription>;

export type LaglineMetric = keyof typeof laglineMetrics;

/** Metrics of which more is better; of every other, less is. */
const higherIsBetter: readonly string[] = ['checks', 'http_reqs', 'iterations', 'data_received', 'data_sent'];

/** The direction in which a metric, by its name without tags, gets better. */
export const betterOf = (name: string): 'lower' | 'higher' =>
  higherIsBetter.includes(name) ? 'higher' : 'lower';

const isLaglineMetric = (name: string): name is LaglineMetric => Object.hasOwn(laglineMetrics, name);
const ownPrefix = /^(kafka|host|integrity|prometheus)(_|$)/;

export type ThresholdRule = {
  readonly metric: string;
  readonly selector: MetricSelector;
  /** Expression and options, as written. */
  readonly text: string;
  readonly expression: ThresholdExpression;
  readonly options: RuleOptions;
  /** Whose metric it is; a custom k6 metric has no type before the run. */
  readonly source: 'k6' | 'lagline';
  readonly type: MetricType | undefined;
  readonly unit: Unit;
};

/** Parses and checks one rule before any load starts. */
export const parseThresholdRule = (metric: string, text: string): ThresholdRule => {
  const selector = parseMetricSelector(metric);
  const { expression, options } = parseRuleText(text);
  const described = describe(selector.name);
  if (described !== undefined) checkUse(metric, text, expression, described);
  return {
    metric,
    selector,
    text,
    expression,
    options,
    source: isLaglineMetric(selector.name) ? 'lagline' : 'k6',
    type: described?.type,
    unit: unitOf(expression.aggregation, described?.unit ?? 'none'),
  };
};

export const parseThresholdRules = (
  thresholds: Readonly<Record<string, readonly string[]>>,
): ThresholdRule[] =>
  Object.entries(thresholds).flatMap(([metric, texts]) =>
    texts.map((text) => parseThresholdRule(metric, text)),
  );

const describe = (name: string): MetricDescription | undefined => {
  if (isLaglineMetric(name)) return laglineMetrics[name];
  if (ownPrefix.test(name)) {
    throw new KnownError('rule-invalid', `there is no metric '${name}'`, {
      remedy: `lagline's own metrics are ${Object.keys(laglineMetrics).join(', ')}`,
    });
  }
  return Object.hasOwn(k6Metrics, name) ? k6Metrics[name] : undefined;
};

/** Refuses an aggregation that metrics of a type do not have. */
export const checkMethod = (
  metric: string,
  text: string,
  { aggregation }: ThresholdExpression,
  type: MetricType,
  methods: readonly Method[] = allowed[type],
): void => {
  if (methods.includes(aggregation.method)) return;
  const usable = methods.map((method) => (method === 'p' ? 'p(N)' : method)).join(', ');
  throw new KnownError(
    'rule-invalid',
    `the rule '${text}' uses ${formatAggregation(aggregation)}, which ${metric} (a ${type}) does not have`,
    { remedy: methods.length === 1 ? `use ${usable}` : `use one of ${usable}` },
  );
};

const checkUse = (
  metric: string,
  text: string,
  expression: ThresholdExpression,
  { type, unit, methods }: MetricDescription,
): void => {
  checkMethod(metric, text, expression, type, methods);
  if (expression.suffix !== undefined && unit !== 'ms') {
    throw new KnownError('rule-invalid', `the rule '${text}' gives a time, but ${metric} is in ${unit}`, {
      remedy: `write the limit without '${expression.suffix}'`,
    });
  }
};

const unbounded: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** Every value that the metric can have. */
const rangeOf = ({ method }: Aggregation, { type, unit }: MetricDescription): readonly [number, number] => {
  if (unit === 'none') return unbounded;
  const isShare = type === 'rate' && method === 'rate';
  return [0, isShare ? 1 : unit === 'percent' ? 100 : Number.POSITIVE_INFINITY];
};

/** True for a rule that holds whatever is measured, false for one that never does; undefined for every other. */
export const foregoneAnswer = ({ selector, expression }: ThresholdRule): boolean | undefined => {
  const described = describe(selector.name);
  const [least, most] = described === undefined ? unbounded : rangeOf(expression.aggregation, described);
  return holdsForInterval(expression, least, most);
};

const unitOf = (aggregation: Aggregation, unit: Unit): Unit =>
  aggregation.method === 'rate' && unit !== 'ratio' ? 'per-second' : unit;
