import { buildComparison } from '../../core/compare/build-comparison.ts';
import type { CompareDocument } from '../../core/compare/compare-document.ts';
import { differences } from '../../core/compare/comparable.ts';
import { KnownError } from '../../core/errors.ts';
import type { RunReport } from '../../core/report-document.ts';
import { compareMarkdown, compareText } from '../../reporters/compare-text.ts';
import { comparisonPicture, drawnMetrics } from '../../reporters/comparison-picture.ts';
import { readAllowed, readLevels, readRuns, refuseDifferent, refuseTwice } from '../comparable-runs.ts';
import { showComparison, type ComparingFlags, type Telling } from '../show-comparison.ts';

export type CompareFlags = ComparingFlags & {
  readonly base: readonly string[];
  readonly candidate: readonly string[];
};

/** `lagline compare`: 99 only for a regression, 3 where there is too little data to show one. */
export const compareCommand = async (flags: CompareFlags): Promise<number> => {
  const options = { ...readLevels(flags), metrics: flags.metric, intervals: true };
  const allowed = readAllowed(flags.allowDifferent);
  const base = await readSide('base', flags.base);
  const candidate = await readSide('candidate', flags.candidate);
  refuseTwice([...base, ...candidate], 'give each run once, on one side');
  const differing = differences(base, candidate);
  refuseDifferent(differing, allowed);
  return showComparison(() => buildComparison(base, candidate, differing, options), telling, flags);
};

const telling: Telling<CompareDocument> = {
  name: 'compare',
  text: compareText,
  markdown: compareMarkdown,
  hasPicture: (document) => drawnMetrics(document).length > 0,
  picture: comparisonPicture,
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

const readSide = (side: 'base' | 'candidate', given: readonly string[]): Promise<RunReport[]> => {
  if (given.length > 0) return readRuns(given);
  throw new KnownError('usage', `there is no ${side} to compare`, {
    remedy: 'lagline compare <base...> -- <candidate...>, or lagline compare --history <dir>',
  });
};
