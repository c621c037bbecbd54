import type { Catalog } from '../catalog.ts';
import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import { drainStartOf } from '../drain-start.ts';
import { koDrainStart } from './drain-start.ts';
import { koFormats as format } from './formats.ts';

const figure = (
  facts: FactReader,
  key: string,
  label: string,
  write: (value: number) => string,
): string | undefined => shown(facts.number(key), (value) => `${label} ${write(value)}`);

const groupName = (facts: FactReader): string | undefined =>
  joinParts([facts.code('group'), facts.code('topic')], '/');

/** Responses by the key of the report they are stored under. */
const trendNames: Readonly<Record<string, string>> = {
  httpReqDurationMs: '모든 요청',
  expectedHttpReqDurationMs: '기대한 응답만',
};

export const koCheckFigures: Catalog['checkFigures'] = {
  'times-ascending': (facts) =>
    joinParts([
      figure(facts, 'series', '시계열', format.count),
      figure(facts, 'broken', '어긋난 시계열', format.count),
    ]),
  'percentiles-ordered': (facts) =>
    joinParts(
      [
        trendNames[facts.id('metric') ?? ''] ?? facts.code('metric'),
        joinParts([
          figure(facts, 'min', '최소', format.latency),
          figure(facts, 'med', '중앙값', format.latency),
          figure(facts, 'avg', '평균', format.latency),
          figure(facts, 'p90', 'p90', format.latency),
          figure(facts, 'p95', 'p95', format.latency),
          figure(facts, 'p99', 'p99', format.latency),
          figure(facts, 'max', '최대', format.latency),
        ]),
      ],
      ': ',
    ),
  'checks-add-up': (facts) =>
    joinParts([
      figure(facts, 'sum', '검사별 합계', format.messages),
      figure(facts, 'total', '성공 + 실패', format.messages),
    ]),
  'failed-within-requests': (facts) =>
    joinParts([
      figure(facts, 'failed', '실패', format.messages),
      figure(facts, 'requests', '요청', format.messages),
    ]),
  'iterations-add-up': (facts) =>
    joinParts([
      figure(facts, 'iterations', '반복', format.messages),
      figure(facts, 'dropped', '시작하지 못한 반복', format.messages),
      figure(facts, 'planned', '계획', format.messages),
      figure(facts, 'tolerance', '허용 차이', format.messages),
    ]),
  'timeline-equals-summary': (facts) =>
    joinParts([
      figure(facts, 'timeline', '초 단위 기록', format.messages),
      figure(facts, 'summary', 'k6 요약', format.messages),
    ]),
  'partitions-add-up': (facts) =>
    joinParts([
      groupName(facts),
      figure(facts, 'parts', '파티션 합계', format.messages),
      figure(facts, 'total', '전체', format.messages),
    ]),
  'drain-inside-run': (facts) =>
    joinParts([
      groupName(facts),
      joinParts(
        [
          figure(facts, 'lowMs', `${koDrainStart[drainStartOf(facts)]} 후`, format.duration),
          shown(facts.number('highMs'), format.duration),
        ],
        ' ~ ',
      ),
      figure(facts, 'durationMs', '측정 시간', format.duration),
    ]),
  'oversold-follows-from-rows': (facts) =>
    joinParts([
      figure(facts, 'stock', '재고', format.messages),
      figure(facts, 'persisted', '저장된 발급', format.messages),
      figure(facts, 'oversold', '초과 발급', format.messages),
      figure(facts, 'accepted', '접수', format.messages),
    ]),
};

export const koSources: Catalog['sources'] = [
  { pattern: /^k6 summary$/, write: () => 'k6 요약' },
  { pattern: /^k6 summary (.+)$/, write: (code) => `k6 요약 ${code}` },
  {
    pattern: /^k6 timeline ([^,]+), histograms merged \(up to 4\.4 ?% off\)$/,
    write: (code) => `k6 초 단위 기록 ${code}, 히스토그램을 합친 값(오차 4.4% 이내)`,
  },
  {
    pattern: /^k6 timeline ([^,]+), histograms merged$/,
    write: (code) => `k6 초 단위 기록 ${code}, 히스토그램을 합친 값`,
  },
  { pattern: /^k6 timeline ([^,]+)$/, write: (code) => `k6 초 단위 기록 ${code}` },
  {
    pattern: /^k6 inspect: the scenarios as k6 resolved them$/,
    write: () => 'k6 inspect(k6가 해석한 시나리오)',
  },
  { pattern: /^k6 process$/, write: () => 'k6 프로세스의 종료 상태' },
  { pattern: /^prometheus query (.+)$/, write: (code) => `Prometheus 질의 ${code}` },
  { pattern: /^metrics (.+)$/, write: (code) => `메트릭 ${code}` },
  { pattern: /^host sampler (.+)$/, write: (code) => `호스트 표본 ${code}` },
  {
    pattern:
      /^kafka offsets (.+): remaining messages at the measured service rate(?: of each partition, by batch means)?$/,
    write: (code) => `Kafka 오프셋 ${code}, 남은 메세지 ÷ 측정된 소비 속도`,
  },
  {
    pattern: /^kafka logs ([^:]+)(?::.*)?$/,
    write: (code) => `브로커 로그(커밋 이력과 레코드 타임스탬프) ${code}`,
  },
  { pattern: /^kafka offsets ([^:]+)$/, write: (code) => `Kafka 오프셋 ${code}` },
  { pattern: /^(GET .+)$/, write: (code) => `저장소 조회 ${code}` },
  { pattern: /^integrity probe$/, write: () => '저장소 조회' },
  { pattern: /^integrity probe (.+)$/, write: (code) => `정합성 프로브 ${code}` },
  {
    pattern: /^k6 samples: the first one, less what it says to have taken$/,
    write: () => '첫 k6 표본의 시각에서 그 표본이 걸린 시간을 뺀 값',
  },
  { pattern: /^k6 samples: from the first to the last$/, write: () => '첫 k6 표본부터 마지막 표본까지' },
  { pattern: /^k6 samples: every metric that is counted$/, write: () => '집계한 k6 표본의 모든 지표' },
  {
    pattern: /^k6 samples (.+), in buckets \(up to 0\.14 % off\)$/,
    write: (code) => `k6 표본 ${code}, 구간으로 묶은 값(오차 0.14% 이내)`,
  },
  {
    pattern: /^k6 samples (.+), over times in whole seconds$/,
    write: (code) => `k6 표본 ${code}, 초 단위 시각으로 구한 값`,
  },
  { pattern: /^k6 samples (.+)$/, write: (code) => `k6 표본 ${code}` },
  { pattern: /^k6 console: the scenarios of its header$/, write: () => 'k6 화면의 시나리오 설명' },
  {
    pattern: /^k6 output: how long it counted$/,
    write: () => 'k6가 센 시간(총수 ÷ 초당 값 또는 k6가 적은 값)',
  },
  { pattern: /^k6 output: every metric in it$/, write: () => 'k6 출력의 모든 지표' },
  {
    pattern: /^k6 output: when it was made, less its duration$/,
    write: () => 'k6 출력이 작성된 시각에서 측정 시간을 뺀 값',
  },
  { pattern: /^k6 console$/, write: () => 'k6 화면 출력' },
  {
    pattern: /^k6 coupon_\* against the rows of the store$/,
    write: () => 'k6가 집계한 답과 저장된 행의 대조',
  },
];
