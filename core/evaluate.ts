import { exitCodeOfOutcome } from './exit-codes.ts';
import { worstOutcome, type Outcome } from './outcome.ts';
import type { RunRecord } from './record/run-record.ts';
import type { ReportDocument } from './report-document.ts';
import type { RunFigures } from './derive/run-figures.ts';
import { rules } from './rules/index.ts';
import type { Finding, RuleId } from './rules/rule.ts';

export type Verdict = ReportDocument['verdict'];

/** Rules whose failure makes load or conditions others than planned; each rests on those before it. */
const loadRules: readonly RuleId[] = ['load-completed', 'offered-load', 'faults-injected', 'validity'];
/**
 * A breach of integrity stands whatever the load was, and so does one that cut the load short, and what is said of the
 * measuring itself.
 */
const isIndependentOfLoad = ({ rule, metric, facts }: Finding): boolean =>
  rule === 'validity' ||
  rule === 'measurement-gap' ||
  metric.startsWith('integrity_') ||
  facts['reason'] === 'rule-broken';

/** Runs every rule; findings that rest on a load that was not offered become `invalid`. */
export const evaluate = (record: RunRecord, figures: RunFigures): Finding[] => {
  const findings = rules.flatMap((rule) => rule.evaluate(record, figures));
  const broken = loadRules.findIndex((id) =>
    findings.some(({ rule, outcome, level }) => rule === id && outcome === 'invalid' && level !== 'warn'),
  );
  if (broken === -1) return findings;
  const standing = loadRules.slice(0, broken + 1);
  const reason = reasonOf(findings, loadRules[broken]);
  return findings.map((finding) =>
    standing.includes(finding.rule) ||
    isIndependentOfLoad(finding) ||
    finding.outcome === 'no-data' ||
    finding.outcome === 'invalid'
      ? finding
      : {
          ...finding,
          outcome: 'invalid',
          facts: { ...finding.facts, wouldBe: finding.outcome, reason: finding.facts['reason'] ?? reason },
        },
  );
};

/** Why the load was another one than planned; said of every finding that rests on it. */
const reasonOf = (findings: readonly Finding[], broken: RuleId | undefined): string => {
  const reason = findings.find(({ rule, outcome }) => rule === broken && outcome === 'invalid')?.facts[
    'reason'
  ];
  return typeof reason === 'string' ? reason : 'generator-was-the-limit';
};

/** Verdict of one run; an interrupted one is stored as invalid, and the live command alone ends with its signal's code. */
export const verdictOf = (findings: readonly Finding[]): Verdict =>
  verdictOfOutcomes(findings.filter(({ level }) => level !== 'warn').map(({ outcome }) => outcome));

/** The worst of several runs. */
export const worstVerdict = (verdicts: readonly Verdict[]): Verdict =>
  verdictOfOutcomes(verdicts.map(({ outcome }) => outcome));

const verdictOfOutcomes = (outcomes: readonly Outcome[]): Verdict => {
  const outcome = worstOutcome(outcomes);
  return { outcome, exitCode: exitCodeOfOutcome(outcome) };
};
