import { z } from 'zod';
import type { K6Check, K6Metric, K6Summary, K6Threshold } from '../record/load-outcome.ts';
import { handleSummaryData } from './k6-handle-summary.ts';
import { containsOf, type TrendContent } from './trend-content.ts';

/** NaN and Infinity become null when k6 writes JSON. */
const number = z.number().nullable();

const exportedCheck = z.object({ name: z.string(), passes: z.number(), fails: z.number() });

type ExportedGroup = {
  readonly checks?: Readonly<Record<string, K6Check>> | undefined;
  readonly groups?: Readonly<Record<string, ExportedGroup>> | undefined;
};
const exportedGroup: z.ZodType<ExportedGroup> = z.object({
  checks: z.record(z.string(), exportedCheck).optional(),
  get groups() {
    return z.record(z.string(), exportedGroup).optional();
  },
});

/** The values of a metric lie beside its thresholds, which is why a value may be an object. */
const exportedMetric = z.record(z.string(), z.union([number, z.record(z.string(), z.boolean())]));

const exportedSummary = z.object({
  root_group: exportedGroup,
  metrics: z.record(z.string(), exportedMetric),
});

export type SummaryOptions = {
  /** What a custom trend holds, where it is known from elsewhere: the exported summary does not say. */
  readonly contents?: ReadonlyMap<string, TrendContent>;
};

/**
 * Reads the text of a file that k6 wrote with `--summary-export`, or that a script wrote from handleSummary's data.
 * Throws an Error that names the first place that does not fit.
 */
export const parseK6Summary = (text: string, options: SummaryOptions = {}): K6Summary => {
  const json: unknown = JSON.parse(text);
  const data = handleSummaryData.safeParse(json);
  if (data.success) return data.data;
  const exported = exportedSummary.safeParse(json);
  if (!exported.success) throw new Error(z.prettifyError(exported.error), { cause: exported.error });
  const { metrics, root_group: root } = exported.data;
  return {
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, raw]) => [name, metricOf(name, numbersOf(raw), options)]),
    ),
    checks: checksOf(root),
    thresholds: Object.entries(metrics).flatMap(([metric, raw]) => thresholdsOf(metric, raw)),
  };
};

type RawMetric = z.infer<typeof exportedMetric>;
type Numbers = Readonly<Record<string, number | null>>;

const numbersOf = (raw: RawMetric): Numbers =>
  Object.fromEntries(
    Object.entries(raw).filter(
      (field): field is [string, number | null] => typeof field[1] !== 'object' || field[1] === null,
    ),
  );

/** The export does not name a metric's type; each type has fields that no other has. */
const metricOf = (name: string, numbers: Numbers, { contents }: SummaryOptions): K6Metric => {
  const has = (...fields: string[]): boolean => fields.every((field) => field in numbers);
  if (has('passes', 'fails')) {
    const { passes, fails, value } = numbers;
    return { type: 'rate', passes: passes ?? 0, fails: fails ?? 0, rate: value ?? 0 };
  }
  if (has('value')) {
    return {
      type: 'gauge',
      value: numbers['value'] ?? 0,
      min: numbers['min'] ?? null,
      max: numbers['max'] ?? null,
    };
  }
  if (has('count', 'rate')) {
    return { type: 'counter', count: numbers['count'] ?? 0, rate: numbers['rate'] ?? null };
  }
  const values = Object.entries(numbers).filter((field): field is [string, number] => field[1] !== null);
  return { type: 'trend', values: Object.fromEntries(values), contains: containsOf(name, contents) };
};

/** In the export `true` means breached: the opposite of what handleSummary's `ok` says. */
const thresholdsOf = (metric: string, raw: RawMetric): K6Threshold[] => {
  const thresholds = raw['thresholds'];
  return typeof thresholds === 'object' && thresholds !== null
    ? Object.entries(thresholds).map(([expression, breached]) => ({ metric, expression, ok: !breached }))
    : [];
};

const checksOf = ({ checks = {}, groups = {} }: ExportedGroup): K6Check[] => [
  ...Object.values(checks).map(({ name, passes, fails }) => ({ name, passes, fails })),
  ...Object.values(groups).flatMap(checksOf),
];
