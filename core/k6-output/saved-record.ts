import { posix } from 'node:path';
import type { LoadOutcome } from '../record/load-outcome.ts';
import { recordSchemaVersion, type RunRecord } from '../record/run-record.ts';
import { runPlanSchema, type RunPlan } from '../plan.ts';
import type { SavedSamples } from './samples/read-samples.ts';
import type { SavedSummary } from './read-summary-text.ts';

/** Where a summary was found. */
export type SavedPlace = Omit<NonNullable<RunPlan['savedOutput']>, 'format'>;

type Context = { readonly laglineVersion: string; readonly thresholds: RunPlan['thresholds'] };

/**
 * A summary that k6 left, as a record: what k6 said, and nothing else. Lag, machine and store were not watched; when it began
 * is null where the output does not tell.
 */
export const savedRecord = (saved: SavedSummary, place: SavedPlace, context: Context): RunRecord => {
  const { durationMs } = saved;
  const script = 'script' in saved ? saved.script : null;
  return {
    ...emptyRecord({ ...place, format: saved.format }, script, context),
    startedAt: startOf(saved),
    durationMs: durationMs ?? 0,
    phases: durationMs === null ? [] : [{ name: 'load', fromMs: 0, toMs: durationMs }],
    ...withLoad(loadOutcome(saved), context),
  };
};

/** Likewise of samples: their times tell when the run began and what happened second by second. */
export const sampledRecord = (
  { format, run, unreadableLines }: SavedSamples,
  place: SavedPlace,
  context: Context,
): RunRecord => {
  const { summary, series, span, ambiguous, bucketed } = run;
  const durationMs = span.endMs - span.startMs;
  return {
    ...emptyRecord({ ...place, format }, null, context),
    startedAt: new Date(span.startMs).toISOString(),
    durationMs,
    phases: [{ name: 'load', fromMs: 0, toMs: durationMs }],
    series,
    ...withLoad(
      { ...noOutcome, summary, ambiguous, bucketed, ...(span.isInSeconds ? { isInSeconds: true } : {}) },
      context,
    ),
    unreadableLines,
  };
};

const emptyRecord = (
  savedOutput: NonNullable<RunPlan['savedOutput']>,
  script: string | null,
  { thresholds }: Context,
): Omit<RunRecord, 'startedAt' | 'durationMs' | 'phases' | 'environment' | 'load'> => ({
  schemaVersion: recordSchemaVersion,
  runId: savedOutput.parts === 1 ? savedOutput.file : `${savedOutput.file}#${savedOutput.part}`,
  plan: runPlanSchema.parse({
    scenario: { name: scenarioName(script, savedOutput), ...(script === null ? {} : { script }) },
    savedOutput,
    thresholds,
  }),
  series: [],
  offsets: [],
  assignments: [],
  gaps: [],
  events: [],
  integrity: undefined,
  integrityBefore: undefined,
  probes: [],
  end: undefined,
  unreadableLines: 0,
});

const withLoad = (
  load: LoadOutcome,
  { laglineVersion }: Context,
): Pick<RunRecord, 'environment' | 'load'> => ({
  environment: {
    laglineVersion,
    nodeVersion: null,
    ...(load.k6Version === null ? {} : { k6Version: load.k6Version }),
    os: null,
    cpuModel: null,
    cpuCores: null,
    memoryBytes: null,
    command: [],
  },
  load,
});

const noOutcome = {
  k6Version: null,
  exitCode: null,
  signal: null,
  summaryProblem: null,
  scenarios: [],
  files: [],
} as const;

const loadOutcome = (saved: SavedSummary): LoadOutcome => ({
  ...noOutcome,
  k6Version: 'k6Version' in saved ? saved.k6Version : null,
  summary: saved.summary,
  ...(saved.format === 'console'
    ? {
        scenarios: saved.scenarios,
        ambiguous: saved.ambiguous,
        marks: saved.marks,
        ...(saved.showsDrops ? {} : { mayHideDrops: true as const }),
        ...(saved.interruptedIterations === null
          ? {}
          : { interruptedIterations: saved.interruptedIterations }),
      }
    : {}),
});

const startOf = (saved: SavedSummary): string | null => {
  if (saved.format !== 'machine-summary' || saved.generatedAt === null) return null;
  const endMs = Date.parse(saved.generatedAt);
  return Number.isNaN(endMs) ? null : new Date(Math.round(endMs - saved.durationMs)).toISOString();
};

/** The script's name, else that of the file; numbered where the file holds several without one. */
const scenarioName = (script: string | null, { file, part, parts }: SavedPlace): string => {
  const [stem = ''] = [script ?? file].map((path) =>
    posix
      .basename(path.replaceAll('\\', '/'))
      .replace(/\.gz$/, '')
      .replace(/\.[^.]+$/, ''),
  );
  const name = stem.replaceAll(/[^a-zA-Z0-9._-]+/g, '-').replace(/^[^a-zA-Z0-9]+/, '') || 'k6';
  return script === null && parts > 1 ? `${name}-${part}` : name;
};
