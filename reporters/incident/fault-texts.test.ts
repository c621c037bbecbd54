import assert from 'node:assert/strict';
import test from 'node:test';
import { faultyStory } from '../../fixtures/faulty-story.ts';
import { healthyStory } from '../../fixtures/report-stories.ts';
import { reportDocumentSchema } from '../../core/report-document.ts';
import { locales } from '../locales/index.ts';
import type { Report } from '../reporter.ts';
import { terminalSummary } from '../terminal-summary.ts';
import { incidentReport } from './incident-report.ts';

const markdownOf = async (report: Report, locale: 'ko' | 'en'): Promise<string> => {
  const files = await incidentReport.render(report, locales[locale]);
  return String(files.find(({ path }) => path.endsWith('.md'))?.content);
};

const linesWith = (markdown: string, text: string): string[] =>
  markdown.split('\n').filter((line) => line.includes(text));

test('a run with injected faults says so at its top, with the time of each', async () => {
  const story = faultyStory();
  assert.ok(reportDocumentSchema.safeParse(story.document).success);
  const markdown = await markdownOf(story, 'ko');
  const [banner = ''] = linesWith(markdown, '🧪');
  assert.ok(markdown.indexOf(banner) < markdown.indexOf('## 요약'));
  assert.equal(
    banner,
    '> 🧪 **쿠폰 발급 - load test: 장애를 주입한 시험입니다 — `postgres.latency=200ms` (경과 1:00 ~ 2:00), ' +
      '`redis.down` (경과 1:30) ⚠️ 해제되지 않음: HTTP 503 &lt;b&gt;busy&lt;/b&gt;, `consumer.crash` (경과 3:00), ' +
      '`records.skew=0.8` ⚠️ 주입되지 않음: connect ECONNREFUSED 127.0.0.1:8080**',
  );
});

test('the environment and the timeline of such a run name its faults, in both languages', async () => {
  const ko = await markdownOf(faultyStory(), 'ko');
  assert.match(
    linesWith(ko, '| 주입한 장애 |')[0] ?? '',
    /`postgres\.latency=200ms` \(경과 1:00 ~ 2:00\)<br>/,
  );
  const timeline = ko.slice(ko.indexOf('## 이벤트 타임라인'), ko.indexOf('## 성능 테스트 결과'));
  assert.deepEqual(
    linesWith(timeline, '장애').map((line) => line.split(' | ').slice(1).join(' | ')),
    [
      '1:00 | 쿠폰 발급 - load test | 장애 주입: `postgres.latency=200ms` |',
      '1:30 | 쿠폰 발급 - load test | 장애 주입: `redis.down` |',
      '1:40 | 쿠폰 발급 - load test | 장애를 해제하지 못함: `redis.down`, 사유: HTTP 503 &lt;b&gt;busy&lt;/b&gt; |',
      '2:00 | 쿠폰 발급 - load test | 장애 해제: `postgres.latency=200ms` |',
      '3:00 | 쿠폰 발급 - load test | 일회성 장애 주입: `consumer.crash` |',
      '4:00 | 쿠폰 발급 - load test | 장애를 주입하지 못함: `records.skew=0.8`, 사유: connect ECONNREFUSED 127.0.0.1:8080 |',
    ],
  );
  const en = await markdownOf(faultyStory(), 'en');
  assert.match(linesWith(en, '🧪')[0] ?? '', /faults were injected on purpose/);
  assert.match(linesWith(en, '| Injected faults |')[0] ?? '', /⚠️ not injected: connect ECONNREFUSED/);
  assert.equal(linesWith(en, 'Fault removed: `postgres.latency=200ms`').length, 1);
  assert.doesNotMatch(en, /[가-힣]/);
});

test('the summary in the terminal has a line of them', () => {
  const summary = terminalSummary(faultyStory().document, locales.ko, { hasColour: false });
  assert.match(
    summary,
    /주입한 장애: postgres\.latency=200ms@1m-2m, ⚠️ redis\.down@1m30s-1m40s, consumer\.crash@3m/,
  );
});

test('a run without faults has no word of them', async () => {
  const markdown = await markdownOf(healthyStory(), 'ko');
  assert.doesNotMatch(markdown, /🧪|주입/);
});
