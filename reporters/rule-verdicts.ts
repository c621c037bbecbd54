import type { Outcome } from '../core/outcome.ts';
import type { RunReport } from '../core/report-document.ts';
import { measuredText } from './incident/rules-table.ts';
import type { Catalog } from './locales/catalog.ts';
import { plainStyle } from './plain-style.ts';
import { inOneLine } from './plain-text.ts';

/** What is said of a run in places that know single verdicts only: one a rule, in one line each, without markup. */
export type RuleVerdict = {
  /** `metric: expression`. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly isWarning: boolean;
  /** Outcome, measured value, reason. */
  readonly text: string;
};

/** The rules of a run; at their end the run itself where its verdict is graver than those of its rules. */
export const ruleVerdicts = (run: RunReport, catalog: Catalog): RuleVerdict[] => {
  const rules = run.rules.map((rule): RuleVerdict => ({
    name: inOneLine(`${rule.metric}: ${rule.expression}`),
    outcome: rule.outcome,
    isWarning: rule.level === 'warn',
    text: `${catalog.outcome[rule.outcome]}: ${measuredText(rule, catalog, plainStyle)}`,
  }));
  const { outcome } = run.verdict;
  const isSaid =
    outcome === 'pass' ? rules.length > 0 : rules.some((rule) => !rule.isWarning && rule.outcome === outcome);
  if (isSaid) return rules;
  return [
    ...rules,
    {
      name: 'run',
      outcome,
      isWarning: false,
      text: catalog.ci.runVerdict(catalog.outcome[outcome], run.status),
    },
  ];
};
