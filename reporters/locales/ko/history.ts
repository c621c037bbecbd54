import type { HistoryWords } from '../compare-words.ts';

const reasons = { invalid: '무효', interrupted: '중단됨', 'time-unknown': '실행 시각 모름' } as const;

export const koHistory: HistoryWords = {
  title: '실행 이력의 변화',
  head: {
    metric: '지표',
    since: '바뀐 실행',
    before: '이전',
    after: '이후',
    change: '변화',
    p: 'p',
    verdict: '판정',
  },
  span: (runs, from, to) =>
    runs === 0 ? '쓸 수 있는 실행 없음' : `실행 ${runs}회, ${from} ~ ${to}, 구간별 평균`,
  outcome: {
    regression: '최근 실행에서 악화된 지표가 있습니다.',
    'no-regression': '최근 실행에서 악화가 드러나지 않았습니다.',
    'no-data': '판정하기에 실행이 부족합니다. 통과가 아닙니다.',
  },
  since: (run, of, time) => `${of}회 중 ${run}번째부터 (${time})`,
  verdict: { regression: '악화', improvement: '개선' },
  newest: '최근',
  earlier: '과거',
  unchanged: (metrics) => `변화가 드러나지 않은 지표: ${metrics.join(', ')}`,
  tooFew: (metrics) => `실행이 적어 어떤 변화도 입증할 수 없는 지표: ${metrics.join(', ')}`,
  older: (runs, kept) => `최근 ${kept}회만 보고, 그보다 오래된 ${runs}회는 보지 않음`,
  leftOut: (runId, reason) => `제외: ${runId} (${reasons[reason]})`,
  bounded: (metric, runs) => `${metric}: 하한만 아는 실행이 ${runs}회 있음`,
  newestRule: (newestRuns) =>
    `최근 ${newestRuns}회 안에 시작되어 마지막 실행까지 이어진 악화만 종료 코드 99입니다. 바뀐 뒤 실행이 3회 이상 있어야 변화로 잡힙니다.`,
  method: (alpha, minEffect) =>
    `E-divisive(에너지 거리, 순열 검정). 값이 모두 0보다 크면 로그로 계산. 실행끼리 서로 영향을 주지 않는다면 한 번 볼 때 전체 지표에서 하나라도 잘못 짚을 확률은 ${alpha} 이하. ${minEffect} 미만의 변화는 판정에 넣지 않음.`,
  picture: {
    title: '실행별 지표',
    subtitle: (newestRuns) => `가로선: 구간 평균, 세로선: 바뀐 곳, 음영: 최근 ${newestRuns}회`,
    alt: '실행별 지표와 바뀐 곳',
  },
};
