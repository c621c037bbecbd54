import type { CompareWords } from '../compare-words.ts';

const sides = { base: '기준', candidate: '비교 대상' } as const;
const reasons = { invalid: '무효', interrupted: '중단됨' } as const;

export const koCompare: CompareWords = {
  title: '실행 비교',
  head: {
    metric: '지표',
    base: '기준',
    candidate: '비교 대상',
    change: '변화(구간)',
    p: 'p(보정)',
    verdict: '판정',
  },
  sides: (base, candidate) => `기준 ${base}회, 비교 대상 ${candidate}회 실행의 평균`,
  verdict: {
    regression: '악화',
    improvement: '개선',
    'no-difference': '차이가 드러나지 않음',
    'too-little-data': '데이터 부족',
  },
  outcome: {
    regression: '악화된 지표가 있습니다.',
    'no-regression': '악화가 드러나지 않았습니다.',
    'no-data': '판정하기에 데이터가 부족합니다. 통과가 아닙니다.',
  },
  smallest: (change) => `${change} 이상이면 드러났을 것`,
  tooFew: '실행 수가 적어 어떤 변화도 입증할 수 없음',
  fewRuns: (base, candidate) =>
    `기준 ${base}회, 비교 대상 ${candidate}회로는 차이가 있어도 우연과 구별하기 어렵습니다. 한쪽에 5회 이상, 가능하면 10회 실행하세요.`,
  order: {
    'base-first':
      '기준을 모두 실행한 뒤에 비교 대상을 실행했습니다. 그사이 장비에서 달라진 것도 차이로 잡힙니다. 번갈아 실행하면 피할 수 있습니다.',
    'candidate-first':
      '비교 대상을 모두 실행한 뒤에 기준을 실행했습니다. 그사이 장비에서 달라진 것도 차이로 잡힙니다. 번갈아 실행하면 피할 수 있습니다.',
  },
  leftOut: (side, runId, reason) => `${sides[side]}에서 제외: ${runId} (${reasons[reason]})`,
  allowed: (what, base, candidate) => `조건이 다르지만 허용됨(${what}): ${base} → ${candidate}`,
  bounded: (metric, base, candidate) =>
    `${metric}: 하한만 아는 실행이 기준 ${base}회, 비교 대상 ${candidate}회 있음`,
  method: (level, minEffect, divisions, isExact) =>
    `값이 모두 0보다 크면 로그를 취해 Welch t로 순열 검정(실행을 나누는 ${isExact ? `모든 방법 ${divisions}가지` : `방법 가운데 표본 ${divisions}가지`}). p는 전체 지표에 대해 step-down maxT로 보정. 변화는 기하 평균끼리 비교한 값이며 구간은 지표별 ${level} 신뢰구간. ${minEffect} 미만의 변화는 판정에 넣지 않음.`,
  picture: {
    title: '기준 대비 변화',
    subtitle: (base, candidate, minEffect) =>
      `기준 ${base}회, 비교 대상 ${candidate}회. 회색 영역: 판정에 넣지 않는 ${minEffect} 이내의 변화`,
    axis: '변화',
    change: '변화와 신뢰구간',
    base: '기준 실행',
    candidate: '비교 대상 실행',
    alt: '지표별 변화와 신뢰구간',
  },
};
