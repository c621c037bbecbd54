import type { EvaluationRow } from '../../../core/report-document.ts';
import type { RowWords, Tags } from '../catalog.ts';
import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import { wordingOf } from '../known-ids.ts';
import { enFormats as format } from './formats.ts';
import { enReasons, enUnknownReason } from './reasons.ts';

/** Evidence of the evaluation table; a missing value says why it is missing. */
export const enRows: Readonly<Record<EvaluationRow['id'], RowWords>> = {
  'success-rate': {
    label: 'Success rate',
    evidence: (facts, tags) =>
      sentence(facts, 'checks', [
        tagged(facts.number('ratePercent'), format.percent, tags.main),
        shown(facts.number('passes'), (value) => `${format.count(value)} passed`),
        shown(facts.number('fails'), (value) => `${format.count(value)} failed`),
        rule(facts, 'ruleExpression'),
      ]),
  },
  'response-time': {
    label: 'Response time',
    evidence: (facts, tags) =>
      sentence(facts, 'response time', [
        tagged(facts.number('p95Ms'), (ms) => `p95 ${format.latency(ms)}`, tags.main),
        joinParts([facts.code('metric'), facts.code('limitExpression')], ' '),
      ]),
  },
  throughput: {
    label: 'Requests per second',
    evidence: (facts, tags) =>
      sentence(facts, 'requests per second', [
        tagged(facts.number('requestsPerSecond'), format.perSecond, tags.main),
        shown(facts.number('targetPerSecond'), (target) => `target ${format.perSecond(target)}`),
        rule(facts, 'minimumExpression'),
      ]),
  },
  stability: {
    label: 'Stability',
    evidence: (facts, tags) =>
      sentence(facts, 'load', [
        facts.flag('crashed') === true ? 'k6 did not end well' : undefined,
        tagged(facts.number('reachedPerSecond'), (rate) => `reached ${format.perSecond(rate)}`, tags.main),
        shown(facts.number('targetPerSecond'), (target) => `target ${format.perSecond(target)}`),
        shown(facts.number('droppedIterations'), (value) => `${format.count(value)} dropped iterations`),
        shown(facts.number('plannedIterations'), (value) => `of ${format.count(value)} planned`),
      ]),
  },
  'error-rate': {
    label: 'Error rate',
    evidence: (facts, tags) =>
      sentence(facts, 'failed requests', [
        tagged(facts.number('ratePercent'), format.percent, tags.main),
        shown(facts.number('failed'), (value) => `${format.count(value)} failed`),
        shown(facts.number('requests'), (value) => `of ${format.count(value)} requests`),
        rule(facts, 'ruleExpression'),
      ]),
  },
  concurrency: {
    label: 'Concurrency control',
    evidence: (facts, tags) =>
      sentence(facts, 'rows in the store', [
        shown(facts.number('stock'), (value) => `stock ${format.count(value)}`),
        tagged(facts.number('persisted'), (value) => `${format.count(value)} stored`, tags.main),
        shown(facts.number('duplicates'), (value) => `${format.count(value)} duplicates`),
        shown(facts.number('oversold'), (value) => `${format.count(value)} oversold`),
      ]),
  },
  'kafka-produce': {
    label: 'Kafka produce',
    evidence: (facts, tags) =>
      sentence(facts, 'produce duration', [
        shown(facts.number('producedMessages'), (value) => `${format.count(value)} messages`),
        tagged(facts.number('produceDurationMs'), (ms) => `in ${format.duration(ms)}`, tags.main),
        tagged(facts.number('ratePerSecond'), format.perSecond, tags.computed),
      ]),
  },
  'kafka-consume': { label: 'Kafka consume (drain)', evidence: consume },
  'completion-delay': {
    label: 'Completion delay',
    evidence: (facts, tags) =>
      sentence(facts, 'time from produced to consumed', [
        tagged(facts.number('p95Ms'), (ms) => `p95 ${format.duration(ms)}`, tags.main) ??
          tagged(facts.number('p95LowMs'), (ms) => `p95 at least ${format.duration(ms)}`, tags.main),
        shown(facts.number('maxMs'), (ms) => `max ${format.duration(ms)}`),
        shown(facts.number('waiting'), (value) => `${format.count(value)} waiting`),
      ]),
  },
};

function consume(facts: FactReader, tags: Tags): string {
  const isTimedOut = facts.id('state') === 'timed-out';
  return sentence(facts, 'end of consuming', [
    tagged(facts.number('consumeDurationMs'), (ms) => `all consumed in ${format.duration(ms)}`, tags.main),
    shown(facts.number('drainMs'), (ms) => `drained ${format.duration(ms)} after the load`),
    isTimedOut ? 'not done when watching ended' : undefined,
    isTimedOut
      ? shown(facts.number('finalLagMessages'), (value) => `${format.count(value)} left`)
      : undefined,
    isTimedOut
      ? tagged(facts.number('consumeDurationLowMs'), (ms) => `at least ${format.duration(ms)}`, tags.main)
      : undefined,
    isTimedOut
      ? tagged(
          facts.number('consumeDurationEstimateMs'),
          (ms) => `about ${format.duration(ms)}`,
          tags.estimated,
        )
      : undefined,
  ]);
}

const sentence = (facts: FactReader, subject: string, parts: readonly (string | undefined)[]): string => {
  const found = joinParts(parts);
  const id = facts.id('reason');
  const reason =
    id === undefined ? undefined : (wordingOf(enReasons, id) ?? enUnknownReason(facts.text('reason') ?? ''));
  return joinParts([found === '' ? `${subject}: not measured` : found, reason], ' — ');
};

const tagged = (
  value: number | undefined,
  write: (value: number) => string,
  tag: string,
): string | undefined => shown(value, (known) => `${write(known)} ${tag}`);

const rule = (facts: FactReader, key: string): string | undefined => {
  const expression = facts.code(key);
  return expression === undefined ? undefined : `rule ${expression}`;
};
