import type { CheckId } from './known-ids.ts';
import { drainStartOf, type DrainStart } from './drain-start.ts';
import { joinParts, shown, type FactReader } from './fact-reader.ts';
import type { Formats } from './formats.ts';

/** What each figure of a check is called. */
export type CheckFigureWords = {
  readonly series: string;
  readonly outOfOrder: string;
  /** Responses by the key of the report they are stored under. */
  readonly trends: Readonly<Record<string, string>>;
  readonly min: string;
  readonly med: string;
  readonly avg: string;
  readonly max: string;
  readonly checksSum: string;
  readonly checksTotal: string;
  readonly failed: string;
  readonly requests: string;
  readonly iterations: string;
  readonly dropped: string;
  readonly planned: string;
  readonly tolerance: string;
  readonly timeline: string;
  readonly summary: string;
  /** Requests of the summary that the timeline lacks. */
  readonly missing: string;
  /** Seconds that the timeline tells only together with later ones. */
  readonly untoldSeconds: string;
  readonly partitionsSum: string;
  readonly total: string;
  readonly drainFrom: (start: DrainStart) => string;
  readonly runDuration: string;
  readonly stock: string;
  readonly persisted: string;
  readonly oversold: string;
  readonly accepted: string;
};

/** The figures that each check held against each other, with their names; those that are missing leave no trace. */
export const checkFiguresIn = (
  words: CheckFigureWords,
  format: Formats,
): Readonly<Record<CheckId, (facts: FactReader) => string>> => {
  type Kind = 'count' | 'messages' | 'latency' | 'duration';
  const figure = (facts: FactReader, kind: Kind, key: string, name: string): string | undefined =>
    shown(facts.number(key), (value) => `${name} ${format[kind](value)}`);
  /** Facts by their key, each with its name, one after the other. */
  const listed =
    (kind: Kind, names: Readonly<Record<string, string>>) =>
    (facts: FactReader): string =>
      joinParts(Object.entries(names).map(([key, name]) => figure(facts, kind, key, name)));
  const { min, med, avg, max } = words;
  const responses = listed('latency', { min, med, avg, p90: 'p90', p95: 'p95', p99: 'p99', max });
  const partitions = listed('messages', { parts: words.partitionsSum, total: words.total });
  return {
    'times-ascending': listed('count', { series: words.series, broken: words.outOfOrder }),
    'percentiles-ordered': (facts) => {
      const name = words.trends[facts.id('metric') ?? ''] ?? facts.code('metric');
      return joinParts([name, responses(facts)], ': ');
    },
    'checks-add-up': listed('messages', { sum: words.checksSum, total: words.checksTotal }),
    'failed-within-requests': listed('messages', { failed: words.failed, requests: words.requests }),
    'iterations-add-up': listed('messages', {
      iterations: words.iterations,
      dropped: words.dropped,
      planned: words.planned,
      tolerance: words.tolerance,
    }),
    'timeline-equals-summary': (facts) =>
      joinParts([
        listed('messages', { timeline: words.timeline, summary: words.summary, missing: words.missing })(
          facts,
        ),
        figure(facts, 'count', 'untoldSeconds', words.untoldSeconds),
      ]),
    'partitions-add-up': (facts) => joinParts([groupName(facts), partitions(facts)]),
    'drain-inside-run': (facts) => {
      const low = figure(facts, 'duration', 'lowMs', words.drainFrom(drainStartOf(facts)));
      const drain = joinParts([low, shown(facts.number('highMs'), format.duration)], ' ~ ');
      return joinParts([groupName(facts), drain, figure(facts, 'duration', 'durationMs', words.runDuration)]);
    },
    'oversold-follows-from-rows': listed('messages', {
      stock: words.stock,
      persisted: words.persisted,
      oversold: words.oversold,
      accepted: words.accepted,
    }),
  };
};

const groupName = (facts: FactReader): string | undefined =>
  joinParts([facts.code('group'), facts.code('topic')], '/');
