import { buildHistory } from '../../core/compare/build-history.ts';
import { differences } from '../../core/compare/comparable.ts';
import type { HistoryDocument } from '../../core/compare/history-document.ts';
import { KnownError } from '../../core/errors.ts';
import { historyMarkdown, historyText } from '../../reporters/history-text.ts';
import { historyPicture, shownMetrics } from '../../reporters/history-picture.ts';
import { readAllowed, readLevels, readRuns, refuseDifferent, refuseTwice } from '../comparable-runs.ts';
import { showComparison, type ComparingFlags, type Telling } from '../show-comparison.ts';

export type HistoryFlags = ComparingFlags & {
  readonly history: readonly string[];
  readonly newest: string;
  /** Runs that were given beside it, which have no place in it. */
  readonly given: readonly string[];
};

/** `lagline compare --history`: 99 only for a regression among the newest runs that lasts, 3 where the runs are too few. */
export const compareHistoryCommand = async (flags: HistoryFlags): Promise<number> => {
  const [other] = flags.given;
  if (other !== undefined) {
    throw new KnownError('usage', `--history has no base and no candidate, but '${other}' is given too`, {
      remedy: 'name all runs after --history, or leave it out',
    });
  }
  const options = { ...readLevels(flags), metrics: flags.metric, newestRuns: readNewest(flags.newest) };
  const allowed = readAllowed(flags.allowDifferent);
  const runs = await readRuns(flags.history);
  refuseTwice(runs, 'give each run once');
  const differing = differences(runs, []);
  refuseDifferent(differing, allowed);
  return showComparison(() => buildHistory(runs, differing, options), telling, flags);
};

const readNewest = (text: string): number => {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new KnownError('usage', `--newest '${text}' is no number of runs`, {
    remedy: 'give one such as --newest 10',
  });
};

const telling: Telling<HistoryDocument> = {
  name: 'history',
  text: historyText,
  markdown: historyMarkdown,
  hasPicture: (document) => shownMetrics(document).length > 0,
  picture: historyPicture,
};
