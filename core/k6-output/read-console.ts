import { interruptedIterations } from '../load/interrupted-iterations.ts';
import type {
  Ambiguity,
  K6Metric,
  K6Summary,
  K6Threshold,
  PlannedScenario,
  ThresholdMark,
} from '../record/load-outcome.ts';
import { completeCheckCounts, type CheckLine, type PartOfChecks } from './check-counts.ts';
import { countedDuration } from './counted-duration.ts';
import { consoleLines } from './console-lines.ts';
import { readConsoleMetric } from './console-metric.ts';
import { readConsoleScenario } from './console-scenario.ts';
import { readConsoleValue, type ConsoleValue } from './console-value.ts';

/** What one run of k6 printed at its end. */
export type K6Console = {
  readonly summary: K6Summary;
  readonly scenarios: readonly PlannedScenario[];
  /** File of the script as k6's header names it; null where the header is missing. */
  readonly script: string | null;
  /** Greatest number of VUs of the whole plan, from the header. */
  readonly plannedVUs: number | null;
  /** How long k6 counted: from a total and its rate; null where the text has none. */
  readonly durationMs: number | null;
  /**
   * Metrics that k6 0.x marked as holding their thresholds or not; it prints neither the expressions nor how many there
   * are.
   */
  readonly marks: readonly ThresholdMark[];
  /**
   * Whether the text would show dropped iterations, had there been any: the line before which k6 prints them follows on the
   * one that comes before them, so that none was lost between.
   */
  readonly showsDrops: boolean;
  /** Iterations that the end of the run cut short, from the last line of progress; null without one. */
  readonly interruptedIterations: number | null;
  /** What stands in the text and cannot be told for certain. */
  readonly ambiguous: readonly Ambiguity[];
};

export type { Ambiguity };

type ThresholdLine = K6Threshold & { readonly measured: string };

type Found = {
  readonly metrics: Map<string, K6Metric>;
  readonly checks: CheckLine[];
  readonly parts: (readonly Part[])[];
  readonly thresholds: ThresholdLine[];
  readonly marks: { metric: string; ok: boolean }[];
  readonly ambiguous: Ambiguity[];
  readonly scenarios: PlannedScenario[];
  script: string | null;
  plannedVUs: number | null;
  showsDrops: boolean;
};

/** A scenario, or a group, of which `--summary-mode=full` repeats the metrics; its tag as a submetric of it would have it. */
type Part = {
  readonly indent: number;
  readonly kind: PartOfChecks['kind'];
  readonly tag: string;
  readonly checks: CheckLine[];
};

/** `parts`: those within each other that a line stands in, the innermost last. */
type Place = {
  section: 'whole' | 'thresholds';
  parts: readonly Part[];
  parent: string | undefined;
  tags: string;
};

/**
 * Reads the end-of-test summary of k6 0.4x, 1.x and 2.x from console text, wherever it was kept. Never throws; a text
 * without a summary has no metrics.
 */
export const readConsole = (text: string): K6Console => {
  const found: Found = {
    metrics: new Map(),
    checks: [],
    parts: [],
    thresholds: [],
    marks: [],
    ambiguous: [],
    scenarios: [],
    script: null,
    plannedVUs: null,
    showsDrops: false,
  };
  const place: Place = { section: 'whole', parts: [], parent: undefined, tags: '' };
  const written = consoleLines(text);
  const lines = written.map((line) => line.text);
  const doubtful = new Set(written.flatMap(({ isDoubtful }, index) => (isDoubtful ? [index] : [])));
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    if (doubtful.has(index) || (isLast && isCut(line))) markUnreadable(line, place, found);
    else readLine(line, place, found);
  }
  found.showsDrops =
    showsDrops(lines) && !found.ambiguous.some(({ metric }) => metric === 'dropped_iterations');
  joinCheckCounts(found.metrics);
  const thresholds = found.thresholds.map((row) => placed(row, found));
  const { checks, ambiguous } = checksOf(found);
  const metrics = Object.fromEntries(found.metrics);
  return {
    summary: { metrics, checks, thresholds },
    scenarios: found.scenarios,
    script: found.script,
    plannedVUs: found.plannedVUs,
    durationMs: countedDuration(metrics),
    showsDrops: found.showsDrops,
    interruptedIterations: interruptedIterations(lines.join('\n')) ?? null,
    marks: found.marks,
    ambiguous: [...found.ambiguous, ...ambiguous],
  };
};

/** Of a last line that does not end (the text would have an empty one behind it): only a rate per second has an end of its own. */
const isCut = (line: string): boolean => metricNameOf(line) !== undefined && !line.endsWith('/s');

const markUnreadable = (line: string, place: Place, { ambiguous }: Found): void => {
  const own = metricNameOf(line);
  if (own !== undefined) place.parent = own;
  ambiguous.push({ id: 'unreadable', metric: place.parent ?? '', text: line.trim() });
};

/** k6 0.x prints the metrics in alphabetical order; in later versions dropped iterations come first in their section. */
const showsDrops = (lines: readonly string[]): boolean =>
  linesOfWhole(lines).some((line, index, whole) => {
    const [name, next] = [line, whole[index + 1] ?? ''].map(metricNameOf);
    if (name === 'dropped_iterations') return true;
    if (/^\s*EXECUTION\s*$/.test(line)) return next === 'iteration_duration';
    return next !== undefined && name === 'data_sent' && next > 'dropped_iterations';
  });

const linesOfWhole = (lines: readonly string[]): readonly string[] => {
  const end = lines.findIndex((line) => /^\s*█ (?:GROUP|SCENARIO): /.test(line));
  return end < 0 ? lines : lines.slice(0, end);
};

const metricNameOf = (line: string): string | undefined => /^\W*([A-Za-z_]\w*)\.{2,}:/.exec(line)?.[1];

const readLine = (line: string, place: Place, found: Found): void => {
  const [, indent, title] = /^(\s*)(?:█|↳(?= (?:GROUP|SCENARIO): )) (.+?)\s*$/.exec(line) ?? [];
  if (indent !== undefined && title !== undefined) {
    place.section = title === 'THRESHOLDS' ? 'thresholds' : 'whole';
    place.parts = partsOf(title, indent.length, place.parts);
    if (place.parts.length > 0) found.parts.push(place.parts);
    place.parent = undefined;
    place.tags = '';
    return;
  }
  if (place.section === 'thresholds') readThreshold(line, place, found);
  else if (!readMetric(line, place, found)) readCheck(line, place.parts.at(-1)?.checks ?? found.checks);
  readHeader(line, found);
};

/** The groups of k6 0.x hold checks alone, and are no parts; those of later versions repeat metrics. */
const partsOf = (title: string, indent: number, before: readonly Part[]): Part[] => {
  const outer = before.filter((part) => part.indent < indent);
  const [, kind, name] = /^(GROUP|SCENARIO): (.*)$/.exec(title) ?? [];
  if (kind === undefined || name === undefined) return [];
  const part = { indent, checks: [] };
  if (kind === 'SCENARIO') return [...outer, { ...part, kind: 'scenario', tag: `scenario:${name}` }];
  const group = outer.findLast((each) => each.kind === 'group')?.tag ?? 'group:';
  return [...outer, { ...part, kind: 'group', tag: `${group}::${name}` }];
};

/** `{group:::buy::pay,scenario:peak}`; empty outside of parts. */
const tagsOf = (parts: readonly Part[], own: string): string => {
  const group = parts.findLast(({ kind }) => kind === 'group')?.tag;
  const scenario = parts.findLast(({ kind }) => kind === 'scenario')?.tag;
  const tags = [group, scenario, own].filter((each) => each !== undefined && each !== '');
  return tags.length === 0 ? '' : `{${tags.join(',')}}`;
};

const readHeader = (line: string, found: Found): void => {
  const scenario = readConsoleScenario(line);
  if (scenario !== undefined) found.scenarios.push(scenario);
  found.script ??= /^\s*script: (.+?)\s*$/.exec(line)?.[1] ?? null;
  const vus = /\bscenarios: \([\d.]+%\) .*?(\d+) max VUs\b/.exec(line)?.[1];
  if (vus !== undefined) found.plannedVUs = Number(vus);
};

const readThreshold = (line: string, place: Place, found: Found): void => {
  const [, mark, expression, measured = ''] = /^\s*([✓✗]) '(.+)'\s*(.*)$/.exec(line) ?? [];
  if (expression === undefined) {
    const [, metric, tags] = /^\s+(?:([A-Za-z_]\w*(?:\{.*\})?)|(\{.*\}))\s*$/.exec(line) ?? [];
    if (metric !== undefined) place.parent = metric;
    // A submetric stands under its metric where that has thresholds of its own.
    if (metric !== undefined || tags !== undefined) place.tags = tags ?? '';
  } else if (place.parent !== undefined)
    found.thresholds.push({
      metric: place.parent + place.tags,
      expression,
      ok: mark === '✓',
      measured: measured.trim(),
    });
};

const readMetric = (line: string, place: Place, found: Found): boolean => {
  const read = readConsoleMetric(line);
  if (read === undefined) return false;
  const isSubmetric = read.label.startsWith('{');
  if (!isSubmetric) place.parent = read.label;
  const own = isSubmetric ? read.label.slice(1, -1).trim() : '';
  const name = `${isSubmetric ? (place.parent ?? '') : read.label}${tagsOf(place.parts, own)}`;
  if (read.metric !== null) found.metrics.set(name, read.metric);
  if (read.mark !== null) found.marks.push({ metric: name, ok: read.mark });
  for (const text of read.unread) found.ambiguous.push({ id: 'unreadable', metric: name, text });
  return true;
};

const readCheck = (line: string, checks: CheckLine[]): void => {
  const [, percent, ...counted] = /^\s*↳\s+(\d+)% — ✓ (\d+) \/ ✗ (\d+)\s*$/.exec(line) ?? [];
  const [passes = 0, fails = 0] = counted.map(Number);
  const last = checks.at(-1);
  // k6 cuts the share; another one than that of the counts tells that they were cut.
  const isWhole = Math.floor((100 * passes) / (passes + fails)) === Number(percent);
  if (percent !== undefined && isWhole && last !== undefined) last.counts = { passes, fails };
  const name = /^\s+[✓✗] (.+?)\s*$/.exec(line)?.[1];
  if (name !== undefined) checks.push({ name, counts: null });
};

/** k6 1.x gives the two halves of `checks` as metrics of their own. */
const joinCheckCounts = (metrics: Map<string, K6Metric>): void => {
  for (const [name, metric] of metrics) {
    const [, part, tags = ''] = /^checks_(total|succeeded|failed)(\{.*\})?$/.exec(name) ?? [];
    if (part === undefined) continue;
    metrics.delete(name);
    if (part === 'succeeded') metrics.set(`checks${tags}`, metric);
  }
};

const checksOf = ({ checks, parts, metrics }: Found): ReturnType<typeof completeCheckCounts> =>
  completeCheckCounts(
    checks,
    metrics.get('checks'),
    parts.flatMap((within) => {
      const total = metrics.get(`checks${tagsOf(within, '')}`);
      const counts = total?.type === 'rate' ? total : undefined;
      return within.slice(-1).map(({ kind, checks: lines }) => ({ kind, lines, total: counts }));
    }),
  );

/**
 * A line with a metric's name may be lost from a copied text, so that its thresholds stand under the one before. The
 * figure beside it names the metric again where exactly one trend has it. A statistic that stands nowhere else is taken
 * from beside its threshold.
 */
const placed = ({ measured, ...threshold }: ThresholdLine, { metrics, ambiguous }: Found): K6Threshold => {
  const statistic = /^(avg|min|med|max|p\([\d.]+\))/.exec(threshold.expression)?.[1];
  const read = readConsoleValue(measured.split('=')[1] ?? '');
  const own = metrics.get(threshold.metric);
  if (statistic === undefined || own === undefined) return threshold;
  if (own.type === 'trend' && (read === undefined || isOf(own, statistic, read))) {
    if (read !== undefined)
      metrics.set(threshold.metric, { ...own, values: { ...own.values, [statistic]: read.value } });
    return threshold;
  }
  const alike = [...metrics].filter(
    ([, metric]) => metric.type === 'trend' && read !== undefined && metric.values[statistic] === read.value,
  );
  ambiguous.push({ id: 'threshold-metric', metric: threshold.metric, text: threshold.expression });
  const [only] = alike;
  return alike.length === 1 && only !== undefined ? { ...threshold, metric: only[0] } : threshold;
};

type Trend = Extract<K6Metric, { type: 'trend' }>;

/** Whether a figure may be that statistic of a trend: the one that its line has, or else one between its least and its greatest. */
const isOf = (
  { values, contains }: Trend,
  statistic: string,
  { value, contains: unit }: ConsoleValue,
): boolean => {
  const known = values[statistic];
  if (known !== undefined) return known === value;
  const isBetween = value >= (values['min'] ?? value) && value <= (values['max'] ?? value);
  return isBetween && (unit === 'time') === (contains === 'time');
};
