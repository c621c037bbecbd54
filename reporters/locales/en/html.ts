import type { HtmlWords } from '../section-words.ts';

export const enHtml: HtmlWords = {
  chartHint: 'drag to zoom, double-click to go back, press a label to hide its line',
  resetZoom: 'Whole run',
  needsScript: 'Charts need JavaScript. All figures stand in the tables of the text.',
};
