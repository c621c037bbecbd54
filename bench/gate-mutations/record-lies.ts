import type { RunPlan } from '../../core/plan.ts';
import { journalEntrySchema, type JournalEntry } from '../../core/record/journal-entry.ts';

/** One way in which the record of a good run may be worth nothing, without saying so. */
export type RecordLie = {
  readonly name: string;
  readonly tell: (entries: readonly JournalEntry[]) => JournalEntry[];
};

/** Rules that the record passes as it stands, on every source that is mutated. */
export const rulesOfRecord: RunPlan['thresholds'] = {
  http_req_duration: ['p(95)<500'],
  http_req_failed: ['rate<0.01'],
  kafka_lag: ['max<1000'],
  kafka_drain: ['value<15s'],
  'prometheus{query:resident_memory}': ['max<2000000000'],
};

type Kind = JournalEntry['kind'];
type Of<K extends Kind> = Extract<JournalEntry, { kind: K }>;

/** Rewrites, or drops, every entry of one kind. */
const each =
  <K extends Kind>(kind: K, change: (entry: Of<K>, index: number) => JournalEntry | undefined) =>
  (entries: readonly JournalEntry[]): JournalEntry[] => {
    let index = 0;
    return entries.flatMap((entry) => {
      if (entry.kind !== kind) return [entry];
      const changed = change(entry as Of<K>, index);
      index += 1;
      return changed === undefined ? [] : [changed];
    });
  };

const drop = (kind: Kind, isMeant: (entry: JournalEntry) => boolean = () => true) =>
  each(kind, (entry) => (isMeant(entry) ? undefined : entry));

const atMsOf = (entry: JournalEntry): number =>
  'atMs' in entry ? entry.atMs : 'fromMs' in entry ? entry.fromMs : 0;

/** Points of the series with that name. */
const withoutPoints =
  (name: string, isMeant: (atMs: number) => boolean = () => true) =>
  (entries: readonly JournalEntry[]): JournalEntry[] => {
    const ids = new Set(
      entries.flatMap((entry) => (entry.kind === 'series' && entry.name === name ? [entry.id] : [])),
    );
    return each('points', (entry) => ({
      ...entry,
      points: entry.points.filter(([id, atMs]) => !ids.has(id) || !isMeant(atMs)),
    }))(entries);
  };

/** Adds a gauge, read once a second from the beginning to the end of the run. */
const withGauge =
  (name: string, labels: Readonly<Record<string, string>>, valueAt: (atMs: number) => number) =>
  (entries: readonly JournalEntry[]): JournalEntry[] => {
    const ids = entries.flatMap((entry) => (entry.kind === 'series' ? [entry.id] : []));
    const id = ids.reduce((most, each) => Math.max(most, each), 0) + 1;
    const endMs = entries.reduce((latest, entry) => Math.max(latest, atMsOf(entry)), 0);
    const points = Array.from({ length: Math.ceil(endMs / 1000) }, (_, second): [number, number, number] => [
      id,
      second * 1000,
      valueAt(second * 1000),
    ]);
    const [header, ...rest] = entries;
    return header === undefined
      ? []
      : [
          header,
          { kind: 'series', id, type: 'gauge', name, labels, unit: 'ms' },
          { kind: 'points', points },
          ...rest,
        ];
  };

const withPlan = (change: (plan: RunPlan) => RunPlan) =>
  each('header', (entry) => ({ ...entry, plan: change(entry.plan) }));

/** Limits that make the run invalid. */
const withValidity = (limits: Readonly<Record<string, number>>) =>
  withPlan((plan) => ({
    ...plan,
    validity: Object.fromEntries(
      Object.entries(limits).map(([key, limit]) => [key, { limit, level: 'invalid' as const }]),
    ),
  }));

const both =
  (...tellings: readonly RecordLie['tell'][]): RecordLie['tell'] =>
  (entries) =>
    tellings.reduce((told, tell) => tell(told), [...entries]);

const clockAhead = (source: string, ms: number): RecordLie['tell'] =>
  both(
    withGauge('clock_ahead_at_least', { source }, () => ms - 5),
    withGauge('clock_ahead_at_most', { source }, () => ms + 900),
  );

type Outcome = Of<'load'>['outcome'];
const ofLoad = (change: (outcome: Outcome) => Outcome) =>
  each('load', (entry) => ({ ...entry, outcome: change(entry.outcome) }));

type Metrics = NonNullable<Outcome['summary']>['metrics'];
const ofMetrics = (change: (metrics: Metrics) => Metrics) =>
  ofLoad((outcome) =>
    outcome.summary === null
      ? outcome
      : { ...outcome, summary: { ...outcome.summary, metrics: change(outcome.summary.metrics) } },
  );

type After = Of<'integrity'>['observation'];
const ofStore = (change: (observation: After) => After) =>
  each('integrity', (entry) =>
    entry.when === 'after' ? { ...entry, observation: change(entry.observation) } : entry,
  );

type Partition = Of<'offsets'>['partitions'][number];
const ofPartitions = (change: (partition: Partition, atMs: number) => Partition | undefined) =>
  each('offsets', (entry) => ({
    ...entry,
    partitions: entry.partitions.flatMap((partition) => {
      const changed = change(partition, entry.fromMs);
      return changed === undefined ? [] : [changed];
    }),
  }));

const inMiddle = (atMs: number): boolean => atMs > 2000 && atMs < 6500;

export const recordLies: readonly RecordLie[] = [
  { name: 'the group was never seen', tell: drop('offsets') },
  { name: 'the broker was lost for half the run', tell: drop('offsets', (entry) => inMiddle(atMsOf(entry))) },
  {
    name: 'the sampler starved: one reading in five seconds',
    tell: each('offsets', (entry, index) => (index % 5 === 0 ? entry : undefined)),
  },
  {
    name: 'offsets end with the load, the drain was not watched',
    tell: drop('offsets', (entry) => atMsOf(entry) > 5000),
  },
  {
    name: 'one partition has no commit and a backlog',
    tell: ofPartitions((partition) =>
      partition[0] === 1 ? [1, null, partition[2], null, partition[4]] : partition,
    ),
  },
  {
    name: 'one partition is missing from the second half',
    tell: ofPartitions((partition, atMs) => (partition[0] === 1 && atMs > 3000 ? undefined : partition)),
  },
  {
    name: 'retention took what was never consumed',
    tell: ofPartitions(([partition, before, end, after]) => [
      partition,
      before,
      end,
      after,
      String(BigInt(end) + 5n),
    ]),
  },
  {
    name: 'the backlog was still there when watching ended',
    tell: ofPartitions(([partition, before, end, after, logStart]) => [
      partition,
      before,
      String(BigInt(end) * 50n),
      after,
      logStart,
    ]),
  },
  { name: 'Prometheus was down', tell: withoutPoints('prometheus') },
  {
    name: 'Prometheus answered once and never again',
    tell: withoutPoints('prometheus', (atMs) => atMs > 1500),
  },
  {
    name: 'Prometheus answers every second from a sample of before the load',
    tell: withGauge('prometheus_sample_age', { query: 'resident_memory' }, (atMs) => 40_000 + atMs),
  },
  {
    name: 'Prometheus answers from samples of minutes ago',
    tell: withGauge('prometheus_sample_age', { query: 'resident_memory' }, () => 150_000),
  },
  {
    name: 'Prometheus stops collecting in the middle, and its answers go on',
    tell: both(
      withPlan((plan) => ({ ...plan, validity: { maxSampleAgeMs: { limit: 2000 } } })),
      withGauge('prometheus_sample_age', { query: 'resident_memory' }, (atMs) => Math.max(0, atMs - 2000)),
    ),
  },
  ...(['k6', 'kafka', 'prometheus'] as const).map((source): RecordLie => ({
    name: `the clock of ${source} is 30 s ahead, beyond the limit that is set`,
    tell: both(withValidity({ maxClockSkewMs: 2000 }), clockAhead(source, 30_000)),
  })),
  {
    name: 'a limit on clocks is set, and no clock was read',
    tell: withValidity({ maxClockSkewMs: 2000 }),
  },
  {
    name: 'the VUs were busy to the last, and headroom was asked for',
    tell: both(
      withValidity({ minVuHeadroom: 0.5 }),
      ofMetrics((metrics) => ({ ...metrics, vus: { type: 'gauge', value: 1, min: 0, max: 1e6 } })),
    ),
  },
  { name: 'k6 left no summary', tell: ofLoad((outcome) => ({ ...outcome, summary: null })) },
  { name: 'k6 was killed', tell: ofLoad((outcome) => ({ ...outcome, exitCode: null, signal: 'SIGKILL' })) },
  {
    name: 'k6 ended with 107 after thresholds were breached',
    tell: ofLoad((outcome) => ({ ...outcome, exitCode: 107 })),
  },
  { name: 'k6 said nothing at all', tell: drop('load') },
  {
    name: 'every iteration threw',
    tell: ofLoad((outcome) => ({ ...outcome, thrownIterations: 26 })),
  },
  {
    name: 'half of the planned iterations were dropped',
    tell: ofMetrics((metrics) => ({
      ...metrics,
      iterations: { type: 'counter', count: 13, rate: 2.6 },
      dropped_iterations: { type: 'counter', count: 12, rate: 2.4 },
    })),
  },
  {
    name: 'half of the planned iterations were neither started nor dropped',
    tell: ofMetrics((metrics) => ({ ...metrics, iterations: { type: 'counter', count: 13, rate: 2.6 } })),
  },
  {
    name: 'the summary counts requests that the timeline never saw',
    tell: ofMetrics((metrics) => ({ ...metrics, http_reqs: { type: 'counter', count: 2600, rate: 519 } })),
  },
  {
    name: 'percentiles out of order',
    tell: ofMetrics((metrics) => ({
      ...metrics,
      http_req_duration: {
        type: 'trend',
        values: { avg: 5, min: 1, med: 90, max: 4, 'p(90)': 3, 'p(95)': 2 },
        contains: 'time',
      },
    })),
  },
  {
    name: 'a coupon was promised and never stored',
    tell: ofStore((counts) => ({ ...counts, persisted: 25, lost: 1 })),
  },
  {
    name: 'a coupon was stored twice',
    tell: ofStore((counts) => ({ ...counts, persisted: 27, duplicates: 1 })),
  },
  {
    name: 'the store did not answer after the run',
    tell: ofStore((counts) => ({
      ...counts,
      accepted: null,
      persisted: null,
      lost: null,
      duplicates: null,
      oversold: null,
    })),
  },
  {
    name: 'the service restarted and counts from nothing',
    tell: ofStore((counts) => ({ ...counts, accepted: 0, persisted: 0 })),
  },
  {
    name: 'the journal is cut behind the load',
    tell: (entries) => entries.slice(0, entries.findIndex(({ kind }) => kind === 'phase-end') + 1),
  },
  { name: 'the journal is cut before its last line', tell: (entries) => entries.slice(0, -1) },
  {
    name: 'the run was interrupted',
    tell: each('end', (entry) => ({ ...entry, status: 'interrupted', signal: 'SIGINT' })),
  },
  {
    name: "lagline's clock jumped an hour ahead in the middle",
    tell: (entries) => entries.map((entry) => shifted(entry, (ms) => (ms > 3000 ? ms + 3_600_000 : ms))),
  },
  {
    name: "lagline's clock jumped back in the middle",
    tell: (entries) => entries.map((entry) => shifted(entry, (ms) => (ms > 3000 ? ms - 2500 : ms))),
  },
  {
    name: 'a planned fault never came',
    tell: each('header', (entry) => ({
      ...entry,
      plan: { ...entry.plan, faultInjection: { services: [], faults: ['redis.down@1s-2s'] } },
    })),
  },
];

/** Every time in an entry, moved. */
const shifted = (entry: JournalEntry, move: (ms: number) => number): JournalEntry => {
  const named = Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [
      key,
      key.endsWith('Ms') && typeof value === 'number' ? move(value) : value,
    ]),
  ) as JournalEntry;
  return named.kind === 'points'
    ? { ...named, points: named.points.map(([id, atMs, value]) => [id, move(atMs), value]) }
    : named;
};

/** The entries of a journal, with rules in place of those it has. */
export const readEntries = (journal: string, thresholds: RunPlan['thresholds']): JournalEntry[] =>
  journal
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => journalEntrySchema.parse(JSON.parse(line)))
    .map((entry) => (entry.kind === 'header' ? { ...entry, plan: { ...entry.plan, thresholds } } : entry));
