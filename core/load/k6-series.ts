import type { Unit } from '../quantity.ts';
import type { Histogram } from '../record/histogram.ts';
import type { PushedSeries } from './remote-write-decode.ts';

export type PushedMetric =
  | { readonly kind: 'counter'; readonly name: string; readonly unit: Unit; readonly value: number }
  | { readonly kind: 'gauge'; readonly name: string; readonly unit: Unit; readonly value: number }
  /** Buckets as pushed: in seconds where `unit` is ms. */
  | { readonly kind: 'trend'; readonly name: string; readonly unit: Unit; readonly histogram: Histogram };

/**
 * Which k6 metric a pushed series belongs to. k6 writes `k6_<name>` and marks the metric's type by a suffix: `_total`
 * for counters, `_rate` for rates, `_seconds` and `_bytes` for trends of time and data. A custom gauge or untyped trend
 * whose own name ends like that cannot be told apart.
 * Undefined for rates, which k6 pushes as a share without a count, and for the parts of http_req_duration.
 */
export const metricOf = ({ name, reading }: PushedSeries): PushedMetric | undefined => {
  const own = name.replace(/^k6_/, '');
  if (reading.kind === 'histogram') {
    const [, metric = own, suffix] = /^(.+)_(seconds|bytes)$/.exec(own) ?? [];
    if (partsOfDuration.has(metric)) return undefined;
    const unit = suffix === 'seconds' ? 'ms' : suffix === 'bytes' ? 'bytes' : 'none';
    return { kind: 'trend', name: metric, unit, histogram: reading.histogram };
  }
  if (own.endsWith('_rate')) return undefined;
  if (!own.endsWith('_total')) {
    return { kind: 'gauge', name: own, unit: own.startsWith('vus') ? 'count' : 'none', value: reading.value };
  }
  const metric = own.slice(0, -'_total'.length);
  return {
    kind: 'counter',
    name: metric,
    unit: byteCounters.has(metric) ? 'bytes' : 'count',
    value: reading.value,
  };
};

const byteCounters = new Set(['data_sent', 'data_received', 'ws_bytes_sent', 'ws_bytes_received']);

const partsOfDuration = new Set(
  ['blocked', 'connecting', 'tls_handshaking', 'sending', 'waiting', 'receiving'].map(
    (part) => `http_req_${part}`,
  ),
);

/** Finest schema of native histograms: a bucket is 0.27 % wide. */
const fineSchema = 8;

/**
 * Puts a histogram of seconds on a scale of ms. 1000 is no power of the bucket base, so that buckets do not map onto
 * buckets: each count goes into the fine bucket that holds the middle of its old one. Quantiles keep the old bucket's
 * uncertainty (4.4 % for what k6 pushes) and gain at most 0.14 %.
 */
export const secondsToMs = (seconds: Histogram): Histogram => {
  const widening = 2 ** (fineSchema - seconds.schema);
  const shift = Math.log2(1000) * 2 ** fineSchema;
  return {
    ...seconds,
    schema: fineSchema,
    sum: seconds.sum * 1000,
    buckets: seconds.buckets.map(([index, count]) => [Math.ceil((index - 0.5) * widening + shift), count]),
  };
};
