import type { RunRecord } from '../record/run-record.ts';
import { arrivalFacts, interruptedAtMost, notStarted } from '../derive/arrivals.ts';
import { pointsOf } from '../record/find-series.ts';
import { hostSeries } from '../record/series-names.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import { validityLimits, type ValidityLimit } from '../derive/validity-limits.ts';
import type { Finding, Rule } from './rule.ts';

/**
 * Was the planned arrival rate offered? k6 drops an iteration when no VU is free; one that it neither started nor dropped
 * was not offered either. With headroom in the generator, that is the system's limit and a failure; with the generator as
 * the limit, or its state unknown, the run is invalid. The plan may say that it is to be one of them whatever the generator.
 */
export const offeredLoad: Rule = {
  id: 'offered-load',
  evaluate: (record, figures) => {
    const { load } = figures;
    if (load === null) return [];
    const { plannedIterations, droppedIterations } = load;
    const { maxDroppedShare } = validityLimits(record.plan);
    if (plannedIterations === null && (droppedIterations ?? 0) === 0) return [];
    if (droppedIterations === null)
      return [
        notCounted(figures, toleratedOf(plannedIterations ?? 0, maxDroppedShare), plannedIterations ?? 0),
      ];
    const planned = plannedIterations ?? (load.iterations ?? 0) + droppedIterations;
    const tolerated = toleratedOf(planned, maxDroppedShare);
    const limit = generatorLimit(record, figures);
    const missing = notOffered(load, droppedIterations, tolerated);
    const isSystems = limit === 'headroom' && maxDroppedShare.level !== 'invalid';
    const outcome = missing <= tolerated ? 'pass' : isSystems ? 'fail' : 'invalid';
    const found = finding(figures, planned, { measured: missing, tolerated, outcome, generator: limit });
    return [maxDroppedShare.level === 'caution' ? { ...found, level: 'warn' } : found];
  },
};

/** One iteration may always be dropped: k6 schedules one more or less. */
const toleratedOf = (planned: number, { limit }: ValidityLimit): number =>
  Math.max(1, Math.floor(planned * limit));

/** Dropped iterations; all that were not started, where those are more than drops and interruptions account for. */
const notOffered = (load: LoadReport, dropped: number, tolerated: number): number => {
  const missing = notStarted(load) ?? 0;
  return missing - interruptedAtMost(load) > Math.max(dropped, tolerated) ? missing : dropped;
};

type LoadReport = NonNullable<RunFigures['load']>;

type Judged = {
  readonly measured: number | null;
  readonly tolerated: number;
  readonly outcome: Finding['outcome'];
  readonly generator: string;
};

const finding = (
  figures: RunFigures,
  planned: number,
  { measured, tolerated, outcome, generator }: Judged,
): Finding => {
  const { load } = figures;
  const dropped = load?.droppedIterations ?? null;
  const origin = figures.provenance['load.droppedIterations'] ?? null;
  const isCounted = measured === dropped;
  return {
    rule: 'offered-load',
    origin: 'implied',
    metric: 'dropped_iterations',
    expression: `count<=${tolerated}`,
    outcome,
    measured,
    unit: 'count',
    samples: planned,
    provenance: isCounted ? origin : { kind: 'computed', source: 'planned less started iterations' },
    facts: {
      limit: tolerated,
      planned,
      ...arrivalFacts(load),
      dropped,
      shortfall: isCounted || measured === null ? 0 : measured - (dropped ?? 0),
      maxActiveVUs: load?.maxActiveVUs ?? null,
      maxVUs: load?.maxVUs ?? null,
      generator,
      ...(outcome === 'invalid' ? { reason: reasonOf(generator) } : {}),
    },
  };
};

/** Why a load that was not offered says nothing of the system. */
const reasonOf = (generator: string): string =>
  generator === 'unknown'
    ? 'generator-unknown'
    : generator === 'headroom'
      ? 'iterations-dropped'
      : 'generator-was-the-limit';

const notCounted = (figures: RunFigures, tolerated: number, planned: number): Finding => {
  const found = finding(figures, planned, {
    measured: null,
    tolerated,
    outcome: 'no-data',
    generator: 'unknown',
  });
  return { ...found, samples: 0, facts: { ...found.facts, reason: 'not-counted' } };
};

type GeneratorLimit = 'headroom' | 'cpu-saturated' | 'vus-too-few' | 'vus-not-ready' | 'unknown';

/**
 * Where the generator stood while iterations were dropped. VUs that run out because answers became slow are the system's
 * doing; VUs that could not have held the rate even at the fastest answers seen are the plan's.
 */
export const generatorLimit = (record: RunRecord, { load }: RunFigures): GeneratorLimit => {
  const { median: cpu } = cpuDuringLoad(record);
  if (cpu === null || load === null) return 'unknown';
  if (cpu >= validityLimits(record.plan).maxGeneratorCpu.limit) return 'cpu-saturated';
  const { maxActiveVUs, maxVUs, peakTargetPerSecond } = load;
  if (maxActiveVUs === null || maxVUs === null) return 'unknown';
  if (maxActiveVUs < maxVUs) return 'vus-not-ready';
  const fastestMs = load.httpReqDurationMs.min;
  if (peakTargetPerSecond === null || fastestMs === null) return 'unknown';
  return maxVUs < (peakTargetPerSecond * fastestMs) / 1000 ? 'vus-too-few' : 'headroom';
};

/** Median CPU use of the machine while load was on; null with fewer than 3 samples. */
export const cpuDuringLoad = (record: RunRecord): { median: number | null; samples: number } => {
  const phase = record.phases.find(({ name }) => name === 'load');
  const toMs = phase?.toMs ?? record.durationMs;
  const values = pointsOf(record, hostSeries.cpuPercent)
    .filter(([atMs]) => phase !== undefined && atMs >= phase.fromMs && atMs <= toMs)
    .map(([, value]) => value)
    .sort((a, b) => a - b);
  const samples = values.length;
  return { median: samples < 3 ? null : (values[samples >> 1] ?? null), samples };
};
