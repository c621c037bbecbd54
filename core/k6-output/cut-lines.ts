import { columnsOf, type ConsoleLine } from './console-line.ts';
import { readConsoleMetric, type ConsoleMetric } from './console-metric.ts';

/**
 * Marks as doubtful what may have been cut at the right, as `cut -c` and pagers do. Of a time or a rate per second it shows,
 * for they end in a unit; a number looks whole. Where the text shows anywhere that it was cut, each metric that reaches as far
 * as any and ends in a number is doubtful. A text whose only trace is the last number of a trend without a unit shows nothing.
 */
export const markCut = (lines: readonly ConsoleLine[]): ConsoleLine[] => {
  const read = new Map(
    lines.flatMap((line) => {
      const metric = readConsoleMetric(line.text);
      return metric === undefined ? [] : [[line, metric] as const];
    }),
  );
  const farthest = measures.map((measure) =>
    [...read.keys()].reduce((most, { text }) => Math.max(most, measure(text)), 0),
  );
  const reachesEdge = ({ text }: ConsoleLine): boolean =>
    measures.some((measure, index) => measure(text) === farthest[index]);
  const trends = [...read.values()].flatMap((each) =>
    each.metric?.type === 'trend' ? [Object.keys(each.metric.values)] : [],
  );
  const isCut =
    [...read].some(([line, each]) => reachesEdge(line) && showsCut(each)) ||
    trends.some((names) => names.length !== trends[0]?.length) ||
    trends.some(isBeginningOfUsual);
  const isDoubtful = (line: ConsoleLine): boolean =>
    line.isDoubtful || (isCut && read.has(line) && reachesEdge(line) && /[\d.]$/.test(line.text));
  return lines.map((line) => ({ ...line, isDoubtful: isDoubtful(line) }));
};

const showsCut = ({ metric, unread }: ConsoleMetric): boolean => metric === null || unread.length > 0;

/** What k6 shows of a trend unless it is told otherwise, in its order. */
const usual = ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'];

const isBeginningOfUsual = (names: readonly string[]): boolean =>
  names.length < usual.length && names.every((name, index) => name === usual[index]);

/** A terminal cuts by columns, `cut -c` by bytes. */
const measures = [columnsOf, (text: string): number => Buffer.byteLength(text)];
