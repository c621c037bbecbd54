import { KnownError, messageOf } from '../errors.ts';
import type { Observation } from '../record/observation.ts';
import { completionSeries } from '../record/series-names.ts';
import { redactUrl } from '../redact.ts';
import { httpGet, requireHttpUrl } from './http-get.ts';
import { parsePrometheusText, type PrometheusSample } from './prometheus-text.ts';
import type { Sampler } from './sampler.ts';

/**
 * The histogram in which the application counts how long things took from being accepted to being persisted: its cumulative
 * counts once a tick, all label sets of it together. Times are in seconds, as Prometheus names them, unless the name ends
 * in `_milliseconds` or `_ms`.
 */
export const completionHistogram: Sampler = {
  id: 'completion',
  open: async ({ plan, clock }) => {
    if (plan.completion === undefined) return { sample: async () => [], close: async () => {} };
    const { url, histogram } = plan.completion;
    requireHttpUrl(url, 'the metrics address of the completion times');
    const read = async (): Promise<readonly PrometheusSample[]> => {
      const { status, body } = await httpGet(url);
      if (status !== 200) throw new Error(`${redactUrl(url)}: HTTP ${status}`);
      return parsePrometheusText(body);
    };
    requireHistogram(await firstAnswer(read), histogram, redactUrl(url));
    return {
      sample: async () => {
        const samples = await read();
        const seen = cumulativeCounts(samples, histogram, clock.elapsedMs());
        if (seen.length === 0) throw new Error(`${redactUrl(url)}: no ${histogram}_bucket`);
        return seen;
      },
      close: async () => {},
    };
  },
};

const firstAnswer = async (
  read: () => Promise<readonly PrometheusSample[]>,
): Promise<readonly PrometheusSample[]> => {
  try {
    return await read();
  } catch (error) {
    throw new KnownError('prometheus-unreachable', `completion times cannot be read: ${messageOf(error)}`, {
      remedy: 'check the address, or leave --completion out to run without them',
      cause: error,
    });
  }
};

const requireHistogram = (
  samples: readonly PrometheusSample[],
  histogram: string,
  shownUrl: string,
): void => {
  if (samples.some((sample) => edgeOf(sample, histogram) !== undefined)) return;
  const others = [
    ...new Set(
      samples.flatMap(({ name, labels }) =>
        name.endsWith('_bucket') && labels['le'] !== undefined ? [name.replace(/_bucket$/, '')] : [],
      ),
    ),
  ];
  throw new KnownError('config-invalid', `${shownUrl} shows no histogram '${histogram}'`, {
    remedy:
      others.length === 0
        ? 'there is none at that address; one with labels may appear with the first thing that is persisted'
        : `there are ${others.slice(0, 8).join(', ')}; one with labels may appear with the first thing that is persisted`,
  });
};

/** Upper edge of a bucket as it is written; undefined for what is no bucket of it. */
const edgeOf = ({ name, labels }: PrometheusSample, histogram: string): string | undefined =>
  name === `${histogram}_bucket` ? labels['le'] : undefined;

const cumulativeCounts = (
  samples: readonly PrometheusSample[],
  histogram: string,
  atMs: number,
): Observation[] => {
  const perUnit = /_(?:milliseconds|ms)$/.test(histogram) ? 1 : 1000;
  const byEdge = new Map<string, number>();
  for (const sample of samples) {
    const edge = edgeOf(sample, histogram);
    if (edge === undefined) continue;
    const shown = edge === '+Inf' ? edge : String(Number(edge) * perUnit);
    byEdge.set(shown, (byEdge.get(shown) ?? 0) + sample.value);
  }
  const total = (suffix: string): number | undefined => {
    const those = samples.filter(({ name }) => name === histogram + suffix);
    return those.length === 0 ? undefined : those.reduce((sum, { value }) => sum + value, 0);
  };
  const counter = (
    name: string,
    value: number | undefined,
    labels = {},
    unit: 'count' | 'ms' = 'count',
  ): Observation[] =>
    value === undefined ? [] : [{ kind: 'counter', series: { name, labels, unit }, atMs, value }];
  const sum = total('_sum');
  return byEdge.size === 0
    ? []
    : [
        ...[...byEdge].flatMap(([le, value]) => counter(completionSeries.bucket, value, { le })),
        ...counter(completionSeries.count, total('_count') ?? byEdge.get('+Inf')),
        ...counter(completionSeries.sum, sum === undefined ? undefined : sum * perUnit, {}, 'ms'),
      ];
};
