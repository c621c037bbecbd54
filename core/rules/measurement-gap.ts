import { watchedSpan } from '../derive/measurement-figures.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import { validityLimits } from '../derive/validity-limits.ts';
import type { RunPlan } from '../plan.ts';
import type { Rule } from './rule.ts';

/** Were the consumer offsets seen for enough of the run, four fifths unless the plan says otherwise? With less, what they say is not the run's story. */
export const measurementGap: Rule = {
  id: 'measurement-gap',
  evaluate: (record, figures) => {
    if (record.plan.kafka === undefined) return [];
    const { limit, level } = validityLimits(record.plan).minCoverage;
    const span = watchedSpan(record);
    const spanMs = span.toMs - span.fromMs;
    const missingMs = figures.measurement.gaps
      .filter(({ source }) => source === 'kafka')
      .reduce(
        (sum, { fromMs, toMs }) =>
          sum + Math.max(0, Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs)),
        0,
      );
    const samples = fewestSamples(record.plan.kafka.groups, figures);
    const coverage = spanMs > 0 && samples > 0 ? Math.max(0, 1 - missingMs / spanMs) : 0;
    const isSeen = coverage >= limit;
    return [
      {
        rule: 'measurement-gap',
        origin: 'implied',
        metric: 'kafka_sampling_coverage',
        expression: `value>=${limit}`,
        outcome: isSeen ? 'pass' : level === 'invalid' ? 'invalid' : 'no-data',
        ...(level === 'caution' ? { level: 'warn' as const } : {}),
        measured: coverage,
        unit: 'ratio',
        samples,
        provenance: { kind: 'computed', source: 'kafka offsets: stretches without a reading', samples },
        facts: {
          limit,
          missingMs,
          ...(isSeen ? {} : { reason: 'offsets-not-seen' }),
        },
      },
    ];
  },
};

/** Readings of the group that was read least; a group that was to be watched and never seen has none. */
const fewestSamples = (
  wanted: NonNullable<RunPlan['kafka']>['groups'],
  { kafka: { groups } }: RunFigures,
): number => {
  const counts = wanted.flatMap(({ group }) => {
    const seen = groups.filter((each) => each.group === group);
    return seen.length === 0 ? [0] : seen.map(({ samples }) => samples);
  });
  return counts.reduce((least, count) => Math.min(least, count));
};
