import type { Outcome } from '../core/outcome.ts';
import type { KafkaGroupReport, ReportDocument, RunReport } from '../core/report-document.ts';
import type { Catalog } from './locales/catalog.ts';
import { joinParts, shown, type TextStyle } from './locales/fact-reader.ts';
import { mainGroup } from './main-group.ts';
import { outcomeMark } from './marks.ts';
import { inOneLine } from './plain-text.ts';
import { scenarioTitle } from './scenario-title.ts';
import { causeName, reasonText } from './wording.ts';

export type TerminalStyle = {
  /** Colour codes only where the terminal asked for them. */ readonly hasColour: boolean;
};

const mostLines = 30;
const shownRules = 4;
const inTerminal: TextStyle = { text: inOneLine, code: inOneLine };

/** One screen for people and CI logs: verdict, key figures, what did not pass; at most 30 lines, no line feed at the end. */
export const terminalSummary = (document: ReportDocument, catalog: Catalog, style: TerminalStyle): string => {
  const { terminal } = catalog;
  const isInvalid = document.runs.some(({ consistency }) => consistency.some(({ ok }) => !ok));
  const head = [
    `lagline ${verdictText(document.verdict, catalog, style)}`,
    ...(isInvalid ? [terminal.invalidReport] : []),
  ];
  const runs = document.runs.map((run) => runLines(run, catalog, style));
  const fitting = runs.map((lines) =>
    head.length + runs.flat().length <= mostLines ? lines : lines.slice(0, 1),
  );
  const lines = [...head, ...fitting.flat()];
  if (lines.length <= mostLines) return lines.join('\n');
  const kept = lines.slice(0, mostLines - 1);
  return [...kept, terminal.more(lines.length - kept.length)].join('\n');
};

const runLines = (run: RunReport, catalog: Catalog, style: TerminalStyle): string[] => {
  const group = mainGroup(run);
  const cause = run.verdict.outcome === 'pass' ? undefined : run.diagnosis[0];
  return [
    `${outcomeMark[run.verdict.outcome]} ${inOneLine(scenarioTitle(run, catalog))} — ${verdictText(run.verdict, catalog, style)}`,
    ...(run.reconstruction === null ? [`   ${loadLine(run, catalog)}`] : []),
    ...(group === undefined ? [] : [`   ${kafkaLine(group, catalog)}`]),
    ...(run.faults.length === 0 ? [] : [`   ${faultLine(run, catalog)}`]),
    ...ruleLines(run, catalog).map((line) => `   ${line}`),
    ...(cause === undefined
      ? []
      : [
          `   ${catalog.terminal.cause}: ${causeName(cause.cause, catalog, inTerminal)} (${catalog.formats.percent(cause.score * 100)})`,
        ]),
  ];
};

const loadLine = ({ load }: RunReport, { formats, terminal, notMeasured }: Catalog): string => {
  if (load === null) return `${terminal.load}: ${notMeasured}`;
  const failedShare =
    load.failedRequests === null || !load.requests ? null : (load.failedRequests / load.requests) * 100;
  return joinParts(
    [
      `${terminal.load} ${shown(load.requests, formats.count) ?? notMeasured}`,
      shown(load.requestsPerSecond, formats.perSecond),
      shown(failedShare, (share) => `${terminal.failed} ${formats.percent(share)}`),
      shown(load.httpReqDurationMs.p95, (ms) => `p95 ${formats.latency(ms)}`),
      shown(load.droppedIterations, (dropped) => `${terminal.dropped} ${formats.count(dropped)}`),
    ],
    ' · ',
  );
};

const kafkaLine = (group: KafkaGroupReport, { formats, terminal, notMeasured }: Catalog): string =>
  joinParts(
    [
      `Kafka ${inOneLine(group.group)}/${inOneLine(group.topic)}`,
      `${terminal.peakLag} ${shown(group.peakLagMessages, formats.count) ?? notMeasured}`,
      shown(group.peakTimeLag?.ms ?? null, (ms) => `${terminal.timeLag} ${formats.duration(ms)}`),
      shown(group.produceDurationMs, (ms) => `${terminal.produce} ${formats.duration(ms)}`),
      `${terminal.consume} ${
        shown(group.consumeDurationMs, formats.duration) ??
        joinParts([
          shown(group.consumeDurationLowMs, (ms) => terminal.atLeast(formats.duration(ms))) ?? notMeasured,
          shown(group.consumeDurationEstimateMs, (ms) => terminal.estimated(formats.duration(ms))),
        ])
      }`,
      shown(group.drain.ms, (ms) => `${terminal.drain} ${formats.duration(ms)}`),
    ],
    ' · ',
  );

const faultLine = ({ faults }: RunReport, { terminal }: Catalog): string =>
  `${terminal.faults}: ${faults
    .map(
      ({ fault, state }) =>
        `${state === 'not-applied' || state === 'not-removed' ? '⚠️ ' : ''}${inOneLine(fault)}`,
    )
    .join(', ')}`;

const ruleLines = ({ rules }: RunReport, catalog: Catalog): string[] => {
  const { terminal, formats } = catalog;
  const failed = rules
    .filter(({ outcome }) => outcome !== 'pass')
    .toSorted((left, right) => Number(left.level === 'warn') - Number(right.level === 'warn'));
  if (rules.length === 0) return [terminal.noRules];
  if (failed.length === 0) return [terminal.allRulesPassed(rules.length)];
  const lines = failed
    .slice(0, shownRules)
    .map(({ metric, expression, outcome, level, measured, unit, facts }) => {
      const reason =
        typeof facts['reason'] === 'string' ? reasonText(facts['reason'], catalog, inTerminal) : undefined;
      const low = facts['low'];
      const value =
        measured !== null
          ? formats.quantity(measured, unit)
          : typeof low === 'number'
            ? terminal.atLeast(formats.quantity(low, unit))
            : catalog.notMeasured;
      const rule = inOneLine(`${metric} ${expression}`);
      const weight = level === 'warn' ? ` (${catalog.warning})` : '';
      return `  ${catalog.outcome[outcome]}${weight}  ${rule} → ${joinParts([value, reason])}`;
    });
  const rest = failed.length - lines.length;
  return [`${terminal.rulesNotPassed}:`, ...lines, ...(rest > 0 ? [`  ${terminal.more(rest)}`] : [])];
};

const colours: Readonly<Record<Outcome, number>> = { pass: 32, fail: 31, 'no-data': 33, invalid: 33 };

const verdictText = (
  { outcome, exitCode }: { outcome: Outcome; exitCode: number },
  { outcome: words, terminal }: Catalog,
  { hasColour }: TerminalStyle,
): string => {
  const text = terminal.verdict(words[outcome], exitCode);
  return hasColour ? `\u001B[${colours[outcome]}m${text}\u001B[0m` : text;
};
