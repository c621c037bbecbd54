import type { CiWords } from '../ci-words.ts';

const statuses = {
  completed: '끝까지 실행됨',
  interrupted: '실행이 중단됨',
  failed: '실행이 끝까지 가지 못함',
  unknown: '끝까지 실행되었는지 알 수 없음',
} as const;

export const koCi: CiWords = {
  runVerdict: (outcome, status) => `실행 전체 판정 ${outcome} (${statuses[status]})`,
  moreAnnotations: (count) => `이 밖에 ${count}건이 더 있음. 보고서 참고`,
  summaryCut: '요약의 크기 제한 때문에 이하는 생략했습니다. 전체 내용은 보고서에 있습니다.',
};
