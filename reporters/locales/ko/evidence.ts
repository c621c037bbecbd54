import type { EvidenceWords } from '../catalog.ts';
import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import type { EvidenceId } from '../known-ids.ts';
import { drainStartOf } from '../drain-start.ts';
import { koFormats as format } from './formats.ts';

type Details = (facts: FactReader) => readonly (string | undefined)[];

/** A statement and its negation over the same facts; a fact that is missing takes its place in the brackets with it. */
const statement = (holds: string, fails: string, details: Details = () => []): EvidenceWords => ({
  holds: (facts) => `${holds}${bracketed(details(facts))}`,
  fails: (facts) => `${fails}${bracketed(details(facts))}`,
});

const lagGrowth: Details = (facts) => [span(facts, 'fromMessages', 'toMessages', format.messages)];

const whileProducing = (facts: FactReader): string =>
  ({ 'load-end': '부하 구간', 'produce-end': '발행 구간' })[drainStartOf(facts)];

export const koEvidence: Readonly<Record<EvidenceId, EvidenceWords>> = {
  'utilization-above-one': statement(
    '발행 속도가 소비 속도보다 빠름',
    '소비 속도가 발행 속도를 따라감',
    (facts) => [
      shown(facts.number('rho'), (rho) => `ρ = ${format.number(rho)}`),
      shown(facts.number('arrivalPerSecond'), (rate) => `발행 ${format.perSecond(rate)}`),
      shown(facts.number('servicePerSecond'), (rate) => `소비 ${format.perSecond(rate)}`),
    ],
  ),
  'lag-grew-during-load': {
    holds: (facts) => `${whileProducing(facts)}에 랙이 증가함${bracketed(lagGrowth(facts))}`,
    fails: (facts) => `${whileProducing(facts)}에 랙이 증가하지 않음${bracketed(lagGrowth(facts))}`,
  },
  'lag-on-all-partitions': statement(
    '랙이 모든 파티션에 고르게 있음',
    '랙이 일부 파티션에 몰려 있음',
    largest,
  ),
  'consumer-kept-moving': statement(
    '컨슈머는 멈추지 않고 소비를 계속함',
    '컨슈머가 소비를 멈춘 구간이 있음',
    (facts) => [
      shown(facts.number('longestPauseMs'), (ms) =>
        ms === 0
          ? '랙이 있는 동안 커밋이 멈춘 표본 없음'
          : `랙이 있는 동안 커밋이 가장 오래 멈춘 시간 ${format.duration(ms)}`,
      ),
    ],
  ),
  'api-latency-flat': statement('API 응답 시간은 길어지지 않음', 'API 응답 시간도 길어짐', (facts) => [
    joinParts(
      [
        shown(facts.number('fromMs'), (ms) => `부하 초반(처음 1/3) p95 ${format.latency(ms)}`),
        shown(facts.number('toMs'), (ms) => `후반(마지막 1/3) p95 ${format.latency(ms)}`),
      ],
      ' → ',
    ),
    shown(facts.number('p95Ms'), (ms) => `전체 p95 ${format.latency(ms)}`),
  ]),
  'api-latency-high': statement('API 응답 시간이 긺', 'API 응답 시간은 길지 않음', (facts) => [
    shown(facts.number('p95Ms'), (ms) => `p95 ${format.latency(ms)}`),
  ]),
  'single-partition-carries': statement(
    '한 파티션에 랙이 몰려 있음',
    '랙이 한 파티션에 몰려 있지 않음',
    largest,
  ),
  'commits-stopped': statement('랙이 남아 있는데 커밋이 멈춤', '커밋이 계속됨', (facts) => [
    shown(facts.number('sinceMs'), (ms) => `경과 ${format.elapsed(ms)}부터`),
    shown(facts.number('forMs'), (ms) => `${format.duration(ms)} 동안`),
    shown(facts.number('remaining'), (value) => `남은 랙 ${format.messages(value)}`),
  ]),
  'host-cpu-high': statement('호스트 CPU 사용률이 높음', '호스트 CPU에 여유가 있음', (facts) => [
    shown(facts.number('maxPercent'), (value) => `최대 ${format.percent(value)}`),
  ]),
  'memory-rose': statement('메모리 사용률이 상승함', '메모리 사용률은 상승하지 않음', (facts) => [
    span(facts, 'fromPercent', 'toPercent', format.percent),
  ]),
  'vus-exhausted': statement('VU를 상한까지 모두 사용함', 'VU에 여유가 있음', (facts) => [
    joinParts(
      [shown(facts.number('activeVUs'), format.count), shown(facts.number('maxVUs'), format.count)],
      ' / ',
    ),
  ]),
  'dropped-iterations': statement(
    '시작하지 못한 반복이 있음',
    '시작하지 못한 반복 없이 부하가 가해짐',
    (facts) => [shown(facts.number('dropped'), format.messages)],
  ),
  'requests-failed': statement('실패한 요청이 있음', '실패한 요청이 없음', (facts) => [
    shown(facts.number('failed'), format.messages),
  ]),
  'sampling-gap': statement('측정이 끊긴 구간이 있음', '측정이 길게 끊긴 구간은 없음', (facts) => [
    facts.code('source'),
    shown(facts.number('sinceMs'), (ms) => `경과 ${format.elapsed(ms)}부터`),
    shown(facts.number('forMs'), (ms) => `${format.duration(ms)} 동안`),
  ]),
};

const bracketed = (parts: readonly (string | undefined)[]): string => {
  const inside = joinParts(parts);
  return inside === '' ? '' : ` (${inside})`;
};

function largest(facts: FactReader): readonly (string | undefined)[] {
  const partition = shown(facts.number('partition'), (id) => `가장 많은 파티션 ${id}`);
  return [partition, shown(facts.number('share'), (share) => `전체의 ${format.percent(share * 100)}`)];
}

const span = (
  facts: FactReader,
  fromKey: string,
  toKey: string,
  write: (value: number) => string,
): string | undefined => {
  const from = shown(facts.number(fromKey), write);
  const to = shown(facts.number(toKey), write);
  return from === undefined || to === undefined ? to : `${from} → ${to}`;
};
