import { z } from 'zod';
import type { K6Metric, K6Summary } from '../record/load-outcome.ts';

const number = z.number().nullable();
const named = { name: z.string() };

const metric = z.discriminatedUnion('type', [
  z.object({ ...named, type: z.literal('counter'), values: z.object({ count: z.number() }) }),
  z.object({
    ...named,
    type: z.literal('gauge'),
    values: z.object({ value: z.number(), min: number, max: number }),
  }),
  z.object({
    ...named,
    type: z.literal('rate'),
    values: z.object({ matches: z.number(), total: z.number(), rate: number }),
  }),
  z.object({
    ...named,
    type: z.literal('trend'),
    contains: z.enum(['time', 'data', 'default']),
    values: z.record(z.string(), number),
  }),
]);

const check = z.object({ ...named, passes: z.number(), fails: z.number() });

/** k6 writes snake case; a script's handleSummary may be handed either. */
const metadata = z.object({
  k6_version: z.string().optional(),
  k6Version: z.string().optional(),
  generated_at: z.string().optional(),
  generatedAt: z.string().optional(),
});

const machineSummary = z.object({
  config: z.object({ duration: z.number() }),
  metadata,
  results: z.object({
    checks: z.object({ metrics: z.array(metric), results: z.array(check) }).nullish(),
    metrics: z.array(metric),
  }),
});

export type MachineSummary = {
  readonly summary: K6Summary;
  readonly k6Version: string | null;
  /** ISO 8601; when the summary was made, which is the end of the run. */
  readonly generatedAt: string | null;
  readonly durationMs: number;
};

/**
 * What k6 1.5 and later writes with `--new-machine-readable-summary`; undefined for other JSON. It holds no thresholds
 * and rates of no counter: these are the count over the duration that stands in it.
 */
export const readMachineSummary = (json: unknown): MachineSummary | undefined => {
  const read = machineSummary.safeParse(json);
  if (!read.success) return undefined;
  const { config, metadata, results } = read.data;
  const metrics = new Map(
    [...results.metrics, ...(results.checks?.metrics ?? [])].map((raw) => [
      raw.name,
      metricOf(raw, config.duration),
    ]),
  );
  const succeeded = metrics.get('checks_succeeded');
  if (succeeded !== undefined) metrics.set('checks', succeeded);
  for (const part of ['checks_total', 'checks_succeeded', 'checks_failed']) metrics.delete(part);
  return {
    summary: {
      metrics: Object.fromEntries(metrics),
      checks: results.checks?.results ?? [],
      thresholds: [],
    },
    k6Version: metadata.k6_version ?? metadata.k6Version ?? null,
    generatedAt: metadata.generated_at ?? metadata.generatedAt ?? null,
    durationMs: config.duration * 1000,
  };
};

const metricOf = (raw: z.infer<typeof metric>, seconds: number): K6Metric => {
  switch (raw.type) {
    case 'counter':
      return {
        type: 'counter',
        count: raw.values.count,
        rate: seconds > 0 ? raw.values.count / seconds : null,
      };
    case 'gauge':
      return { type: 'gauge', ...raw.values };
    case 'rate': {
      const { matches, total, rate } = raw.values;
      return { type: 'rate', passes: matches, fails: total - matches, rate: rate ?? 0 };
    }
    case 'trend':
      return { type: 'trend', contains: raw.contains, values: trendValues(raw.values) };
  }
};

/** Percentiles are `p90` or `p(90)`, by the way the object took through k6. */
const trendValues = (values: Readonly<Record<string, number | null>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === null ? [] : [[name.replace(/^p(\d+(?:\.\d+)?)$/, 'p($1)'), value]],
    ),
  );
