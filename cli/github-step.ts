import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { githubAnnotationsPath, githubSummaryPath } from '../reporters/github-report.ts';
import type { WrittenReport } from './write-report.ts';

/** GitHub refuses a larger summary of a step as a whole. */
const summaryLimitBytes = 1024 * 1024;

/**
 * Hands a report in the format `github` to the GitHub Actions job that this process runs in: annotations on stderr,
 * which a runner reads as it reads stdout, and the summary behind what the step has written to it before.
 */
export const tellGithub = (
  { folder, paths }: WrittenReport,
  environment: NodeJS.ProcessEnv,
  say: (text: string) => void,
): void => {
  if (!paths.includes(githubAnnotationsPath)) return;
  if (environment['GITHUB_ACTIONS'] === 'true')
    process.stderr.write(readFileSync(join(folder, githubAnnotationsPath), 'utf8'));
  const target = environment['GITHUB_STEP_SUMMARY'];
  if (!target) return;
  const summary = readFileSync(join(folder, githubSummaryPath));
  try {
    const before = existsSync(target) ? statSync(target).size : 0;
    if (before + summary.length > summaryLimitBytes) throw new Error('it would be larger than 1 MiB');
    appendFileSync(target, summary);
  } catch (error) {
    say(`the step summary was not written: ${messageOf(error)}`);
  }
};
