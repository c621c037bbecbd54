import type { EvaluationRow } from '../../../core/report-document.ts';
import type { RowWords, Tags } from '../catalog.ts';
import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import { koFormats as format } from './formats.ts';
import { counts, criterion, figure, limit, missing, pair, ratioOf, reasonText, share } from './row-parts.ts';

/** Evidence of the evaluation table; a missing value says why it is missing. */
export const koRows: Readonly<Record<EvaluationRow['id'], RowWords>> = {
  'success-rate': {
    label: '성공률',
    evidence: (facts, tags) =>
      figure(facts, facts.number('ratePercent'), '응답 검사(check) 결과', (rate) => [
        `${format.percent(rate)} ${tags.main}`,
        pair(facts, ['passes', '성공'], ['fails', '실패']),
        criterion(facts, 'ruleExpression') ??
          shown(facts.number('defaultLimit'), (least) => `기본 기준 ${format.percent(least)} 이상`),
      ]),
  },
  'response-time': {
    label: '응답 속도',
    evidence: (facts, tags) =>
      figure(facts, facts.number('p95Ms'), '응답 시간', (p95) => [
        `p95 ${format.latency(p95)} ${tags.main}`,
        limit(facts),
      ]),
  },
  throughput: {
    label: '요청 수(RPS)',
    evidence: (facts, tags) =>
      figure(facts, facts.number('requestsPerSecond'), '초당 요청 수', (rate) => [
        `${format.perSecond(rate)} ${tags.main}`,
        shown(
          facts.number('targetPerSecond'),
          (target) => `목표 ${format.perSecond(target)}${share(rate, target, tags)}`,
        ),
        criterion(facts, 'minimumExpression'),
      ]),
  },
  stability: { label: '시스템 안정성', evidence: stability },
  'error-rate': {
    label: '에러율',
    evidence: (facts, tags) =>
      figure(facts, facts.number('ratePercent'), '실패한 요청 수', (rate) => [
        `${format.percent(rate)}${counts(facts)} ${tags.main}`,
        criterion(facts, 'ruleExpression') ??
          shown(facts.number('defaultLimit'), (most) => `기본 기준 ${format.percent(most)}`),
      ]),
  },
  concurrency: { label: '동시성 제어', evidence: concurrency },
  'kafka-produce': {
    label: 'Kafka 발행',
    evidence: (facts, tags) =>
      figure(facts, facts.number('produceDurationMs'), '발행 구간', (duration) => [
        joinParts(
          [
            shown(facts.number('producedMessages'), (value) => `메세지 ${format.messages(value)}`),
            `발행에 ${format.duration(duration)} 소요 ${tags.main}`,
          ],
          ' ',
        ),
        shown(facts.number('accepted'), (value) => `접수 ${format.messages(value)}`),
        shown(facts.number('ratePerSecond'), (rate) => `평균 ${format.perSecond(rate)} ${tags.computed}`),
      ]),
  },
  'kafka-consume': { label: 'Kafka 소비(랙 해소)', evidence: consume },
  'completion-delay': { label: '발급 완료 지연', evidence: completion },
};

function stability(facts: FactReader, tags: Tags): string {
  const reached = facts.number('reachedPerSecond');
  const target = facts.number('targetPerSecond');
  const dropped = facts.number('droppedIterations');
  const planned = facts.number('plannedIterations');
  const plannedShare =
    planned === undefined || planned <= 0 || dropped === undefined
      ? ''
      : ` (계획 ${format.messages(planned)}의 ${format.percent((dropped / planned) * 100)} ${tags.computed})`;
  const found = joinParts([
    facts.flag('crashed') === true ? 'k6가 비정상 종료됨' : undefined,
    reached === undefined
      ? undefined
      : target === undefined
        ? `${format.perSecond(reached)} 처리 ${tags.main}`
        : `목표 ${format.perSecond(target)} 중 ${format.perSecond(reached)} 도달 ${tags.main}${ratioOf(reached, target, tags)}`,
    shown(dropped, (value) => `시작하지 못한 반복(dropped) ${format.messages(value)}${plannedShare}`),
    reasonText(facts),
  ]);
  return found === '' ? missing(facts, '부하 결과') : found;
}

function concurrency(facts: FactReader, tags: Tags): string {
  const found = joinParts([
    shown(facts.number('stock'), (value) => `재고 ${format.messages(value)}`),
    shown(facts.number('persisted'), (value) => `저장된 발급 ${format.messages(value)}`),
    shown(facts.number('duplicates'), (value) => `중복 발급 ${format.messages(value)}`),
    shown(facts.number('oversold'), (value) => `초과 발급 ${format.messages(value)}`),
    shown(facts.number('pending') || undefined, (value) => `대기 ${format.messages(value)}`),
  ]);
  if (found === '') return missing(facts, '저장소의 발급 행 수');
  return joinParts([`${found} ${tags.main}`, reasonText(facts)]);
}

function consume(facts: FactReader, tags: Tags): string {
  const duration = facts.number('consumeDurationMs');
  const drain = shown(facts.number('drainMs'), (ms) => `부하 종료 후 ${format.duration(ms)} 만에 랙 해소`);
  const ratio = shown(
    facts.number('ratio'),
    (value) => `발행 시간의 ${format.number(value)}배 ${tags.computed}`,
  );
  switch (facts.id('state')) {
    case 'no-backlog':
      return joinParts([
        shown(duration, (ms) => `전체 소비에 ${format.duration(ms)} 소요 ${tags.main}`),
        '부하 종료 시점에 적체 없음',
      ]);
    case 'drained':
      return (
        joinParts([
          shown(duration, (ms) => `전체 소비에 ${format.duration(ms)} 소요 ${tags.main}`),
          drain,
          ratio,
        ]) || '랙 해소됨'
      );
    case 'timed-out':
      return joinParts([
        '관측 종료 시점까지 소비 미완료',
        shown(
          facts.number('finalLagMessages'),
          (value) => `남은 랙 ${format.messages(value)} ${tags.measured}`,
        ),
        shown(
          facts.number('consumeDurationLowMs') ?? facts.number('lowMs'),
          (ms) => `전체 소비에 최소 ${format.duration(ms)} 이상 ${tags.main}`,
        ),
        shown(
          facts.number('consumeDurationEstimateMs') ?? facts.number('estimateMs'),
          (ms) => `추정 ${format.duration(ms)} ${tags.estimated}`,
        ),
        criterion(facts, 'ruleExpression'),
      ]);
    default:
      return missing(facts, '소비 완료 시각');
  }
}

function completion(facts: FactReader, tags: Tags): string {
  const waiting = facts.number('waiting');
  const found = joinParts([
    shown(facts.number('p95Ms'), (ms) => `p95 ${format.duration(ms)} ${tags.main}`) ??
      shown(facts.number('p95LowMs'), (ms) => `p95 최소 ${format.duration(ms)} 이상 ${tags.main}`),
    shown(facts.number('maxMs'), (ms) => `최대 ${format.duration(ms)}`),
    waiting === undefined || waiting === 0 ? undefined : `관측 종료 시점에 대기 ${format.messages(waiting)}`,
  ]);
  return facts.number('p95Ms') === undefined && !waiting ? missing(facts, '발행부터 소비까지의 시간') : found;
}
