import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { conditions, type Difference } from '../core/compare/comparable.ts';
import { KnownError, messageOf } from '../core/errors.ts';
import { buildReport } from '../core/judge/build-report.ts';
import { readRun } from './read-run.ts';
import type { RunReport } from '../core/report-document.ts';
import { laglineVersion } from './environment.ts';
import { hasJournal } from './run-folder.ts';

/** The runs of folders, each once; a folder that is no run stands for the runs in it. */
export const readRuns = async (given: readonly string[]): Promise<RunReport[]> => {
  const runs: RunReport[] = [];
  for (const folder of new Set(given.flatMap(runFolders).map((path) => resolve(path))))
    runs.push(...buildReport([await readRun(folder)], laglineVersion()).runs);
  return runs;
};

const runFolders = (folder: string): string[] => {
  if (hasJournal(folder) || !existsSync(folder)) return [folder];
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    throw new KnownError('record-unreadable', `cannot read ${folder}: ${messageOf(error)}`, {
      remedy: 'give a run folder or a folder of them',
      cause: error,
    });
  }
  const runs = names.map((name) => join(folder, name)).filter(hasJournal);
  if (runs.length > 0) return runs;
  throw new KnownError('data-missing', `there is no run in ${folder}`, {
    remedy: 'give a run folder or a folder of them',
  });
};

/** Refuses a run that is there twice, such as by a copy of its folder. */
export const refuseTwice = (runs: readonly RunReport[], remedy: string): void => {
  const known = new Set<string>();
  for (const { runId, startedAt } of runs) {
    const key = `${runId} ${startedAt}`;
    if (known.has(key)) {
      throw new KnownError('usage', `the run ${runId} stands in the comparison twice`, { remedy });
    }
    known.add(key);
  }
};

/** Refuses runs that were not made alike, but for what was allowed to differ. */
export const refuseDifferent = (differing: readonly Difference[], allowed: readonly string[]): void => {
  const refused = differing.filter(({ what }) => !allowed.includes(what));
  if (refused.length === 0) return;
  const named = refused.map(({ what, base, candidate }) => `${what}: ${base} and ${candidate}`);
  throw new KnownError('usage', `the runs are not comparable, they differ in ${named.join('; ')}`, {
    remedy: `compare runs made alike, or say --allow-different ${refused.map(({ what }) => what).join(',')}`,
  });
};

/** `--allow-different`, each value a list with commas. */
export const readAllowed = (given: readonly string[]): string[] => {
  const names = given.flatMap((text) => text.split(',').map((name) => name.trim()));
  const unknown = names.find((name) => !conditions.some((condition) => condition === name));
  if (unknown === undefined) return names;
  throw new KnownError('usage', `--allow-different '${unknown}' is no condition of a run`, {
    remedy: `use ${conditions.join(', ')}`,
  });
};

/** `5%` or `0.05`, below 1. */
export const readShare = (flag: string, text: string, example: string): number => {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const value = Number(match?.[1]) / (match?.[2] === '%' ? 100 : 1);
  if (match !== null && value < 1) return value;
  throw new KnownError('usage', `${flag} '${text}' is not a share below 1`, {
    remedy: `give one such as ${flag} ${example}`,
  });
};

/** Least change and level, which comparison and history read alike. */
export const readLevels = (flags: {
  readonly alpha: string;
  readonly minEffect: string;
}): { alpha: number; minEffect: number } => {
  const alpha = readShare('--alpha', flags.alpha, '0.05');
  if (alpha === 0) throw new KnownError('usage', '--alpha 0 would show nothing', { remedy: 'give 0.05' });
  return { alpha, minEffect: readShare('--min-effect', flags.minEffect, '5%') };
};

/** Refuses names of metrics that no run measured. */
export const refuseUnmeasured = (found: number, metrics: readonly string[]): void => {
  if (found > 0 || metrics.length === 0) return;
  throw new KnownError('usage', `no usable run measured ${metrics.join(', ')}`, {
    remedy: 'name a metric as the table without --metric does, such as http_req_duration',
  });
};
