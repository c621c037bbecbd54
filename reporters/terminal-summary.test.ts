import assert from 'node:assert/strict';
import test from 'node:test';
import { aDocument } from '../fixtures/build-report.ts';
import { healthyStory, incidentStory, interruptedStory, noDataStory } from '../fixtures/report-stories.ts';
import { locales } from './locales/index.ts';
import { terminalSummary } from './terminal-summary.ts';

const plain = { hasColour: false };

test('verdict, key figures and the rules that did not pass stand on one screen', () => {
  const summary = terminalSummary(incidentStory().document, locales.ko, plain);
  assert.match(summary, /판정: 미통과 \(종료 코드 99\)/);
  assert.match(summary, /소비 2분 30초 이상, 추정 6분 40초/);
  assert.match(summary, /kafka_drain value<60s → 1분 42초 이상/);
  assert.ok(summary.split('\n').length <= 30);
});

test('there are colour codes only where they are asked for', () => {
  const { document } = healthyStory();
  assert.ok(!terminalSummary(document, locales.ko, plain).includes('\u001B'));
  assert.ok(terminalSummary(document, locales.ko, { hasColour: true }).includes('\u001B[32m'));
});

test('names from outside cannot steer the terminal', () => {
  const { document } = interruptedStory();
  const [run] = document.runs;
  assert.ok(run !== undefined);
  const [group] = run.kafka.groups;
  assert.ok(group !== undefined);
  const evil = { ...run, kafka: { groups: [{ ...group, group: '\u001B]0;evil\u0007g\nh' }] } };
  assert.match(terminalSummary(aDocument(evil), locales.ko, plain), /Kafka g h\//);
});

test('what is not known is said, not shown as 0', () => {
  assert.match(terminalSummary(noDataStory().document, locales.ko, plain), /요청: 측정되지 않음/);
});

test('many runs still fit on one screen', () => {
  const [run] = incidentStory().document.runs;
  assert.ok(run !== undefined);
  const many = aDocument(...Array.from({ length: 40 }, () => run));
  const lines = terminalSummary(many, locales.en, plain).split('\n');
  assert.equal(lines.length, 30);
  assert.match(lines.at(-1) ?? '', /12 more/);
});
