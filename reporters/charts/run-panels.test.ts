import assert from 'node:assert/strict';
import test from 'node:test';
import { buildRecord } from '../../fixtures/build-record.ts';
import { hostSeries } from '../../core/record/series-names.ts';
import { locales } from '../locales/index.ts';
import { runPanels } from './run-panels.ts';

test('the lines of a long run have no more points than a picture can show, and all their peaks', () => {
  const seconds = 40_000;
  const peaks = new Map([
    [7, 97],
    [20_001, 99],
    [39_998, 3],
  ]);
  const points = Array.from({ length: seconds }, (_, second): [number, number] => [
    second * 1000,
    peaks.get(second) ?? 40 + (second % 11),
  ]);
  const record = buildRecord({
    durationMs: seconds * 1000,
    series: [{ kind: 'gauge', name: hostSeries.cpuPercent, labels: {}, unit: 'percent', points }],
  });
  const [line] = runPanels(record, locales.en).resources.lines;
  assert.ok(line !== undefined && line.points.length <= 2400);
  for (const [second, percent] of peaks)
    assert.ok(
      line.points.some(([atMs, value]) => atMs === second * 1000 && value === percent),
      `${second}`,
    );
});
