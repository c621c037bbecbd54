import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { compareDocumentSchema } from '../core/compare/compare-document.ts';
import { aComparison } from '../fixtures/comparison-story.ts';
import { compareMarkdown, compareText } from './compare-text.ts';
import { locales } from './locales/index.ts';

test('the report of the compare story reads as its golden file (LAGLINE_UPDATE_GOLDEN=1 rewrites it)', () => {
  const markdown = compareMarkdown(
    compareDocumentSchema.parse(aComparison()),
    locales.ko,
    'md',
    'compare.ko.png',
  );
  const golden = new URL('../fixtures/reports/compare.ko.md', import.meta.url);
  if (process.env['LAGLINE_UPDATE_GOLDEN'] === '1') writeFileSync(golden, markdown);
  assert.equal(markdown, readFileSync(golden, 'utf8'));
});

test('the compare story can be told in English, without a word of Korean, and is inert in Markdown', () => {
  for (const kind of ['md', 'pr-comment'] as const) {
    const markdown = compareMarkdown(aComparison(), locales.en, kind);
    assert.doesNotMatch(markdown, /undefined|NaN|[가-힣]/);
    assert.match(markdown, /`kafka_drain\{group:<b>\\\|x,topic:t\} value`/);
  }
  assert.doesNotMatch(compareText(aComparison(), locales.en), /undefined|NaN|[가-힣]/);
});
