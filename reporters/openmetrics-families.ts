import type { KafkaGroupReport, RunReport } from '../core/report-document.ts';

export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | null];

export type Family = {
  /** Ends in its unit where it has one. */
  readonly name: string;
  readonly unit?: 'seconds' | 'bytes' | 'ratio';
  /** Says where in `report.json` the values stand. */
  readonly help: string;
  readonly samples: (run: RunReport) => readonly Sample[];
};

const inSeconds = (ms: number | null | undefined): number | null => (ms == null ? null : ms / 1000);

/** `{stat="p95"}` and the like, from an object of numbers. */
const byKey = (
  label: string,
  values: Readonly<Record<string, number | null>>,
  convert: (value: number | null) => number | null = (value) => value,
): Sample[] => Object.entries(values).map(([key, value]) => [{ [label]: key }, convert(value)]);

const ofLoad =
  (pick: (load: NonNullable<RunReport['load']>) => number | null): Family['samples'] =>
  ({ load }) =>
    load === null ? [] : [[{}, pick(load)]];

const ofGroups =
  (pick: (group: KafkaGroupReport) => readonly Sample[]): Family['samples'] =>
  ({ kafka }) =>
    kafka.groups.flatMap((group) =>
      pick(group).map(([labels, value]): Sample => [
        { group: group.group, topic: group.topic, ...labels },
        value,
      ]),
    );

const integrityCounts = [
  'stock',
  'attempted',
  'accepted',
  'produced',
  'consumed',
  'persisted',
  'lost',
  'duplicates',
  'oversold',
  'phantom',
  'unknown',
  'pending',
] as const;

const outcomes = ['pass', 'fail', 'no-data', 'invalid'] as const;

/** Everything that is written as OpenMetrics, in this order. */
export const openMetricsFamilies: readonly Family[] = [
  {
    name: 'lagline_run_outcome',
    help: 'The outcome of the run is 1, the others 0 (verdict.outcome).',
    samples: ({ verdict }) => outcomes.map((outcome) => [{ outcome }, Number(outcome === verdict.outcome)]),
  },
  {
    name: 'lagline_run_duration_seconds',
    unit: 'seconds',
    help: 'How long the run was watched (durationMs / 1000).',
    samples: ({ durationMs }) => (durationMs === null ? [] : [[{}, inSeconds(durationMs)]]),
  },
  {
    name: 'lagline_rule_outcome',
    help: 'Rules by what became of them, each with the value 1 (rules[].outcome).',
    samples: ({ rules }) =>
      rules.map(({ metric, expression, outcome, level }, index) => [
        { rule: String(index), metric, expression, outcome, level: level ?? 'fail' },
        1,
      ]),
  },
  {
    name: 'lagline_rule_measured',
    help: 'The value that a rule judged, in the unit of its label (rules[].measured).',
    samples: ({ rules }) =>
      rules.map(({ metric, expression, measured, unit }, index) => [
        { rule: String(index), metric, expression, unit },
        measured,
      ]),
  },
  {
    name: 'lagline_k6_requests',
    help: 'HTTP requests that k6 sent (load.requests).',
    samples: ofLoad(({ requests }) => requests),
  },
  {
    name: 'lagline_k6_failed_requests',
    help: 'HTTP requests with an answer that was not expected (load.failedRequests).',
    samples: ofLoad(({ failedRequests }) => failedRequests),
  },
  {
    name: 'lagline_k6_requests_per_second',
    help: 'Rate of requests over the run of k6 (load.requestsPerSecond).',
    samples: ofLoad(({ requestsPerSecond }) => requestsPerSecond),
  },
  {
    name: 'lagline_k6_iterations',
    help: 'Iterations that were done (load.iterations).',
    samples: ofLoad(({ iterations }) => iterations),
  },
  {
    name: 'lagline_k6_dropped_iterations',
    help: 'Iterations that were never started (load.droppedIterations).',
    samples: ofLoad(({ droppedIterations }) => droppedIterations),
  },
  {
    name: 'lagline_k6_active_vus',
    help: 'Greatest number of active VUs (load.maxActiveVUs).',
    samples: ofLoad(({ maxActiveVUs }) => maxActiveVUs),
  },
  {
    name: 'lagline_k6_checks',
    help: 'Checks by how they ended (load.checks).',
    samples: ({ load }) =>
      load === null ? [] : byKey('result', { passes: load.checks.passes, fails: load.checks.fails }),
  },
  {
    name: 'lagline_k6_http_req_duration_seconds',
    unit: 'seconds',
    help: 'Response times (load.httpReqDurationMs / 1000).',
    samples: ({ load }) => (load === null ? [] : byKey('stat', load.httpReqDurationMs, inSeconds)),
  },
  {
    name: 'lagline_kafka_lag_messages',
    help: 'Consumer lag at its peak, at the end of the load and at the end (kafka.groups[].peakLagMessages, lagAtLoadEndMessages, finalLagMessages).',
    samples: ofGroups(({ peakLagMessages, lagAtLoadEndMessages, finalLagMessages }) =>
      byKey('at', { peak: peakLagMessages, 'load-end': lagAtLoadEndMessages, end: finalLagMessages }),
    ),
  },
  {
    name: 'lagline_kafka_messages',
    help: 'Messages produced and consumed (kafka.groups[].producedMessages, consumedMessages).',
    samples: ofGroups(({ producedMessages, consumedMessages }) =>
      byKey('direction', { produced: producedMessages, consumed: consumedMessages }),
    ),
  },
  {
    name: 'lagline_kafka_messages_per_second',
    help: 'Mean rates of producing and consuming (kafka.groups[].produceRatePerSecond, consumeRatePerSecond).',
    samples: ofGroups(({ produceRatePerSecond, consumeRatePerSecond }) =>
      byKey('direction', { produced: produceRatePerSecond, consumed: consumeRatePerSecond }),
    ),
  },
  {
    name: 'lagline_kafka_drain_seconds',
    unit: 'seconds',
    help: 'Time to drain, and what bounds it (kafka.groups[].drain.ms, lowMs, highMs / 1000).',
    samples: ofGroups(({ drain: { ms, lowMs, highMs } }) =>
      byKey('bound', { middle: ms, low: lowMs, high: highMs }, inSeconds),
    ),
  },
  {
    name: 'lagline_kafka_completion_delay_seconds',
    unit: 'seconds',
    help: 'From produced to committed (kafka.groups[].completionDelayMs / 1000).',
    samples: ofGroups(({ completionDelayMs: { p50, p95, p99, max } }) =>
      byKey('stat', { p50, p95, p99, max }, inSeconds),
    ),
  },
  {
    name: 'lagline_integrity_records',
    help: "The store's counts (integrity).",
    samples: ({ integrity }) =>
      integrity === null ? [] : integrityCounts.map((count) => [{ count }, integrity[count]]),
  },
  {
    name: 'lagline_measurement_gaps',
    help: 'Stretches in which a source gave nothing (number of measurement.gaps).',
    samples: ({ measurement }) => [[{}, measurement.gaps.length]],
  },
];
