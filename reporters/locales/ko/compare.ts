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
    p: 'p(Holm)',
    verdict: '판정',
  },
  sides: (base, candidate) => `기준 ${base}회, 비교 대상 ${candidate}회 실행의 중앙값`,
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
  leftOut: (side, runId, reason) => `${sides[side]}에서 제외: ${runId} (${reasons[reason]})`,
  allowed: (what, base, candidate) => `조건이 다르지만 허용됨(${what}): ${base} → ${candidate}`,
  bounded: (metric, base, candidate) =>
    `${metric}: 하한만 아는 실행이 기준 ${base}회, 비교 대상 ${candidate}회 있음`,
  method: (alpha, minEffect) =>
    `Mann–Whitney 검정(실행 쌍 2,500개까지 정확 검정), Hodges–Lehmann 변화량과 지표별 ${alpha} 신뢰구간, 전체 지표에 Holm 보정. ${minEffect} 미만의 변화는 판정에 넣지 않음.`,
};
