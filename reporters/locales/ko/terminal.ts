import type { TerminalWords } from '../section-words.ts';

export const koTerminal: TerminalWords = {
  verdict: (outcome, exitCode) => `판정: ${outcome} (종료 코드 ${exitCode})`,
  load: '요청',
  dropped: '시작하지 못한 반복',
  failed: '실패',
  peakLag: '최대 랙',
  timeLag: '최대 지연',
  produce: '발행',
  consume: '소비',
  drain: '랙 해소',
  estimated: (value) => `추정 ${value}`,
  atLeast: (value) => `${value} 이상`,
  rulesNotPassed: '통과하지 못한 규칙',
  allRulesPassed: (count) => `규칙 ${count}개 모두 통과`,
  noRules: '판정한 규칙 없음',
  more: (count) => `… 외 ${count}건`,
  cause: '유력한 원인',
  faults: '주입한 장애',
  invalidReport: '경고: 수치 사이에 모순이 있어 이 보고서는 유효하지 않음',
};
