import { buildHistory } from '../../core/compare/build-history.ts';
import { differences } from '../../core/compare/comparable.ts';
import type { HistoryDocument } from '../../core/compare/history-document.ts';
import { KnownError } from '../../core/errors.ts';
import { historyMarkdown, historyText } from '../../reporters/history-text.ts';
import { historyPicture, shownMetrics } from '../../reporters/history-picture.ts';
import { locales } from '../../reporters/locales/index.ts';
import {
  readAllowed,
  readLevels,
  readRuns,
  refuseDifferent,
  refuseTwice,
  refuseUnmeasured,
} from '../comparable-runs.ts';
import { requireWritable } from '../run-folder.ts';
import { writeComparison } from '../write-comparison.ts';
import type { ComparingFlags } from './compare.ts';

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
  if (flags.out !== undefined) requireWritable(flags.out);
  const document = buildHistory(runs, differing, options);
  refuseUnmeasured(document.metrics.length, flags.metric);
  await show(document, flags);
  return document.exitCode;
};

const readNewest = (text: string): number => {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new KnownError('usage', `--newest '${text}' is no number of runs`, {
    remedy: 'give one such as --newest 10',
  });
};

const show = async (document: HistoryDocument, { json, lang, format, out }: HistoryFlags): Promise<void> => {
  const catalog = locales[lang];
  if (out !== undefined) {
    const picture = `history.${lang}.png`;
    const hasPicture = shownMetrics(document).length > 0;
    writeComparison(out, [
      [`history.${lang}.md`, historyMarkdown(document, catalog, 'md', hasPicture ? picture : undefined)],
      ...(hasPicture ? [[picture, await historyPicture(document, catalog)] as const] : []),
    ]);
  }
  process.stdout.write(
    json
      ? `${JSON.stringify(document, null, 2)}\n`
      : format === 'text'
        ? `${historyText(document, catalog)}\n`
        : historyMarkdown(document, catalog, format),
  );
};
