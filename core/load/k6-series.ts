import type { Unit } from '../quantity.ts';
import type { Histogram } from '../record/histogram.ts';
import type { IsUsedHistogram, PushedSeries } from './remote-write-decode.ts';

export type PushedMetric =
  | { readonly kind: 'counter'; readonly name: string; readonly unit: Unit; readonly value: number }
  | { readonly kind: 'gauge'; readonly name: string; readonly unit: Unit; readonly value: number }
  /** Of a rate, without a count. */
  | { readonly kind: 'share'; readonly name: string; readonly unit: 'ratio'; readonly value: number }
  /** Buckets as pushed: in seconds where `unit` is ms. */
  | { readonly kind: 'trend'; readonly name: string; readonly unit: Unit; readonly histogram: Histogram };

/**
 * Which k6 metric a pushed series belongs to. k6 writes `k6_<name>` and marks the metric's type by a suffix: `_total`
 * for counters, `_rate` for rates, `_seconds` and `_bytes` for trends of time and data. A custom gauge or untyped trend
 * whose own name ends like that cannot be told apart.
 * Undefined for what was not read.
 */
export const metricOf = ({ name, reading }: PushedSeries): PushedMetric | undefined => {
  if (reading.kind === 'unread') return undefined;
  const own = ownName(name);
  if (reading.kind === 'histogram') {
    const [, metric = own, suffix] = trendName(own);
    const unit = suffix === 'seconds' ? 'ms' : suffix === 'bytes' ? 'bytes' : 'none';
    return { kind: 'trend', name: metric, unit, histogram: reading.histogram };
  }
  if (own.endsWith('_rate'))
    return { kind: 'share', name: own.slice(0, -'_rate'.length), unit: 'ratio', value: reading.value };
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

const ownName = (pushed: string): string => pushed.replace(/^k6_/, '');
const trendName = (own: string): readonly string[] => /^(.+)_(seconds|bytes)$/.exec(own) ?? [];

/** Of each request k6 counts six histograms that nothing is made of, but for those metrics that somebody names. */
export const usedHistograms = (named: readonly string[] = []): IsUsedHistogram => {
  const unused = new Set([...partsOfDuration].filter((part) => !named.includes(part)));
  return (pushed) => {
    const own = ownName(pushed);
    return !unused.has(trendName(own)[1] ?? own);
  };
};

const byteCounters = new Set(['data_sent', 'data_received', 'ws_bytes_sent', 'ws_bytes_received']);

/** Parts of http_req_duration; they make up nearly half of what k6 tells of a request, and no figure of a report. */
export const partsOfDuration: ReadonlySet<string> = new Set(
  ['blocked', 'connecting', 'tls_handshaking', 'sending', 'waiting', 'receiving'].map(
    (part) => `http_req_${part}`,
  ),
);

/** The same buckets, their values in ms: a figure from them is in doubt by as much as before. */
export const secondsToMs = (seconds: Histogram): Histogram => ({
  ...seconds,
  scale: 1000 * (seconds.scale ?? 1),
  sum: seconds.sum * 1000,
});
