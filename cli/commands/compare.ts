import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildComparison } from '../../core/compare/build-comparison.ts';
import type { CompareDocument } from '../../core/compare/compare-document.ts';
import { conditions, differences, type Difference } from '../../core/compare/comparable.ts';
import { KnownError, messageOf } from '../../core/errors.ts';
import { buildReport } from '../../core/judge/build-report.ts';
import { readRecord } from '../../core/record/journal-reader.ts';
import type { RunReport } from '../../core/report-document.ts';
import { compareMarkdown, compareText } from '../../reporters/compare-text.ts';
import { locales } from '../../reporters/locales/index.ts';
import { laglineVersion } from '../environment.ts';
import { hasJournal, requireWritable } from '../run-folder.ts';
import { shownPath, type ResultFlags } from '../show-result.ts';

export type CompareFlags = ResultFlags & {
  readonly base: readonly string[];
  readonly candidate: readonly string[];
  readonly allowDifferent: readonly string[];
  readonly metric: readonly string[];
  readonly minEffect: string;
  readonly alpha: string;
  readonly format: 'text' | 'md' | 'pr-comment';
  readonly out?: string;
};

/** `lagline compare`: 99 only for a regression, 3 where there is too little data to show one. */
export const compareCommand = async (flags: CompareFlags): Promise<number> => {
  const options = {
    alpha: share('--alpha', flags.alpha, '0.05'),
    minEffect: share('--min-effect', flags.minEffect, '5%'),
    metrics: flags.metric,
    intervals: true,
  };
  if (options.alpha === 0)
    throw new KnownError('usage', '--alpha 0 would show nothing', { remedy: 'give 0.05' });
  const allowed = readAllowed(flags.allowDifferent);
  const base = await readSide('base', flags.base);
  const candidate = await readSide('candidate', flags.candidate);
  refuseShared(base, candidate);
  const differing = differences(base, candidate);
  refuseDifferent(differing.filter(({ what }) => !allowed.includes(what)));
  if (flags.out !== undefined) requireWritable(flags.out);
  const document = buildComparison(base, candidate, differing, options);
  if (document.metrics.length === 0 && flags.metric.length > 0) {
    throw new KnownError('usage', `no usable run measured ${flags.metric.join(', ')}`, {
      remedy: 'name a metric as the table without --metric does, such as http_req_duration',
    });
  }
  show(document, flags);
  return document.exitCode;
};

const show = (document: CompareDocument, { json, lang, format, out }: CompareFlags): void => {
  const catalog = locales[lang];
  if (out !== undefined) {
    const path = join(out, `compare.${lang}.md`);
    try {
      writeFileSync(path, compareMarkdown(document, catalog, 'md'));
    } catch (error) {
      throw new KnownError('output-unwritable', `cannot write ${path}: ${messageOf(error)}`, {
        remedy: 'give another folder with --out',
        cause: error,
      });
    }
    process.stderr.write(`report: ${shownPath(path)}\n`);
  }
  process.stdout.write(
    json
      ? `${JSON.stringify(document, null, 2)}\n`
      : format === 'text'
        ? `${compareText(document, catalog)}\n`
        : compareMarkdown(document, catalog, format),
  );
};

/** Operands before and after the `--` of the command line. */
export const splitSides = (
  runs: readonly string[],
  argv: readonly string[],
): { base: readonly string[]; candidate: readonly string[] } => {
  const at = argv.indexOf('--');
  const behind = at === -1 ? 0 : argv.length - at - 1;
  return { base: runs.slice(0, runs.length - behind), candidate: runs.slice(runs.length - behind) };
};

const readSide = async (side: 'base' | 'candidate', given: readonly string[]): Promise<RunReport[]> => {
  if (given.length === 0) {
    throw new KnownError('usage', `there is no ${side} to compare`, {
      remedy: 'lagline compare <base...> -- <candidate...>',
    });
  }
  const runs: RunReport[] = [];
  for (const folder of new Set(given.flatMap(runFolders).map((path) => resolve(path))))
    runs.push(...buildReport([await readRecord(folder)], laglineVersion()).runs);
  return runs;
};

/** The folder itself, or, where it is no run, the runs in it. */
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

const refuseShared = (base: readonly RunReport[], candidate: readonly RunReport[]): void => {
  const keyOf = ({ runId, startedAt }: RunReport): string => `${runId} ${startedAt}`;
  const known = new Set<string>();
  for (const run of [...base, ...candidate]) {
    if (known.has(keyOf(run))) {
      throw new KnownError('usage', `the run ${run.runId} stands in the comparison twice`, {
        remedy: 'give each run once, on one side',
      });
    }
    known.add(keyOf(run));
  }
};

const refuseDifferent = (differing: readonly Difference[]): void => {
  if (differing.length === 0) return;
  const named = differing.map(({ what, base, candidate }) => `${what}: ${base} and ${candidate}`);
  throw new KnownError('usage', `the runs are not comparable, they differ in ${named.join('; ')}`, {
    remedy: `compare runs made alike, or say --allow-different ${differing.map(({ what }) => what).join(',')}`,
  });
};

const readAllowed = (given: readonly string[]): string[] => {
  const names = given.flatMap((text) => text.split(',').map((name) => name.trim()));
  const unknown = names.find((name) => !conditions.some((condition) => condition === name));
  if (unknown === undefined) return names;
  throw new KnownError('usage', `--allow-different '${unknown}' is no condition of a run`, {
    remedy: `use ${conditions.join(', ')}`,
  });
};

/** `5%` or `0.05`, below 1. */
const share = (flag: string, text: string, example: string): number => {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const value = Number(match?.[1]) / (match?.[2] === '%' ? 100 : 1);
  if (match !== null && value < 1) return value;
  throw new KnownError('usage', `${flag} '${text}' is not a share below 1`, {
    remedy: `give one such as ${flag} ${example}`,
  });
};
