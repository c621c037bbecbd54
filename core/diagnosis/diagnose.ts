import { causes } from './causes.ts';
import { weigh, type DiagnosisInput, type Hypothesis } from './diagnosis.ts';

/**
 * Ranked hypotheses, best first. Something that went wrong without a cause that the evidence supports is answered with
 * `unknown-cause`; a run without trouble has no diagnosis, and neither has one that the user ended.
 */
export const diagnose = (input: DiagnosisInput): Hypothesis[] => {
  const found = causes
    .map((cause) => weigh(cause, input))
    .filter((hypothesis) => hypothesis !== undefined)
    .sort((left, right) => right.score - left.score || left.cause.localeCompare(right.cause));
  if (found.length > 0) return found;
  const isInterrupted = input.record.end?.status === 'interrupted';
  const isTroubled = input.findings.some(
    ({ rule, outcome }) =>
      // A limit on the measuring says of itself what is wrong.
      rule !== 'validity' && (outcome === 'fail' || (outcome === 'invalid' && !isInterrupted)),
  );
  return isTroubled ? [{ cause: 'unknown-cause', score: 0, evidence: [], unobserved: [] }] : [];
};
