/**
 * Ids that findings may carry and every locale has words for. A report of another version may hold others: those are
 * shown by their id and facts.
 */
export const causeIds = [
  'consumer-throughput',
  'api-saturation',
  'generator-saturation',
  'hot-partition',
  'consumer-stopped',
  'broker-trouble',
  'unknown-cause',
] as const;
export type CauseId = (typeof causeIds)[number];

export const evidenceIds = [
  'utilization-above-one',
  'lag-grew-during-load',
  'lag-on-all-partitions',
  'consumer-kept-moving',
  'api-latency-flat',
  'api-latency-high',
  'single-partition-carries',
  'commits-stopped',
  'host-cpu-high',
  'memory-rose',
  'vus-exhausted',
  'dropped-iterations',
  'requests-failed',
  'sampling-gap',
] as const;
export type EvidenceId = (typeof evidenceIds)[number];

export const unobservedIds = ['generator-headroom'] as const;
export type UnobservedId = (typeof unobservedIds)[number];

export const eventIds = [
  'load-started',
  'load-ended',
  'lag-rising',
  'lag-peak',
  'drained',
  'drain-timed-out',
  'threshold-crossed',
  'consumer-stopped',
  'broker-unreachable',
  'group-consuming',
  'group-rebalancing',
  'group-empty',
  'group-gone',
  'group-appeared',
  'topic-appeared',
  'share-group-left-out',
  'partitions-added',
  'leader-moved',
  'topic-deleted',
  'topic-recreated',
  'offsets-rewound',
  'offsets-deleted',
  'log-went-back',
  'history-missing',
  'records-skipped',
  'interrupted',
  'k6-ended',
  'errors-first',
  'fault-applied',
  'fault-triggered',
  'fault-removed',
  'fault-not-applied',
  'fault-not-removed',
] as const;
export type EventId = (typeof eventIds)[number];

export const checkIds = [
  'times-ascending',
  'percentiles-ordered',
  'checks-add-up',
  'failed-within-requests',
  'iterations-add-up',
  'timeline-equals-summary',
  'partitions-add-up',
  'drain-inside-run',
  'oversold-follows-from-rows',
] as const;
export type CheckId = (typeof checkIds)[number];

/** Why a row, a rule or a figure has no value, or has the one it has. */
export const reasonIds = [
  'no-samples',
  'too-few-samples',
  'sample-count-unknown',
  'every-iteration-threw',
  'nothing-measured',
  'no-k6-summary',
  'no-load',
  'k6-left-nothing',
  'not-in-summary',
  'not-in-output',
  'times-in-seconds',
  'end-not-in-output',
  'shorter-than-planned',
  'expression-not-printed',
  'not-understood',
  'no-such-metric-in-run',
  'no-such-series-in-run',
  'no-such-group-in-run',
  'aggregation-not-available',
  'nothing-produced',
  'no-lag-reading',
  'no-backlog-long-enough',
  'no-service-rate',
  'not-moving',
  'not-drained',
  'not-measured',
  'messages-waiting',
  'offsets-not-seen',
  'only-lower-bound-known',
  'limit-inside-uncertainty',
  'not-counted',
  'counter-reset',
  'not-needed',
  'no-probe',
  'probe-failed',
  'probe-unanswered',
  'outcomes-not-counted',
  'no-row',
  'null-answer',
  'not-measured-before',
  'no-such-probe-in-run',
  'no-kafka',
  'marked-as-failed',
  'every-request-failed',
  'journal-cut',
  'run-ended',
  'fault-not-applied',
  'fault-not-removed',
  'interrupted',
  'k6-did-not-end',
  'k6-killed',
  'k6-aborted',
  'cannot-fail',
  'watched-too-briefly',
  'breach-may-have-lasted',
  'rule-broken',
  'commits-compacted',
  'topic-retention',
  'timestamps-ahead',
  'overrun',
  'ticks-skipped',
  'no-checks',
  'no-requests',
  'no-limit',
  'no-arrival-rate-planned',
  'load-fully-offered',
  'iterations-dropped',
  'few-iterations-dropped',
  'iterations-not-started',
  'requests-failed',
  'generator-was-the-limit',
  'generator-unknown',
  'nothing-persisted',
  'so-far-only',
  'no-accepted-count',
  'fewer-than-accepted',
  'more-than-accepted',
  'broker-silent',
  'consumer-not-caught-up',
  'not-relayed',
  'ledger-incomplete',
  'comparing-ids',
  'produce-unresolved',
  'requests-unanswered',
  'stale-samples',
  'clock-skewed',
  'generator-cpu-high',
  'too-little-vu-headroom',
] as const;
export type ReasonId = (typeof reasonIds)[number];

export const resourceIds = ['cpu', 'memory', 'disk-write', 'network-receive', 'process-cpu'] as const;
export type ResourceId = (typeof resourceIds)[number];

export const scenarioIds = ['stress', 'peak', 'load', 'soak', 'smoke', 'reconstruct'] as const;
export type ScenarioId = (typeof scenarioIds)[number];

/** Looks an id up in a table of words without walking into what objects inherit. */
export const wordingOf = <Words>(table: Readonly<Record<string, Words>>, id: string): Words | undefined =>
  Object.hasOwn(table, id) ? table[id] : undefined;
