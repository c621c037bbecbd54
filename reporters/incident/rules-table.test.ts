import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aRunReport } from '../../fixtures/build-report.ts';
import { rule } from '../../fixtures/story-figures.ts';
import type { RunReport } from '../../core/report-document.ts';
import { locales } from '../locales/index.ts';
import { blocks } from './block.ts';
import { renderMarkdown } from './markdown.ts';
import { rulesTable } from './rules-table.ts';

const story = { scenario: 'peak', loadMs: 10_000, durationMs: 10_000, requestsPerSecond: 10 };

const tableOf = (
  outcome: RunReport['rules'][number]['outcome'],
  facts: RunReport['rules'][number]['facts'],
  lang: 'ko' | 'en' = 'ko',
): string => {
  const judged = { ...rule('checkout', 'p(95)<500', outcome, null, 'ms'), origin: 'script' as const, facts };
  return renderMarkdown(blocks(rulesTable(aRunReport(story, { rules: [judged] }), locales[lang])));
};

describe('the table of rules, on thresholds of the script', () => {
  it("says what k6 said of them where that is another word than lagline's", () => {
    assert.match(
      tableOf('no-data', { k6Passed: true, reason: 'no-samples' }),
      /측정되지 않음 \(표본이 없음, k6 판정 ✓\) \| ❔ 데이터 부족/,
    );
    assert.match(tableOf('no-data', { k6Passed: true, reason: 'no-samples' }, 'en'), /k6 says ✓/);
    assert.match(tableOf('fail', { k6Passed: true }), /k6 판정 ✓\) \| ❌ 미통과/);
    assert.match(tableOf('pass', { k6Passed: false }), /k6 판정 ✗\) \| ✅ 통과/);
  });

  it('says nothing of k6 where both agree, or k6 was not asked', () => {
    for (const [outcome, facts] of [
      ['pass', { k6Passed: true }],
      ['fail', { k6Passed: false }],
      ['fail', {}],
    ] as const)
      assert.doesNotMatch(tableOf(outcome, facts), /k6 판정/);
  });
});
