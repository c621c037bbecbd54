import type { EvaluationRow } from '../../../core/report-document.ts';
import type { RowWords, Tags } from '../catalog.ts';
import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import { drainStartOf } from '../drain-start.ts';
import { enDrainStart } from './drain-start.ts';
import { enFormats as format } from './formats.ts';
import { counted, judgedBy, sentence } from './row-parts.ts';

const many =
  (what: string) =>
  (value: number): string =>
    `${format.count(value)} ${what}`;

/** Evidence of the evaluation table; a missing value says why it is missing. */
export const enRows: Readonly<Record<EvaluationRow['id'], RowWords>> = {
  'success-rate': {
    label: 'Success rate',
    evidence: (facts, tags) =>
      sentence(facts, 'checks', [
        counted(facts, 'ratePercent', format.percent, tags.main),
        counted(facts, 'passes', many('passed'), tags.main),
        counted(facts, 'fails', many('failed'), tags.main),
        ...judgedBy(
          facts,
          shown(facts.number('defaultLimit'), (least) => `>= ${format.percent(least)}`),
        ),
      ]),
  },
  'response-time': {
    label: 'Response time',
    evidence: (facts, tags) =>
      sentence(facts, 'response time', [
        counted(facts, 'p95Ms', (ms) => `p95 ${format.latency(ms)}`, tags.main),
        [joinParts([facts.code('metric'), facts.code('limitExpression')], ' ')],
      ]),
  },
  throughput: {
    label: 'Requests per second',
    evidence: (facts, tags) =>
      sentence(facts, 'requests per second', [
        counted(facts, 'requestsPerSecond', (rate) => `requests ${format.perSecond(rate)}`, tags.main),
        counted(
          facts,
          'offeredPercent',
          (share) => `${format.percent(share)} of the planned iterations started`,
          tags.computed,
        ),
        ...judgedBy(
          facts,
          shown(facts.number('defaultLimit'), (least) => `>= ${format.percent(least)} of the plan started`),
        ),
      ]),
  },
  stability: {
    label: 'Stability',
    evidence: (facts, tags) =>
      sentence(facts, 'load', [
        [facts.flag('crashed') === true ? 'k6 did not end well' : undefined],
        counted(
          facts,
          'reachedPerSecond',
          (rate) =>
            joinParts([
              `iterations ${format.perSecond(rate)} reached`,
              shown(facts.number('targetPerSecond'), (target) => `target ${format.perSecond(target)}`),
            ]),
          tags.main,
        ),
        counted(facts, 'droppedIterations', many('dropped iterations'), tags.measured),
        facts.number('droppedIterations')
          ? counted(facts, 'plannedIterations', (value) => `of ${format.count(value)} planned`, tags.computed)
          : [undefined],
      ]),
  },
  'error-rate': {
    label: 'Error rate',
    evidence: (facts, tags) =>
      sentence(facts, 'failed requests', [
        counted(facts, 'ratePercent', format.percent, tags.main),
        counted(facts, 'failed', many('failed'), tags.main),
        counted(facts, 'requests', (value) => `of ${format.count(value)} requests`, tags.main),
        ...judgedBy(
          facts,
          shown(facts.number('defaultLimit'), (most) => format.percent(most)),
        ),
      ]),
  },
  concurrency: {
    label: 'Concurrency control',
    evidence: (facts, tags) =>
      sentence(facts, 'rows in the store', [
        counted(facts, 'stock', (value) => `stock ${format.count(value)}`, tags.main),
        counted(facts, 'persisted', many('stored'), tags.main),
        counted(facts, 'duplicates', many('duplicates'), tags.main),
        counted(facts, 'oversold', many('oversold'), tags.main),
        facts.number('pending') ? counted(facts, 'pending', many('waiting'), tags.main) : [undefined],
        [
          facts.flag('exercised') === false
            ? 'neither was the stock used up nor did anyone ask twice, so nothing was contended for'
            : undefined,
        ],
      ]),
  },
  'kafka-produce': {
    label: 'Kafka produce',
    evidence: (facts, tags) =>
      sentence(facts, 'produce duration', [
        counted(facts, 'producedMessages', many('messages'), tags.main),
        counted(facts, 'produceDurationMs', (ms) => `in ${format.duration(ms)}`, tags.main),
        counted(facts, 'ratePerSecond', (rate) => `${format.perSecond(rate)} on average`, tags.computed),
        counted(facts, 'accepted', many('accepted'), tags.measured),
        counted(facts, 'unknown', many('of unknown outcome'), tags.measured),
      ]),
  },
  'kafka-consume': { label: 'Kafka consume (drain)', evidence: consume },
  'completion-delay': {
    label: 'Completion delay',
    evidence: (facts, tags) =>
      sentence(facts, 'time from produced to consumed', [
        facts.number('p95Ms') === undefined
          ? counted(facts, 'p95LowMs', (ms) => `p95 at least ${format.duration(ms)}`, tags.main)
          : counted(facts, 'p95Ms', (ms) => `p95 ${format.duration(ms)}`, tags.main),
        counted(facts, 'maxMs', (ms) => `max ${format.duration(ms)}`, tags.main),
        facts.number('waiting') ? counted(facts, 'waiting', many('waiting'), tags.computed) : [undefined],
        ...judgedBy(
          facts,
          shown(facts.number('defaultLimitMs'), (most) => `p95 <= ${format.duration(most)}`),
        ),
      ]),
  },
};

function consume(facts: FactReader, tags: Tags): string {
  const isTimedOut = facts.id('state') === 'timed-out';
  return sentence(facts, 'end of consuming', [
    counted(facts, 'consumeDurationMs', (ms) => `all consumed in ${format.duration(ms)}`, tags.main),
    counted(
      facts,
      'drainMs',
      (ms) => `drained ${format.duration(ms)} after ${enDrainStart[drainStartOf(facts)]}`,
      tags.computed,
    ),
    counted(facts, 'ratio', (value) => `${format.number(value)} times as long as producing`, tags.computed),
    ...(isTimedOut
      ? [
          ['not done when watching ended'] as const,
          counted(facts, 'finalLagMessages', many('left'), tags.lag),
          counted(facts, 'consumeDurationLowMs', (ms) => `at least ${format.duration(ms)}`, tags.main),
          counted(facts, 'consumeDurationEstimateMs', (ms) => `about ${format.duration(ms)}`, tags.estimated),
        ]
      : []),
    ...judgedBy(
      facts,
      shown(facts.number('defaultLimit'), (most) => `<= ${format.number(most)} times the produce duration`),
    ),
  ]);
}
