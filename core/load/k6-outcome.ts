import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { LoadOutcome } from '../record/load-outcome.ts';
import { complaintOf } from './k6-complaint.ts';
import { interruptedIterations } from './interrupted-iterations.ts';
import { exitReason, type K6Exit } from './k6-exit.ts';
import { parseK6Summary } from './k6-summary.ts';
import type { TrendContent } from './trend-content.ts';

/** Where k6's own files lie in the run folder. */
export const k6Files = {
  console: 'k6/console.txt',
  stderr: 'k6/stderr.txt',
  summary: 'k6/summary.json',
} as const;

export type EndedK6 = K6Exit & {
  readonly outDir: string;
  /** The end of what k6 logged. */
  readonly log: string;
  readonly thrownIterations: number;
  /** What the custom trends hold, as the timeline showed it. */
  readonly contents: ReadonlyMap<string, TrendContent>;
};

/** What an ended k6 left behind. A summary that is missing or cut is a fact of the outcome, not an error. */
export const readLoadOutcome = (ended: EndedK6): Omit<LoadOutcome, 'k6Version' | 'scenarios'> => {
  const { outDir, exitCode, signal, thrownIterations } = ended;
  const files = Object.values(k6Files).filter((file) => existsSync(join(outDir, file)));
  const interrupted = interruptedIterations(readEnd(join(outDir, k6Files.console)));
  return {
    exitCode,
    signal,
    files,
    thrownIterations,
    ...(interrupted === undefined ? {} : { interruptedIterations: interrupted }),
    ...readSummary(ended),
  };
};

/** A script may print as much as it likes; k6's own last lines stand at the end. */
const endBytes = 256 * 1024;

const readEnd = (path: string): string => {
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const end = Buffer.alloc(Math.min(size, endBytes));
    return end.toString('utf8', 0, readSync(file, end, 0, end.length, size - end.length));
  } finally {
    closeSync(file);
  }
};

const readSummary = (ended: EndedK6): Pick<LoadOutcome, 'summary' | 'summaryProblem'> => {
  const path = join(ended.outDir, k6Files.summary);
  if (!existsSync(path)) {
    return {
      summary: null,
      summaryProblem: `${exitReason(ended, complaintOf(ended.log))}; it left no summary`,
    };
  }
  try {
    const summary = parseK6Summary(readFileSync(path, 'utf8'), { contents: ended.contents });
    return { summary, summaryProblem: null };
  } catch (error) {
    return { summary: null, summaryProblem: `k6's summary cannot be read: ${messageOf(error)}` };
  }
};
