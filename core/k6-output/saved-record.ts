import { posix } from 'node:path';
import type { LoadOutcome } from '../record/load-outcome.ts';
import { recordSchemaVersion, type RunRecord } from '../record/run-record.ts';
import { runPlanSchema, type RunPlan } from '../plan.ts';
import type { SavedSummary } from './read-summary-text.ts';

/** Where a summary was found. */
export type SavedPlace = Omit<NonNullable<RunPlan['savedOutput']>, 'format'>;

/**
 * A summary that k6 left, as a record: what k6 said, and nothing else. Lag, machine and store were not watched; when it began
 * is null where the output does not tell.
 */
export const savedRecord = (
  saved: SavedSummary,
  place: SavedPlace,
  {
    laglineVersion,
    thresholds,
  }: { readonly laglineVersion: string; readonly thresholds: RunPlan['thresholds'] },
): RunRecord => {
  const { durationMs } = saved;
  const script = 'script' in saved ? saved.script : null;
  const load = loadOutcome(saved);
  return {
    schemaVersion: recordSchemaVersion,
    runId: place.parts === 1 ? place.file : `${place.file}#${place.part}`,
    startedAt: startOf(saved),
    durationMs: durationMs ?? 0,
    plan: runPlanSchema.parse({
      scenario: { name: scenarioName(script, place), ...(script === null ? {} : { script }) },
      savedOutput: { ...place, format: saved.format },
      thresholds,
    }),
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
    phases: durationMs === null ? [] : [{ name: 'load', fromMs: 0, toMs: durationMs }],
    series: [],
    offsets: [],
    assignments: [],
    gaps: [],
    events: [],
    load,
    integrity: undefined,
    integrityBefore: undefined,
    probes: [],
    end: undefined,
    unreadableLines: 0,
  };
};

const loadOutcome = (saved: SavedSummary): LoadOutcome => ({
  k6Version: 'k6Version' in saved ? saved.k6Version : null,
  exitCode: null,
  signal: null,
  summary: saved.summary,
  summaryProblem: null,
  scenarios: saved.format === 'console' ? saved.scenarios : [],
  ...(saved.format === 'console'
    ? {
        ambiguous: saved.ambiguous,
        marks: saved.marks,
        ...(saved.showsDrops ? {} : { mayHideDrops: true as const }),
      }
    : {}),
  files: [],
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
