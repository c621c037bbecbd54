import type { RunReport } from '../core/report-document.ts';
import type { Catalog } from './locales/catalog.ts';
import type { Reporter } from './reporter.ts';
import { ruleVerdicts, type RuleVerdict } from './rule-verdicts.ts';
import { xmlText } from './xml.ts';

/**
 * JUnit's XML as Jenkins, GitLab and GitHub's actions read it: a suite a run, a case a rule. A rule that failed is a
 * failure; one without data, or on a load that was not offered, is an error, for it says nothing about the system.
 */
export const junitReport: Reporter = {
  id: 'junit',
  render: async ({ document }, catalog) => [
    {
      path: 'junit.xml',
      content: [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites>',
        ...document.runs.flatMap((run, index) => suiteLines(run, index, catalog)),
        '</testsuites>',
        '',
      ].join('\n'),
    },
  ],
};

const suiteLines = (run: RunReport, index: number, catalog: Catalog): string[] => {
  const verdicts = ruleVerdicts(run, catalog);
  const warnings = verdicts.filter(({ isWarning, outcome }) => isWarning && outcome !== 'pass');
  const failures = verdicts.filter((verdict) => resultOf(verdict) === 'failure').length;
  const errors = verdicts.filter((verdict) => resultOf(verdict) === 'error').length;
  return [
    `  <testsuite ${attributes({
      name: `lagline ${run.scenario}`,
      package: 'lagline',
      id: index,
      ...(run.startedAt === null ? {} : { timestamp: run.startedAt.slice(0, 19) }),
      hostname: 'localhost',
      tests: verdicts.length,
      failures,
      errors,
      ...(run.durationMs === null ? {} : { time: seconds(run.durationMs) }),
    })}>`,
    '    <properties>',
    ...Object.entries(propertiesOf(run)).map(
      ([name, value]) => `      <property ${attributes({ name, value })}/>`,
    ),
    '    </properties>',
    ...verdicts.flatMap((verdict) => caseLines(verdict, run)),
    `    <system-out>${xmlText(warnings.map(({ name, text }) => `${catalog.warning}: ${name}: ${text}`).join('\n'))}</system-out>`,
    '    <system-err></system-err>',
    '  </testsuite>',
  ];
};

const propertiesOf = (run: RunReport): Readonly<Record<string, string>> => ({
  'run id': run.runId,
  outcome: run.verdict.outcome,
  'exit code': String(run.verdict.exitCode),
});

/** A warning changes no verdict: its case passes, and the suite's output tells of it. */
const resultOf = ({ outcome, isWarning }: RuleVerdict): 'pass' | 'failure' | 'error' => {
  if (outcome === 'pass' || isWarning) return 'pass';
  return outcome === 'fail' ? 'failure' : 'error';
};

const caseLines = (verdict: RuleVerdict, run: RunReport): string[] => {
  const head = attributes({ classname: `lagline.${run.scenario}`, name: verdict.name, time: seconds(0) });
  const result = resultOf(verdict);
  if (result === 'pass') return [`    <testcase ${head}/>`];
  return [
    `    <testcase ${head}>`,
    `      <${result} ${attributes({ type: verdict.outcome, message: verdict.text })}></${result}>`,
    '    </testcase>',
  ];
};

/** A rule takes no time of its own; the suite has the run's. */
const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${xmlText(String(value))}"`)
    .join(' ');
