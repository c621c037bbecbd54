import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { historyDocumentSchema } from '../core/compare/history-document.ts';
import { aHistory } from '../fixtures/history-story.ts';
import { historyMarkdown, historyText } from './history-text.ts';
import { locales } from './locales/index.ts';

test('the report of the history story reads as its golden file (LAGLINE_UPDATE_GOLDEN=1 rewrites it)', () => {
  const markdown = historyMarkdown(
    historyDocumentSchema.parse(aHistory()),
    locales.ko,
    'md',
    'history.ko.png',
  );
  const golden = new URL('../fixtures/reports/history.ko.md', import.meta.url);
  if (process.env['LAGLINE_UPDATE_GOLDEN'] === '1') writeFileSync(golden, markdown);
  assert.equal(markdown, readFileSync(golden, 'utf8'));
});

test('the history story can be told in English, without a word of Korean, and is inert in Markdown', () => {
  for (const kind of ['md', 'pr-comment'] as const) {
    const markdown = historyMarkdown(aHistory(), locales.en, kind);
    assert.doesNotMatch(markdown, /undefined|NaN|[가-힣]/);
    assert.match(markdown, /`kafka_drain\{group:<b>\|x,topic:t\} value`/);
  }
  assert.doesNotMatch(historyText(aHistory(), locales.en), /undefined|NaN|[가-힣]/);
});

test('a comment folds what changed in earlier runs, and shows what did in the newest', () => {
  const comment = historyMarkdown(aHistory(), locales.en, 'pr-comment');
  const [shown = '', folded = ''] = comment.split('<details>');
  assert.match(shown, /`http_req_duration p\(95\)` .*regression \(newest\)/);
  assert.doesNotMatch(shown, /regression \(earlier\)|improvement \(earlier\)/);
  assert.match(folded, /\(earlier\)/);
});

test('a history without any run says that it proves nothing', () => {
  const empty = { ...aHistory(), runs: [], metrics: [], outcome: 'no-data' as const, exitCode: 3 as const };
  assert.match(historyText(empty, locales.en), /no usable run[\s\S]*exit code 99/);
});
