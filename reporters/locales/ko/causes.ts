import type { CauseFigures, CauseWords } from '../catalog.ts';
import { peakAboveMean } from '../peak-rate.ts';
import { joinParts, shown } from '../fact-reader.ts';
import type { CauseId } from '../known-ids.ts';
import { koFormats as format } from './formats.ts';

export const koCauses: Readonly<Record<CauseId, CauseWords>> = {
  'consumer-throughput': {
    name: '컨슈머 처리량 부족',
    meaning: '메세지가 발행되는 속도를 컨슈머의 처리 속도가 따라가지 못해 랙이 쌓이는 상태입니다.',
    decision: (figures) => `컨슈머 처리량을 얼마나 늘릴지 결정 필요${rates(figures)}`,
    improvements: (figures) => [
      {
        what: '컨슈머 처리 속도 개선: 건별 처리를 일괄(batch) 처리로 바꾸고 하위 호출의 지연을 줄임',
        basis: needed(figures),
      },
      {
        what: '컨슈머 인스턴스 확장(파티션 수가 병렬 처리의 상한)',
        basis: shown(figures.partitions, (count) => `현재 파티션 ${count}개`),
      },
    ],
  },
  'api-saturation': {
    name: 'API 처리 한계',
    meaning: '부하가 늘어도 처리량은 늘지 않고 응답 시간이 길어지는 상태입니다.',
    decision: () => 'API 서버를 증설할지, 목표 부하를 낮출지 결정 필요',
    improvements: () => [
      { what: 'API 서버의 병목(CPU, 커넥션 풀, 외부 호출)을 프로파일링으로 확인' },
      { what: 'API 서버 증설 또는 유입 제한 적용' },
    ],
  },
  'generator-saturation': {
    name: '부하 생성기 한계',
    meaning: '부하 생성기(k6)가 먼저 한계에 도달해 계획한 부하가 시스템에 가해지지 않은 상태입니다.',
    decision: (figures) => `부하 생성기의 자원을 늘려 다시 측정할지 결정 필요${users(figures)}`,
    improvements: () => [
      { what: '부하 생성기를 시험 대상과 다른 장비로 분리' },
      { what: 'VU 상한을 늘린 뒤 같은 시나리오로 재측정' },
    ],
  },
  'hot-partition': {
    name: '파티션 쏠림',
    meaning: '일부 파티션에 메세지가 몰려 그 파티션의 랙만 커지는 상태입니다.',
    decision: () => '파티션 키를 바꿀지 결정 필요(순서 보장 범위에 영향)',
    improvements: () => [{ what: '메세지 키의 분포를 확인하고 고르게 나뉘는 키로 변경' }],
  },
  'consumer-stopped': {
    name: '컨슈머 중단',
    meaning: '랙이 남아 있는데 오프셋 커밋이 멈춘 상태입니다.',
    decision: () => '컨슈머가 멈춘 시각의 로그를 확인하고 재기동 기준을 정할지 결정 필요',
    improvements: () => [
      { what: '컨슈머 중단을 감지하는 경보와 자동 재기동 추가' },
      { what: '중단 시각 전후의 컨슈머 로그와 리밸런싱 이력 확인' },
    ],
  },
  'broker-trouble': {
    name: '브로커 장애',
    meaning: 'Kafka 브로커가 응답하지 않았거나 오류를 돌려준 상태입니다.',
    decision: () => '브로커 상태를 확인한 뒤 같은 시나리오로 다시 측정할지 결정 필요',
    improvements: () => [
      { what: '브로커 로그와 디스크·네트워크 상태 확인' },
      { what: '브로커 이중화와 재시도 설정 점검' },
    ],
  },
  'unknown-cause': {
    name: '원인 불명',
    meaning: '측정된 데이터만으로는 원인을 특정할 수 없습니다. 추가 확인이 필요합니다.',
    decision: () => '원인을 좁히기 위해 추가 측정을 할지 결정 필요',
    improvements: () => [{ what: '애플리케이션 로그와 트레이스를 함께 수집하여 재측정' }],
  },
};

const rates = (figures: CauseFigures): string => {
  const { produceRatePerSecond: produced, consumeRatePerSecond: consumed } = figures;
  if (produced === undefined || consumed === undefined) return '';
  const peak = shown(peakAboveMean(figures), (rate) => `, 가장 빨랐던 구간 ${format.perSecond(rate)}`);
  return ` (발행 평균 ${format.perSecond(produced)}${peak ?? ''}, 소비 ${format.perSecond(consumed)} [계산])`;
};

/** What the consumers must reach: the fastest arrivals, not their mean, decide whether a backlog builds up. */
const needed = (figures: CauseFigures): string | undefined => {
  const { produceRatePerSecond: mean, consumeRatePerSecond: consumed } = figures;
  const peak = peakAboveMean(figures);
  if (consumed === undefined || consumed <= 0) return undefined;
  const above = (rate: number | undefined, label: string): string | undefined =>
    rate === undefined || rate <= consumed
      ? undefined
      : `${label} ${format.perSecond(rate)}(현재의 ${format.number(rate / consumed)}배)`;
  const found = joinParts([above(peak, '가장 빨랐던 구간의 발행 속도'), above(mean, '평균 발행 속도')]);
  if (found === '') return undefined;
  const what = peak === undefined ? '같은 부하를 따라가는 데' : '같은 부하에서 랙이 쌓이지 않는 데';
  return `현재 소비 속도 ${format.perSecond(consumed)}, ${what} 필요한 소비 속도: ${found} [계산]`;
};

const users = (figures: CauseFigures): string =>
  shown(figures.maxVUs, (count) => ` (현재 VU 상한 ${format.count(count)})`) ?? '';
