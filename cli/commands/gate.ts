import { buildReport } from '../../core/judge/build-report.ts';
import { parseGivenRules } from '../../core/given-rules.ts';
import { readRun } from '../read-run.ts';
import { readThresholds } from '../config/thresholds.ts';
import { laglineVersion } from '../environment.ts';
import { showResult, type ResultFlags } from '../show-result.ts';

/** `lagline gate`: judges a stored run again, by the rules given or by its own; the exit code is the verdict. */
export const gateCommand = async (
  folder: string,
  flags: ResultFlags & { readonly threshold: readonly string[] },
): Promise<number> => {
  const given = readThresholds(flags.threshold);
  parseGivenRules(given);
  const record = await readRun(folder);
  const thresholds = flags.threshold.length > 0 ? given : record.plan.thresholds;
  const document = buildReport([{ ...record, plan: { ...record.plan, thresholds } }], laglineVersion());
  showResult(document, flags);
  return document.verdict.exitCode;
};
