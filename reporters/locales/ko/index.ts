import type { Catalog } from '../catalog.ts';
import { koCheckFigures, koSources } from './appendix.ts';
import { koCheck } from './check.ts';
import { koCi } from './ci.ts';
import { koCapacity } from './capacity.ts';
import { koCompare } from './compare.ts';
import { koHistory } from './history.ts';
import { koCauses } from './causes.ts';
import { koCharts } from './charts.ts';
import { koEvents } from './events.ts';
import { koEvidence } from './evidence.ts';
import { koFormats } from './formats.ts';
import { koHeadline } from './headline.ts';
import { koHtml } from './html.ts';
import { koIncident } from './incident.ts';
import { koReasons, koUnknownReason } from './reasons.ts';
import { koRows } from './rows.ts';
import { koTerminal } from './terminal.ts';
import { koScreen } from './screen.ts';
import { koWatch } from './watch.ts';

export const ko: Catalog = {
  id: 'ko',
  formats: koFormats,
  outcome: { pass: '통과', fail: '미통과', 'no-data': '데이터 부족', invalid: '무효' },
  grade: { met: '충족', caution: '주의', unmet: '미달', unknown: '판단 불가' },
  provenance: { measured: '측정', computed: '계산', estimated: '추정' },
  warning: '경고',
  origin: { plan: '설정', script: 'k6 스크립트', implied: '기본 규칙' },
  notMeasured: '측정되지 않음',
  reasons: koReasons,
  unknownReason: koUnknownReason,
  scenarios: {
    stress: 'stress test',
    peak: 'peak test',
    load: 'load test',
    soak: 'soak test',
    smoke: 'smoke test',
    reconstruct: '과거 구간 재구성',
  },
  couponPrefix: '쿠폰 발급 - ',
  rows: koRows,
  causes: koCauses,
  evidence: koEvidence,
  unobserved: { 'generator-headroom': '부하 생성기에 여유가 있었는지' },
  events: koEvents,
  checks: {
    'times-ascending': '기록된 시각의 순서',
    'percentiles-ordered': '응답 시간 백분위의 순서',
    'checks-add-up': '응답 검사의 성공·실패 합계',
    'failed-within-requests': '실패 건수가 요청 수를 넘지 않음',
    'iterations-add-up': '반복 수와 시작하지 못한 반복의 합계',
    'timeline-equals-summary': '초 단위 기록과 k6 요약의 요청 수',
    'partitions-add-up': '파티션별 발행 건수의 합계',
    'drain-inside-run': '랙 해소 시각이 측정 구간 안에 있음',
    'oversold-follows-from-rows': '초과 발급과 저장된 행 수의 관계',
  },
  checkFigures: koCheckFigures,
  sources: koSources,
  resources: {
    cpu: '호스트 CPU 사용률(전체 코어 = 100%)',
    memory: '호스트 메모리 사용률',
    'disk-write': '디스크 쓰기',
    'network-receive': '네트워크 수신',
    'process-cpu': '프로세스 CPU 사용률',
  },
  headline: koHeadline,
  charts: koCharts,
  incident: koIncident,
  terminal: koTerminal,
  capacity: koCapacity,
  compare: koCompare,
  check: koCheck,
  history: koHistory,
  watch: koWatch,
  screen: koScreen,
  ci: koCi,
  html: koHtml,
};
