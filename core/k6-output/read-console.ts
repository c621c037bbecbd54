import type {
  Ambiguity,
  K6Check,
  K6Metric,
  K6Summary,
  K6Threshold,
  PlannedScenario,
  ThresholdMark,
} from '../record/load-outcome.ts';
import { countedDuration } from './counted-duration.ts';
import { consoleLines } from './console-lines.ts';
import { readConsoleMetric } from './console-metric.ts';
import { readConsoleScenario } from './console-scenario.ts';
import { readConsoleValue } from './console-value.ts';

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
  /** What stands in the text and cannot be told for certain. */
  readonly ambiguous: readonly Ambiguity[];
};

export type { Ambiguity };

type CheckLine = { readonly name: string; counts: { passes: number; fails: number } | null };
type ThresholdLine = K6Threshold & { readonly measured: string };

type Found = {
  readonly metrics: Map<string, K6Metric>;
  readonly checks: CheckLine[];
  readonly thresholds: ThresholdLine[];
  readonly marks: { metric: string; ok: boolean }[];
  readonly ambiguous: Ambiguity[];
  readonly scenarios: PlannedScenario[];
  script: string | null;
  plannedVUs: number | null;
  showsDrops: boolean;
};

type Place = { section: 'whole' | 'thresholds' | 'part'; parent: string | undefined; tags: string };

/**
 * Reads the end-of-test summary of k6 0.4x, 1.x and 2.x from console text, wherever it was kept. Never throws; a text
 * without a summary has no metrics.
 */
export const readConsole = (text: string): K6Console => {
  const found: Found = {
    metrics: new Map(),
    checks: [],
    thresholds: [],
    marks: [],
    ambiguous: [],
    scenarios: [],
    script: null,
    plannedVUs: null,
    showsDrops: false,
  };
  const place: Place = { section: 'whole', parent: undefined, tags: '' };
  const lines = consoleLines(text);
  for (const [index, line] of lines.entries()) {
    if (index === lines.length - 1 && isCut(line)) markUnreadable(line, found);
    else readLine(line, place, found);
  }
  found.showsDrops = showsDrops(lines);
  joinCheckCounts(found.metrics);
  const metrics = Object.fromEntries(found.metrics);
  return {
    summary: {
      metrics,
      checks: checksOf(found),
      thresholds: found.thresholds.map((row) => placed(row, found)),
    },
    scenarios: found.scenarios,
    script: found.script,
    plannedVUs: found.plannedVUs,
    durationMs: countedDuration(metrics),
    showsDrops: found.showsDrops,
    marks: found.marks,
    ambiguous: found.ambiguous,
  };
};

/** Of a last line that does not end (the text would have an empty one behind it): only a rate per second has an end of its own. */
const isCut = (line: string): boolean => metricNameOf(line) !== undefined && !line.endsWith('/s');

const markUnreadable = (line: string, { ambiguous }: Found): void => {
  ambiguous.push({ id: 'unreadable', metric: metricNameOf(line) ?? '', text: line.trim() });
};

/** k6 0.x prints the metrics in alphabetical order; in later versions dropped iterations come first in their section. */
const showsDrops = (lines: readonly string[]): boolean =>
  lines.some((line, index) => {
    const [name, next] = [line, lines[index + 1] ?? ''].map(metricNameOf);
    if (name === 'dropped_iterations') return true;
    if (/^\s*EXECUTION\s*$/.test(line)) return next === 'iteration_duration';
    return next !== undefined && name === 'data_sent' && next > 'dropped_iterations';
  });

const metricNameOf = (line: string): string | undefined => /^\W*([A-Za-z_]\w*)\.{2,}:/.exec(line)?.[1];

const readLine = (line: string, place: Place, found: Found): void => {
  const title = /^\s*█ (.+?)\s*$/.exec(line)?.[1];
  if (title !== undefined) {
    place.section = sectionOf(title);
    place.parent = undefined;
    place.tags = '';
    return;
  }
  if (place.section === 'thresholds') readThreshold(line, place, found);
  else if (!readMetric(line, place, found)) readCheck(line, found);
  readHeader(line, found);
};

/** The groups of k6 0.x hold checks alone; those of later versions repeat metrics for a part of the run. */
const sectionOf = (title: string): Place['section'] => {
  if (title === 'THRESHOLDS') return 'thresholds';
  return /^(?:GROUP|SCENARIO): /.test(title) ? 'part' : 'whole';
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
  if (place.section === 'part') return true;
  const isSubmetric = read.label.startsWith('{');
  if (!isSubmetric) place.parent = read.label;
  const tags = read.label.replace(/^\{\s*/, '{').replace(/\s*\}$/, '}');
  const name = isSubmetric ? `${place.parent ?? ''}${tags}` : read.label;
  if (read.metric !== null) found.metrics.set(name, read.metric);
  if (read.mark !== null) found.marks.push({ metric: name, ok: read.mark });
  for (const text of read.unread) found.ambiguous.push({ id: 'unreadable', metric: name, text });
  return true;
};

const readCheck = (line: string, found: Found): void => {
  const counts = /^\s*↳\s+\d+% — ✓ (\d+) \/ ✗ (\d+)\s*$/.exec(line);
  const last = found.checks.at(-1);
  if (counts && last !== undefined) last.counts = { passes: Number(counts[1]), fails: Number(counts[2]) };
  const name = /^\s+[✓✗] (.+?)\s*$/.exec(line)?.[1];
  if (name !== undefined) found.checks.push({ name, counts: null });
};

/** k6 1.x gives the two halves of `checks` as metrics of their own. */
const joinCheckCounts = (metrics: Map<string, K6Metric>): void => {
  const succeeded = metrics.get('checks_succeeded');
  if (succeeded?.type === 'rate') metrics.set('checks', succeeded);
  for (const part of ['checks_total', 'checks_succeeded', 'checks_failed']) metrics.delete(part);
};

/** A check that always passed has no counts of its own; where it is the only such, they are what the others leave. */
const checksOf = ({ checks, metrics, ambiguous }: Found): K6Check[] => {
  const total = metrics.get('checks');
  const uncounted = checks.filter(({ counts }) => counts === null);
  const counted = checks.flatMap(({ name, counts }) => (counts === null ? [] : [{ name, ...counts }]));
  const [only] = uncounted;
  const left =
    total?.type === 'rate' ? total.passes - counted.reduce((sum, { passes }) => sum + passes, 0) : -1;
  if (uncounted.length === 1 && only !== undefined && left >= 0) only.counts = { passes: left, fails: 0 };
  else for (const { name } of uncounted) ambiguous.push({ id: 'check-counts', metric: 'checks', text: name });
  return checks.flatMap(({ name, counts }) => (counts === null ? [] : [{ name, ...counts }]));
};

/**
 * A line with a metric's name may be lost from a copied text, so that its thresholds stand under the one before. The
 * figure beside it names the metric again where exactly one trend has it.
 */
const placed = ({ measured, ...threshold }: ThresholdLine, { metrics, ambiguous }: Found): K6Threshold => {
  const statistic = /^(avg|min|med|max|p\([\d.]+\))/.exec(threshold.expression)?.[1];
  const own = metrics.get(threshold.metric);
  if (statistic === undefined || own === undefined || own.type === 'trend' || own.type === 'gauge')
    return threshold;
  const value = readConsoleValue(measured.split('=')[1] ?? '')?.value;
  const alike = [...metrics].filter(
    ([, metric]) => metric.type === 'trend' && value !== undefined && metric.values[statistic] === value,
  );
  ambiguous.push({ id: 'threshold-metric', metric: threshold.metric, text: threshold.expression });
  const [only] = alike;
  return alike.length === 1 && only !== undefined ? { ...threshold, metric: only[0] } : threshold;
};
