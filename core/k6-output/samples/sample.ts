import type { K6Metric } from '../../record/load-outcome.ts';
import type { TrendContent } from '../../load/trend-content.ts';

export type MetricType = K6Metric['type'];

/** What k6 says of a metric before its first sample. */
export type Declaration = {
  readonly kind: 'declaration';
  readonly metric: string;
  readonly type: MetricType;
  readonly contains: TrendContent;
  /** Expressions of the script's thresholds on the whole metric; those on submetrics are not in k6's output. */
  readonly thresholds: readonly string[];
  /** Names of submetrics, as in `http_req_duration{kind:read}`. */
  readonly submetrics: readonly string[];
};

export type Sample = {
  readonly kind: 'sample';
  readonly metric: string;
  /** Epoch, whole ms. */
  readonly atMs: number;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
};
