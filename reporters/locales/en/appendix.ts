import type { Catalog } from '../catalog.ts';
import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import { drainStartOf } from '../drain-start.ts';
import { enDrainStart } from './drain-start.ts';
import { enFormats as format } from './formats.ts';

const figure = (
  facts: FactReader,
  key: string,
  label: string,
  write: (value: number) => string,
): string | undefined => shown(facts.number(key), (value) => `${label} ${write(value)}`);

const groupName = (facts: FactReader): string | undefined =>
  joinParts([facts.code('group'), facts.code('topic')], '/');

/** Responses by the key of the report they are stored under. */
const trendNames: Readonly<Record<string, string>> = {
  httpReqDurationMs: 'all requests',
  expectedHttpReqDurationMs: 'expected answers only',
};

export const enCheckFigures: Catalog['checkFigures'] = {
  'times-ascending': (facts) =>
    joinParts([
      figure(facts, 'series', 'series', format.count),
      figure(facts, 'broken', 'out of order', format.count),
    ]),
  'percentiles-ordered': (facts) =>
    joinParts(
      [
        trendNames[facts.id('metric') ?? ''] ?? facts.code('metric'),
        joinParts([
          figure(facts, 'min', 'min', format.latency),
          figure(facts, 'med', 'med', format.latency),
          figure(facts, 'avg', 'avg', format.latency),
          figure(facts, 'p90', 'p90', format.latency),
          figure(facts, 'p95', 'p95', format.latency),
          figure(facts, 'p99', 'p99', format.latency),
          figure(facts, 'max', 'max', format.latency),
        ]),
      ],
      ': ',
    ),
  'checks-add-up': (facts) =>
    joinParts([
      figure(facts, 'sum', 'sum of the checks', format.count),
      figure(facts, 'total', 'passed + failed', format.count),
    ]),
  'failed-within-requests': (facts) =>
    joinParts([
      figure(facts, 'failed', 'failed', format.count),
      figure(facts, 'requests', 'requests', format.count),
    ]),
  'iterations-add-up': (facts) =>
    joinParts([
      figure(facts, 'iterations', 'iterations', format.count),
      figure(facts, 'dropped', 'dropped', format.count),
      figure(facts, 'planned', 'planned', format.count),
      figure(facts, 'tolerance', 'tolerance', format.count),
    ]),
  'timeline-equals-summary': (facts) =>
    joinParts([
      figure(facts, 'timeline', 'timeline', format.count),
      figure(facts, 'summary', 'k6 summary', format.count),
    ]),
  'partitions-add-up': (facts) =>
    joinParts([
      groupName(facts),
      figure(facts, 'parts', 'sum of the partitions', format.count),
      figure(facts, 'total', 'total', format.count),
    ]),
  'drain-inside-run': (facts) =>
    joinParts([
      groupName(facts),
      joinParts(
        [
          figure(facts, 'lowMs', `after ${enDrainStart[drainStartOf(facts)]}`, format.duration),
          shown(facts.number('highMs'), format.duration),
        ],
        ' ~ ',
      ),
      figure(facts, 'durationMs', 'run', format.duration),
    ]),
  'oversold-follows-from-rows': (facts) =>
    joinParts([
      figure(facts, 'stock', 'stock', format.count),
      figure(facts, 'persisted', 'stored', format.count),
      figure(facts, 'oversold', 'oversold', format.count),
      figure(facts, 'accepted', 'accepted', format.count),
    ]),
};

export const enSources: Catalog['sources'] = [
  { pattern: /^k6 summary$/, write: () => 'k6 summary' },
  { pattern: /^k6 summary (.+)$/, write: (code) => `k6 summary ${code}` },
  {
    pattern: /^k6 timeline ([^,]+), histograms merged \(up to 4\.4 ?% off\)$/,
    write: (code) => `k6 timeline ${code}, histograms merged (up to 4.4% off)`,
  },
  {
    pattern: /^k6 timeline ([^,]+), histograms merged$/,
    write: (code) => `k6 timeline ${code}, histograms merged`,
  },
  { pattern: /^k6 timeline ([^,]+)$/, write: (code) => `k6 timeline ${code}` },
  {
    pattern: /^k6 inspect: the scenarios as k6 resolved them$/,
    write: () => 'k6 inspect (the scenarios as k6 resolved them)',
  },
  { pattern: /^k6 process$/, write: () => 'how the k6 process ended' },
  { pattern: /^prometheus query (.+)$/, write: (code) => `Prometheus query ${code}` },
  { pattern: /^metrics (.+)$/, write: (code) => `metric ${code}` },
  { pattern: /^host sampler (.+)$/, write: (code) => `host samples ${code}` },
  {
    pattern:
      /^kafka offsets (.+): remaining messages at the measured service rate(?: of each partition, by batch means)?$/,
    write: (code) => `Kafka offsets ${code}, what remained at the measured service rate`,
  },
  {
    pattern: /^kafka logs ([^:]+)(?::.*)?$/,
    write: (code) => `the broker's logs (commits and timestamps) ${code}`,
  },
  { pattern: /^kafka offsets ([^:]+)$/, write: (code) => `Kafka offsets ${code}` },
  { pattern: /^(GET .+)$/, write: (code) => `the store, ${code}` },
  { pattern: /^integrity probe$/, write: () => 'the store' },
  { pattern: /^integrity probe (.+)$/, write: (code) => `integrity probe ${code}` },
  {
    pattern: /^k6 samples: the first one, less what it says to have taken$/,
    write: () => 'the first sample of k6, less what it says to have taken',
  },
  {
    pattern: /^k6 samples: from the first to the last$/,
    write: () => 'from the first sample of k6 to the last',
  },
  {
    pattern: /^k6 samples: every metric that is counted$/,
    write: () => 'every metric of the samples that is counted',
  },
  {
    pattern: /^k6 samples (.+), in buckets \(up to 0\.14 % off\)$/,
    write: (code) => `k6 samples ${code}, in buckets (up to 0.14 % off)`,
  },
  {
    pattern: /^k6 samples (.+), over times in whole seconds$/,
    write: (code) => `k6 samples ${code}, over times in whole seconds`,
  },
  { pattern: /^k6 samples (.+)$/, write: (code) => `k6 samples ${code}` },
  {
    pattern: /^k6 console: the scenarios of its header$/,
    write: () => "k6's console: the scenarios of its header",
  },
  {
    pattern: /^k6 output: how long it counted$/,
    write: () => 'how long k6 counted (a total over its rate, or its own word)',
  },
  { pattern: /^k6 output: every metric in it$/, write: () => 'every metric of the output' },
  {
    pattern: /^k6 output: when it was made, less its duration$/,
    write: () => 'when the output was made, less its duration',
  },
  { pattern: /^k6 console$/, write: () => 'the console of k6' },
  {
    pattern: /^k6 coupon_\* against the rows of the store$/,
    write: () => 'what k6 counted against the rows of the store',
  },
];
