import { containsOf } from '../load/trend-content.ts';
import type { K6Metric } from '../record/load-outcome.ts';
import { readConsoleValue, type ConsoleValue } from './console-value.ts';

export type ConsoleMetric = {
  /** As it stands in the line: a metric's name, or the tags of a submetric of the metric before. */
  readonly label: string;
  /** k6 0.x marks a metric whose thresholds all held, or of which one did not. */
  readonly mark: boolean | null;
  /** null: none of its figures could be read. */
  readonly metric: K6Metric | null;
  /** Figures that stand there and cannot be read, as written. */
  readonly unread: readonly string[];
};

const line = /^\s*(?:([✓✗])\s+)?([A-Za-z_]\w*(?:\{[^}]*\})?|\{ ?.*? ?\})\.{2,}:\s*(.*)$/;

/** A line of the summary such as `http_reqs....: 24 182.3/s`; undefined for any other line. */
export const readConsoleMetric = (text: string): ConsoleMetric | undefined => {
  const [, mark, label, figures] = line.exec(text) ?? [];
  if (label === undefined || figures === undefined) return undefined;
  const { metric, unread } = readFigures(label, figures.trim());
  return { label: label.trim(), mark: mark === undefined ? null : mark === '✓', metric, unread };
};

type Figures = { readonly metric: K6Metric | null; readonly unread: readonly string[] };

const readFigures = (label: string, text: string): Figures => {
  const marked = /^([\d.]+)%\s+✓ (\d+)\s+✗ (\d+)$/.exec(text);
  if (marked) return rate(marked[1], Number(marked[2]), Number(marked[3]));
  const outOf = /^([\d.]+)%\s+(\d+) out of (\d+)$/.exec(text);
  if (outOf) return rate(outOf[1], Number(outOf[2]), Number(outOf[3]) - Number(outOf[2]));
  const counter = /^(\S+(?: [kMGTP]?B)?)\s+(\S+(?: [kMGTP]?B)?)\/s$/.exec(text);
  if (counter) {
    const [count, perSecond] = [counter[1], counter[2]].map((part) => readConsoleValue(part ?? '')?.value);
    if (count === undefined) return { metric: null, unread: [text] };
    return { metric: { type: 'counter', count, rate: perSecond ?? null }, unread: unreadOf(perSecond, text) };
  }
  const gauge = /^(\S+(?: [kMGTP]?B)?)\s+min=(\S+(?: [kMGTP]?B)?)\s+max=(\S+(?: [kMGTP]?B)?)$/.exec(text);
  if (gauge) {
    const [value, min, max] = gauge.slice(1).map((part) => readConsoleValue(part)?.value);
    if (value === undefined) return { metric: null, unread: [text] };
    return { metric: { type: 'gauge', value, min: min ?? null, max: max ?? null }, unread: [] };
  }
  return trend(label, text);
};

const unreadOf = (value: number | undefined, text: string): string[] => (value === undefined ? [text] : []);

/** Of the counts and the share, the counts are exact; the share has two decimals, and tells of counts that were cut. */
const rate = (percent: string | undefined, passes: number, fails: number): Figures => {
  const total = passes + fails;
  const share = total === 0 ? 0 : passes / total;
  if (fails < 0 || Math.abs(share * 100 - Number(percent)) > 0.0101)
    return { metric: null, unread: [`${percent}% ${passes} out of ${total}`] };
  return { metric: { type: 'rate', passes, fails, rate: share }, unread: [] };
};

const statistic = /([a-z]+(?:\([\d.]+\))?)=(\S+(?: [kMGTP]?B(?=\s|$))?)/g;

const trend = (label: string, text: string): Figures => {
  const values: Record<string, number> = {};
  const unread: string[] = [];
  const read = new Map<string, { readonly written: string; readonly value: ConsoleValue }>();
  for (const [, name = '', written = ''] of text.matchAll(statistic)) {
    const value = readConsoleValue(written);
    if (value === undefined) unread.push(`${name}=${written}`);
    else read.set(name, { written, value });
  }
  const rest = text.replaceAll(statistic, '').trim();
  // What was cut at the end may be the beginning of one more; anything else is no trend.
  if (rest !== '' && !(/^[a-z]+(?:\([\d.]*\)?)?=?$/.test(rest) && text.endsWith(rest)))
    return { metric: null, unread: [text] };
  if (rest !== '') unread.push(rest);
  const contains =
    [...read.values()].map(({ value }) => value.contains).find((each) => each !== 'default') ??
    containsOf(label);
  for (const [name, { written, value }] of read) {
    // k6 writes the unit of every time, also of 0: without one, the figure was cut.
    if (contains === 'time' && value.contains === 'default' && name !== 'count')
      unread.push(`${name}=${written}`);
    else values[name] = value.value;
  }
  const isKnown = Object.keys(values).length > 0;
  return {
    metric: isKnown ? { type: 'trend', values, contains } : null,
    unread: isKnown || unread.length > 0 ? unread : [text],
  };
};
