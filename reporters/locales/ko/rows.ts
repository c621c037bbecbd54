import type { EvaluationRow } from '../../../core/report-document.ts';
import type { RowWords, Tags } from '../catalog.ts';
import { shown, type FactReader } from '../fact-reader.ts';
import { joinTagged, type Tagged } from '../tagged.ts';
import { koFormats as format } from './formats.ts';
import { koCompletion, koConsume } from './kafka-rows.ts';
import { counts, criterion, figure, limit, missing, pair, reasonText } from './row-parts.ts';

/** Evidence of the evaluation table; a missing value says why it is missing. */
export const koRows: Readonly<Record<EvaluationRow['id'], RowWords>> = {
  'success-rate': {
    label: '성공률',
    evidence: (facts, tags) =>
      figure(facts, facts.number('ratePercent'), '응답 검사(check) 결과', (rate) => [
        [format.percent(rate), tags.main],
        [pair(facts, ['passes', '성공'], ['fails', '실패']), tags.main],
        [
          criterion(facts) ??
            shown(facts.number('defaultLimit'), (least) => `기본 기준 ${format.percent(least)} 이상`),
        ],
      ]),
  },
  'response-time': {
    label: '응답 속도',
    evidence: (facts, tags) =>
      figure(facts, facts.number('p95Ms'), '응답 시간', (p95) => [
        [`p95 ${format.latency(p95)}`, tags.main],
        [limit(facts)],
      ]),
  },
  throughput: {
    label: '요청 수(RPS)',
    evidence: (facts, tags) =>
      figure(facts, facts.number('requestsPerSecond'), '초당 요청 수', (rate) => [
        [`요청 ${format.perSecond(rate)}`, tags.main],
        offeredShare(facts, tags),
        [
          criterion(facts) ??
            shown(
              facts.number('defaultLimit'),
              (least) => `기본 기준 계획한 반복의 ${format.percent(least)} 이상`,
            ),
        ],
      ]),
  },
  stability: { label: '시스템 안정성', evidence: stability },
  'error-rate': {
    label: '에러율',
    evidence: (facts, tags) =>
      figure(facts, facts.number('ratePercent'), '실패한 요청 수', (rate) => [
        [`${format.percent(rate)}${counts(facts)}`, tags.main],
        [
          criterion(facts) ??
            shown(facts.number('defaultLimit'), (most) => `기본 기준 ${format.percent(most)}`),
        ],
      ]),
  },
  concurrency: { label: '동시성 제어', evidence: concurrency },
  'kafka-produce': {
    label: 'Kafka 발행',
    evidence: (facts, tags) =>
      figure(facts, facts.number('produceDurationMs'), '발행 구간', (duration) => [
        [
          `${shown(facts.number('producedMessages'), (value) => `메세지 ${format.messages(value)} `) ?? ''}발행에 ${format.duration(duration)} 소요`,
          tags.main,
        ],
        [shown(facts.number('ratePerSecond'), (rate) => `평균 ${format.perSecond(rate)}`), tags.computed],
        [shown(facts.number('accepted'), (value) => `접수 ${format.messages(value)}`), tags.measured],
        [shown(facts.number('unknown'), (value) => `결과 불명 ${format.messages(value)}`), tags.measured],
      ]),
  },
  'kafka-consume': { label: 'Kafka 소비(랙 해소)', evidence: koConsume },
  'completion-delay': { label: '발급 완료 지연', evidence: koCompletion },
};

/** Iterations against iterations: one may make several requests, or none. */
function offeredShare(facts: FactReader, tags: Tags): Tagged {
  const planned = facts.number('plannedIterations');
  const share = facts.number('offeredPercent');
  if (planned === undefined || share === undefined) return [undefined];
  return [`계획한 반복 ${format.messages(planned)}의 ${format.percent(share)} 시작`, tags.computed];
}

function stability(facts: FactReader, tags: Tags): string {
  const reached = facts.number('reachedPerSecond');
  const target = facts.number('targetPerSecond');
  const dropped = facts.number('droppedIterations');
  const planned = facts.number('plannedIterations');
  const found = joinTagged([
    [facts.flag('crashed') === true ? 'k6가 비정상 종료됨' : undefined],
    [
      reached === undefined
        ? shown(facts.number('iterations'), (count) => `반복 ${format.messages(count)} 수행`)
        : target === undefined
          ? `반복 ${format.perSecond(reached)} 처리`
          : `반복 목표 ${format.perSecond(target)} 중 ${format.perSecond(reached)} 도달`,
      reached === undefined ? tags.measured : tags.main,
    ],
    [shown(dropped, (value) => `시작하지 못한 반복(dropped) ${format.messages(value)}`), tags.measured],
    [
      dropped === undefined || dropped === 0 || planned === undefined || planned <= 0
        ? undefined
        : `계획 ${format.messages(planned)}의 ${format.percent((dropped / planned) * 100)}`,
      tags.computed,
    ],
    [reasonText(facts)],
  ]);
  return found === '' ? missing(facts, '부하 결과') : found;
}

function concurrency(facts: FactReader, tags: Tags): string {
  const counted = (key: string, label: string): Tagged => [
    shown(facts.number(key), (value) => `${label} ${format.messages(value)}`),
    tags.main,
  ];
  const found = joinTagged([
    counted('stock', '재고'),
    counted('persisted', '저장된 발급'),
    counted('duplicates', '중복 발급'),
    counted('oversold', '초과 발급'),
    facts.number('pending') ? counted('pending', '대기') : [undefined],
  ]);
  if (found === '') return missing(facts, '저장소의 발급 행 수');
  return joinTagged([
    [found],
    [
      facts.flag('exercised') === false
        ? '재고 소진이나 중복 요청이 없어 경합 상황은 확인되지 않음'
        : undefined,
    ],
    [reasonText(facts)],
  ]);
}
