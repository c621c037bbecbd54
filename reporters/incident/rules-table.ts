import type { RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import type { TextStyle } from '../locales/fact-reader.ts';
import { outcomeMark } from '../marks.ts';
import { reasonText, tag } from '../wording.ts';
import { type Block, table } from './block.ts';
import { codeInTable, inTable } from './markdown.ts';

type Rule = RunReport['rules'][number];

export const rulesTable = ({ rules }: RunReport, catalog: Catalog): Block | string =>
  rules.length === 0
    ? catalog.incident.results.noRules
    : table(
        catalog.incident.results.ruleColumns,
        rules.map((rule) => [
          codeInTable(rule.metric),
          codeInTable(rule.expression),
          measuredText(rule, catalog, inTable),
          outcomeText(rule, catalog),
          catalog.formats.count(rule.samples),
          catalog.origin[rule.origin],
        ]),
      );

/** A warning that did not hold looks like one, and not like a breach. */
const outcomeText = ({ outcome, level }: Rule, catalog: Catalog): string =>
  level === 'warn' && outcome !== 'pass'
    ? `⚠️ ${catalog.outcome[outcome]} (${catalog.warning})`
    : `${outcomeMark[outcome]} ${catalog.outcome[outcome]}`;

/** The value that a rule judged, with its tag and with what keeps it from being more; words of outside in the style. */
export const measuredText = (
  { measured, unit, facts, provenance, outcome }: Rule,
  catalog: Catalog,
  style: TextStyle,
): string => {
  const low = facts['low'];
  const value =
    measured !== null
      ? catalog.formats.quantity(measured, unit)
      : typeof low === 'number'
        ? catalog.incident.impact.atLeast(catalog.formats.quantity(low, unit))
        : catalog.notMeasured;
  const kind = measured === null && typeof low === 'number' ? 'computed' : provenance?.kind;
  const tagged =
    value === catalog.notMeasured || kind === undefined ? value : `${value} ${tag(kind, catalog)}`;
  const reason =
    typeof facts['reason'] === 'string' ? reasonText(facts['reason'], catalog, style) : undefined;
  const breachMs = facts['longestBreachMs'];
  const breach =
    typeof breachMs === 'number'
      ? catalog.incident.results.longestBreach(catalog.formats.duration(breachMs))
      : undefined;
  const k6Passed = facts['k6Passed'];
  const remarks = [breach, reason, k6Opinion(k6Passed, outcome, catalog)].filter(
    (each) => each !== undefined,
  );
  return remarks.length === 0 ? tagged : `${tagged} (${remarks.join(', ')})`;
};

/** What k6 itself said of a threshold of the script, where it is another word than ours. */
const k6Opinion = (
  k6Passed: Rule['facts'][string] | undefined,
  outcome: Rule['outcome'],
  { incident }: Catalog,
): string | undefined =>
  typeof k6Passed === 'boolean' && outcome !== (k6Passed ? 'pass' : 'fail')
    ? incident.results.k6Said(k6Passed)
    : undefined;
