import type { EvidenceWords } from '../catalog.ts';
import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import type { EvidenceId } from '../known-ids.ts';
import { drainStartOf } from '../drain-start.ts';
import { enFormats as format } from './formats.ts';

type Details = (facts: FactReader) => readonly (string | undefined)[];

const statement = (holds: string, fails: string, details: Details = () => []): EvidenceWords => ({
  holds: (facts) => `${holds}${bracketed(details(facts))}`,
  fails: (facts) => `${fails}${bracketed(details(facts))}`,
});

const bracketed = (parts: readonly (string | undefined)[]): string => {
  const inside = joinParts(parts);
  return inside === '' ? '' : ` (${inside})`;
};

const largest: Details = (facts) => [
  shown(facts.number('partition'), (id) => `partition ${id}`),
  shown(facts.number('share'), (share) => `${format.percent(share * 100)} of all`),
];

const lasting: Details = (facts) => [
  facts.code('source'),
  shown(facts.number('sinceMs'), (ms) => `from ${format.elapsed(ms)}`),
  shown(facts.number('forMs'), (ms) => `for ${format.duration(ms)}`),
  shown(facts.number('remaining'), (value) => `${format.count(value)} left`),
];

const lagGrowth: Details = (facts) => [
  shown(facts.number('toMessages'), (value) => `to ${format.count(value)}`),
];

const whileProducing = (facts: FactReader): string =>
  ({ 'load-end': 'during the load', 'produce-end': 'while messages were produced' })[drainStartOf(facts)];

export const enEvidence: Readonly<Record<EvidenceId, EvidenceWords>> = {
  'utilization-above-one': statement(
    'Messages arrived faster than they were consumed',
    'Consuming kept up with producing',
    (facts) => [
      shown(facts.number('rho'), (rho) => `ρ = ${format.number(rho)}`),
      shown(facts.number('arrivalPerSecond'), (rate) => `${format.perSecond(rate)} produced`),
      shown(facts.number('servicePerSecond'), (rate) => `${format.perSecond(rate)} consumed`),
    ],
  ),
  'lag-grew-during-load': {
    holds: (facts) => `Lag grew ${whileProducing(facts)}${bracketed(lagGrowth(facts))}`,
    fails: (facts) => `Lag did not grow ${whileProducing(facts)}${bracketed(lagGrowth(facts))}`,
  },
  'lag-on-all-partitions': statement('Lag was spread evenly', 'Lag gathered in few partitions', largest),
  'consumer-kept-moving': statement('The consumers kept moving', 'The consumers paused', (facts) => [
    shown(facts.number('longestPauseMs'), (ms) =>
      ms === 0
        ? 'commits moved between all samples while lag stood'
        : `longest time without a commit while lag stood: ${format.duration(ms)}`,
    ),
  ]),
  'api-latency-flat': statement('The API stayed fast', 'The API became slow too', (facts) => [
    joinParts(
      [
        shown(facts.number('fromMs'), (ms) => `first third of the load p95 ${format.latency(ms)}`),
        shown(facts.number('toMs'), (ms) => `last third p95 ${format.latency(ms)}`),
      ],
      ' → ',
    ),
    shown(facts.number('p95Ms'), (ms) => `p95 overall ${format.latency(ms)}`),
  ]),
  'api-latency-high': statement('The API was slow', 'The API was not slow', (facts) => [
    shown(facts.number('p95Ms'), (ms) => `p95 ${format.latency(ms)}`),
  ]),
  'single-partition-carries': statement('One partition carried the lag', 'No partition stood out', largest),
  'commits-stopped': statement('Commits stopped while a backlog remained', 'Commits went on', lasting),
  'host-cpu-high': statement('The CPU was busy', 'The CPU had room', (facts) => [
    shown(facts.number('maxPercent'), (value) => `at most ${format.percent(value)}`),
  ]),
  'memory-rose': statement('Memory use rose', 'Memory use did not rise', (facts) => [
    shown(facts.number('toPercent'), (value) => `to ${format.percent(value)}`),
  ]),
  'vus-exhausted': statement('All VUs were in use', 'VUs were left', (facts) => [
    joinParts(
      [shown(facts.number('activeVUs'), format.count), shown(facts.number('maxVUs'), format.count)],
      ' / ',
    ),
  ]),
  'dropped-iterations': statement('Iterations were dropped', 'No load was dropped', (facts) => [
    shown(facts.number('dropped'), format.count),
  ]),
  'requests-failed': statement('Requests failed', 'No request failed', (facts) => [
    shown(facts.number('failed'), format.count),
  ]),
  'sampling-gap': statement('Measuring broke off', 'Measuring never broke off for long', lasting),
};
