import { mergeGaps } from '../derive/resource-figures.ts';
import type { Rule } from './rule.ts';

const minimumCoverage = 0.8;

/** Were the consumer offsets seen for at least four fifths of the run? With less, what they say is not the run's story. */
export const measurementGap: Rule = {
  id: 'measurement-gap',
  evaluate: (record, figures) => {
    if (record.plan.kafka === undefined) return [];
    const missingMs = mergeGaps(record.gaps)
      .filter(({ source }) => source === 'kafka')
      .reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    const samples = figures.kafka.groups.reduce(
      (least, group) => Math.min(least, group.samples),
      Number.POSITIVE_INFINITY,
    );
    const coverage =
      record.durationMs > 0 && Number.isFinite(samples) ? Math.max(0, 1 - missingMs / record.durationMs) : 0;
    return [
      {
        rule: 'measurement-gap',
        origin: 'implied',
        metric: 'kafka_sampling_coverage',
        expression: `value>=${minimumCoverage}`,
        outcome: coverage >= minimumCoverage ? 'pass' : 'no-data',
        measured: coverage,
        unit: 'ratio',
        samples: Number.isFinite(samples) ? samples : 0,
        provenance: { kind: 'computed', source: 'gaps of the kafka sampler' },
        facts: {
          limit: minimumCoverage,
          missingMs,
          ...(coverage >= minimumCoverage ? {} : { reason: 'offsets-not-seen' }),
        },
      },
    ];
  },
};
