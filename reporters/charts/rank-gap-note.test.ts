import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRecord, distribution, histogramOf } from '../../fixtures/build-record.ts';
import { locales } from '../locales/index.ts';
import { runPanels } from './run-panels.ts';

const second = (fast: number, slow: number) =>
  histogramOf([...Array.from({ length: fast }, () => 10), ...Array.from({ length: slow }, () => 900)]);

test('the picture of response times says where a quantile has no one number, and no other picture does', () => {
  const story = (...histograms: ReturnType<typeof second>[]) =>
    runPanels(buildRecord({ series: [distribution('http_req_duration', ...histograms)] }), locales.en);
  const { latency, load } = story(second(95, 5), second(90, 10));
  assert.match(latency.subtitle, /no one value is near: p95 1\/2 points$/);
  assert.doesNotMatch(load.subtitle, /no one value/);
  assert.doesNotMatch(story(second(90, 10)).latency.subtitle, /no one value/);
});
