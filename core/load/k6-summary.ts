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
      Object.entries(metrics).flatMap(([name, raw]) => {
        const metric = metricOf(name, numbersOf(raw), options);
        return metric === undefined ? [] : [[name, metric]];
      }),
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

/**
 * The export does not name a metric's type; each type has fields that no other has. undefined where a field that a metric
 * cannot be without is null, as k6 writes what is no number.
 */
const metricOf = (name: string, numbers: Numbers, { contents }: SummaryOptions): K6Metric | undefined => {
  const { passes, fails, value, count, rate, min, max } = numbers;
  if (passes !== undefined && fails !== undefined)
    return passes === null || fails === null
      ? undefined
      : {
          type: 'rate',
          passes,
          fails,
          rate: value ?? (passes + fails === 0 ? 0 : passes / (passes + fails)),
        };
  if (value !== undefined)
    return value === null ? undefined : { type: 'gauge', value, min: min ?? null, max: max ?? null };
  if (count !== undefined && rate !== undefined)
    return count === null ? undefined : { type: 'counter', count, rate };
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
