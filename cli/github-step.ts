import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { githubAnnotationsPath, githubSummaryPath } from '../reporters/github-report.ts';
import type { WrittenReport } from './write-report.ts';

/** GitHub refuses a larger file of a step as a whole. */
const fileLimitBytes = 1024 * 1024;

/**
 * Hands a report in the format `github` to the GitHub Actions job that this process runs in: annotations on stderr,
 * which a runner reads as it reads stdout; the summary, and the outputs `outcome`, `exit-code` and `report` (its folder), behind
 * what the step has written before. What cannot be handed over is said, and fails nothing.
 */
export const tellGithub = (
  { document, folder, mainPath, paths }: WrittenReport,
  environment: NodeJS.ProcessEnv,
  say: (text: string) => void,
): void => {
  if (!paths.includes(githubAnnotationsPath)) return;
  if (environment['GITHUB_ACTIONS'] === 'true')
    process.stderr.write(readFileSync(join(folder, githubAnnotationsPath), 'utf8'));
  const append = (target: string | undefined, what: string, content: string): void => {
    if (!target) return;
    try {
      const before = existsSync(target) ? statSync(target).size : 0;
      if (before + Buffer.byteLength(content) > fileLimitBytes)
        throw new Error('it would be larger than 1 MiB, and GitHub would refuse all of it');
      appendFileSync(target, content);
    } catch (error) {
      say(`the step ${what} not written: ${messageOf(error)}`);
    }
  };
  const summary = readFileSync(join(folder, githubSummaryPath), 'utf8');
  append(environment['GITHUB_STEP_SUMMARY'], 'summary was', summary);
  const { outcome, exitCode } = document.verdict;
  const reportFolder = dirname(mainPath);
  const outputs = [
    `outcome=${outcome}`,
    `exit-code=${exitCode}`,
    // A line of its own would be an output of its own.
    ...(/[\r\n]/.test(reportFolder) ? [] : [`report=${reportFolder}`]),
  ];
  append(environment['GITHUB_OUTPUT'], 'outputs were', `${outputs.join('\n')}\n`);
};
