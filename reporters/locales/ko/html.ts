import type { HtmlWords } from '../section-words.ts';

export const koHtml: HtmlWords = {
  chartHint: '끌어서 확대, 두 번 눌러 원래대로, 범례를 눌러 선 숨기기',
  resetZoom: '확대 취소',
  needsScript: '차트를 보려면 JavaScript가 필요합니다. 수치는 본문의 표에 모두 있습니다.',
};
