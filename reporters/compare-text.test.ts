import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { compareMetrics } from '../core/compare/build-comparison.ts';
import { compareDocumentSchema, type CompareDocument } from '../core/compare/compare-document.ts';
import { compareMarkdown, compareText } from './compare-text.ts';
import { locales } from './locales/index.ts';

const readings = (...values: readonly number[]) => values.map((value) => ({ value, isBound: false }));

const story = (): CompareDocument => ({
  schemaVersion: 1,
  alpha: 0.05,
  minEffect: 0.05,
  base: ['base-1', 'base-2', 'base-3', 'base-4', 'base-5', 'base-6'],
  candidate: ['new-1', 'new-2', 'new-3', 'new-4', 'new-5', 'new-6'],
  order: 'base-first',
  leftOut: [{ side: 'candidate', runId: 'new-7', reason: 'interrupted' }],
  allowed: [{ what: 'env', base: '8 cores', candidate: '4 cores' }],
  ...compareMetrics(
    [
      {
        metric: 'http_req_duration p(95)',
        unit: 'ms',
        better: 'lower',
        base: readings(100, 101, 99, 102, 98, 100.5),
        candidate: readings(118, 121, 119, 122, 120, 117),
      },
      {
        metric: 'http_reqs rate',
        unit: 'per-second',
        better: 'higher',
        base: readings(500, 501, 499, 502, 498, 500.5),
        candidate: readings(500.2, 501.1, 499.3, 502.2, 497, 500.1),
      },
      {
        metric: 'kafka_drain{group:<b>|x,topic:t} value',
        unit: 'ms',
        better: 'lower',
        base: readings(4000, 9000, 6000, 3000, 12_000, 5000),
        candidate: readings(5000, 8000, 7000, 3500, 11_000, 6000),
      },
      {
        metric: 'dropped_iterations count',
        unit: 'count',
        better: 'lower',
        base: readings(0, 0, 0, 0, 0, 0),
        candidate: readings(0, 0, 0, 0, 0, 0),
      },
    ],
    { alpha: 0.05, minEffect: 0.05, metrics: [], intervals: true },
  ),
  outcome: 'regression',
  exitCode: 99,
});

test('the report of the compare story reads as its golden file (LAGLINE_UPDATE_GOLDEN=1 rewrites it)', () => {
  const markdown = compareMarkdown(compareDocumentSchema.parse(story()), locales.ko, 'md');
  const golden = new URL('../fixtures/reports/compare.ko.md', import.meta.url);
  if (process.env['LAGLINE_UPDATE_GOLDEN'] === '1') writeFileSync(golden, markdown);
  assert.equal(markdown, readFileSync(golden, 'utf8'));
});

test('the compare story can be told in English, without a word of Korean, and is inert in Markdown', () => {
  for (const kind of ['md', 'pr-comment'] as const) {
    const markdown = compareMarkdown(story(), locales.en, kind);
    assert.doesNotMatch(markdown, /undefined|NaN|[가-힣]/);
    assert.match(markdown, /`kafka_drain\{group:<b>\\\|x,topic:t\} value`/);
  }
  assert.doesNotMatch(compareText(story(), locales.en), /undefined|NaN|[가-힣]/);
});
