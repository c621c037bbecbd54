import type { RunRecord } from '../record/run-record.ts';
import { pointsOf } from '../record/find-series.ts';
import { hostSeries } from '../record/series-names.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import type { Finding, Rule } from './rule.ts';

/** Share of planned iterations that may be dropped; one iteration always may (k6 schedules one more or less). */
const toleratedShare = 0.01;
/** Beyond this use of the machine's CPU, k6 shares too little of it to start iterations in time. */
const busyCpuPercent = 95;

/**
 * Was the planned arrival rate offered? k6 drops an iteration when no VU is free. With headroom in the generator, that is
 * the system's limit and a failure; with the generator as the limit, or its state unknown, the run is invalid.
 */
export const offeredLoad: Rule = {
  id: 'offered-load',
  evaluate: (record, figures) => {
    const { load } = figures;
    if (load === null) return [];
    const { plannedIterations, droppedIterations } = load;
    if (plannedIterations === null && (droppedIterations ?? 0) === 0) return [];
    if (droppedIterations === null) return [notCounted(figures, plannedIterations ?? 0)];
    const planned = plannedIterations ?? (load.iterations ?? 0) + droppedIterations;
    const tolerated = Math.max(1, Math.floor(planned * toleratedShare));
    const limit = generatorLimit(record, figures);
    const isOffered = droppedIterations <= tolerated;
    return [
      finding(
        figures,
        planned,
        tolerated,
        isOffered ? 'pass' : limit === 'headroom' ? 'fail' : 'invalid',
        limit,
      ),
    ];
  },
};

const finding = (
  figures: RunFigures,
  planned: number,
  tolerated: number,
  outcome: Finding['outcome'],
  generator: string,
): Finding => {
  const { load } = figures;
  return {
    rule: 'offered-load',
    origin: 'implied',
    metric: 'dropped_iterations',
    expression: `count<=${tolerated}`,
    outcome,
    measured: load?.droppedIterations ?? null,
    unit: 'count',
    samples: planned,
    provenance: figures.provenance['load.droppedIterations'] ?? null,
    facts: {
      limit: tolerated,
      planned,
      reachedPerSecond: load?.requestsPerSecond ?? null,
      targetPerSecond: load?.peakTargetPerSecond ?? null,
      maxActiveVUs: load?.maxActiveVUs ?? null,
      maxVUs: load?.maxVUs ?? null,
      generator,
    },
  };
};

const notCounted = (figures: RunFigures, planned: number): Finding => {
  const found = finding(
    figures,
    planned,
    Math.max(1, Math.floor(planned * toleratedShare)),
    'no-data',
    'unknown',
  );
  return { ...found, samples: 0, facts: { ...found.facts, reason: 'not-counted' } };
};

type GeneratorLimit = 'headroom' | 'cpu-saturated' | 'vus-too-few' | 'vus-not-ready' | 'unknown';

/**
 * Where the generator stood while iterations were dropped. VUs that run out because answers became slow are the system's
 * doing; VUs that could not have held the rate even at the fastest answers seen are the plan's.
 */
export const generatorLimit = (record: RunRecord, { load }: RunFigures): GeneratorLimit => {
  const cpu = cpuDuringLoad(record);
  if (cpu === undefined || load === null) return 'unknown';
  if (cpu >= busyCpuPercent) return 'cpu-saturated';
  const { maxActiveVUs, maxVUs, peakTargetPerSecond } = load;
  if (maxActiveVUs === null || maxVUs === null) return 'unknown';
  if (maxActiveVUs < maxVUs) return 'vus-not-ready';
  const fastestMs = load.httpReqDurationMs.min;
  if (peakTargetPerSecond === null || fastestMs === null) return 'unknown';
  return maxVUs < (peakTargetPerSecond * fastestMs) / 1000 ? 'vus-too-few' : 'headroom';
};

/** Median CPU use of the machine while load was on; undefined with fewer than 3 samples. */
const cpuDuringLoad = (record: RunRecord): number | undefined => {
  const phase = record.phases.find(({ name }) => name === 'load');
  if (phase === undefined) return undefined;
  const toMs = phase.toMs ?? record.durationMs;
  const values = pointsOf(record, hostSeries.cpuPercent)
    .filter(([atMs]) => atMs >= phase.fromMs && atMs <= toMs)
    .map(([, value]) => value)
    .sort((a, b) => a - b);
  return values.length < 3 ? undefined : values[values.length >> 1];
};
