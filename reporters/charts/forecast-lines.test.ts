import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildRecord, partition, type Reading } from '../../fixtures/build-record.ts';
import { curvesOf } from '../../core/derive/offset-curves.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { locales } from '../locales/index.ts';
import { forecastLines } from './forecast-lines.ts';

const readings = (perSecond: number): Reading[] =>
  Array.from({ length: 26 }, (_, second): Reading => [
    second * 1000,
    Math.min(100, perSecond * second),
    Math.min(100, 10 * second),
  ]);
const linesOf = (perSecond: number) => {
  const record: RunRecord = buildRecord({ offsets: [partition(readings(perSecond))], durationMs: 25_000 });
  return forecastLines(record, curvesOf(record), locales.en);
};

describe('forecastLines', () => {
  it('fall from the backlog at load end to nothing, with a band around the middle', () => {
    const [band, middle] = linesOf(5);
    assert.ok(band?.lowerPoints !== undefined && middle !== undefined);
    assert.ok((middle.points[0]?.[1] ?? 0) >= 45);
    assert.ok(Math.abs((middle.points[0]?.[0] ?? 0) - 10_000) < 10);
    middle.points.forEach(([atMs, value], index) => {
      const [[highMs, high], [lowMs, low]] = [band.points[index] ?? [], band.lowerPoints?.[index] ?? []] as [
        [number, number],
        [number, number],
      ];
      assert.deepEqual([highMs, lowMs], [atMs, atMs]);
      assert.ok(value !== null && low <= value && value <= high);
    });
    assert.equal(band.lowerPoints.at(-1)?.[1], 0);
  });

  it('are none where nothing was left, or nothing could be foretold', () => {
    assert.deepEqual(linesOf(10), []);
    assert.deepEqual(linesOf(0), []);
  });
});
