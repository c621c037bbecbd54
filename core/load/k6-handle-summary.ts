import { z } from 'zod';
import type { K6Check, K6Metric, K6Summary } from '../record/load-outcome.ts';

const number = z.number().nullable();
const thresholds = z.record(z.string(), z.object({ ok: z.boolean() })).optional();

const metric = z.discriminatedUnion('type', [
  z.object({ type: z.literal('counter'), thresholds, values: z.object({ count: z.number(), rate: number }) }),
  z.object({
    type: z.literal('gauge'),
    thresholds,
    values: z.object({ value: z.number(), min: number, max: number }),
  }),
  z.object({
    type: z.literal('rate'),
    thresholds,
    values: z.object({ passes: z.number(), fails: z.number(), rate: number }),
  }),
  z.object({
    type: z.literal('trend'),
    thresholds,
    contains: z.enum(['time', 'data', 'default']),
    values: z.record(z.string(), number),
  }),
]);

type Group = { readonly checks: readonly K6Check[]; readonly groups: readonly Group[] };
const group: z.ZodType<Group> = z.object({
  checks: z.array(z.object({ name: z.string(), passes: z.number(), fails: z.number() })),
  get groups() {
    return z.array(group);
  },
});

/** The object that k6 hands to a script's handleSummary, as such scripts save it. */
export const handleSummaryData = z
  .object({ root_group: group, metrics: z.record(z.string(), metric) })
  .transform(({ root_group: root, metrics }): K6Summary => ({
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, raw]) => [name, metricOf(raw)])),
    checks: checksOf(root),
    thresholds: Object.entries(metrics).flatMap(([name, raw]) =>
      Object.entries(raw.thresholds ?? {}).map(([expression, { ok }]) => ({ metric: name, expression, ok })),
    ),
  }));

const metricOf = (raw: z.infer<typeof metric>): K6Metric => {
  switch (raw.type) {
    case 'counter':
    case 'gauge':
      return { type: raw.type, ...raw.values } as K6Metric;
    case 'rate':
      return { type: 'rate', ...raw.values, rate: raw.values.rate ?? 0 };
    case 'trend': {
      const known = Object.entries(raw.values).filter(
        (field): field is [string, number] => field[1] !== null,
      );
      return { type: 'trend', values: Object.fromEntries(known), contains: raw.contains };
    }
  }
};

const checksOf = ({ checks, groups }: Group): K6Check[] => [
  ...checks.map(({ name, passes, fails }) => ({ name, passes, fails })),
  ...groups.flatMap(checksOf),
];
