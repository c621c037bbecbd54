import type { ChartWords } from '../section-words.ts';

export const koCharts: ChartWords = {
  titles: {
    load: '부하: 초당 요청 수와 활성 VU',
    latency: '응답 시간 백분위',
    lag: 'Kafka: 누적 발행·소비와 컨슈머 랙',
    resources: '호스트 CPU·메모리 사용률',
  },
  subtitle: (start) => `경과 0:00 = ${start}`,
  timeAxis: '경과 시간 (분:초)',
  axes: {
    perSecond: '초당 건수 (건/s)',
    users: '활성 VU (명)',
    latency: '응답 시간 (ms)',
    messages: '누적 메세지 (건)',
    lag: '컨슈머 랙 (건)',
    percent: '사용률 (%)',
  },
  lines: {
    requests: '요청',
    failed: '실패',
    dropped: '시작하지 못한 반복',
    users: '활성 VU (오른쪽 축)',
    p50: 'p50',
    p95: 'p95',
    p99: 'p99',
    produced: '누적 발행',
    consumed: '누적 소비',
    lag: '랙 (오른쪽 축)',
    cpu: 'CPU',
    memory: '메모리',
    processCpu: '프로세스 CPU',
  },
  phases: { load: ['부하 구간', '부하'], drain: ['랙 해소 관측 구간', '해소'] },
  gapNote: '빗금 = 측정 공백',
  noData: '측정된 데이터 없음',
};
