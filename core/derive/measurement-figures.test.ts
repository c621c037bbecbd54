import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildRecord, gauge, partition, type Reading } from '../../fixtures/build-record.ts';
import type { RunRecord } from '../record/run-record.ts';
import { hostSeries } from '../record/series-names.ts';
import { measurementFigures, mergeGaps } from './measurement-figures.ts';

describe('measurementFigures', () => {
  it('counts ticks that came more than a tenth of the interval late', () => {
    const series = [
      gauge(hostSeries.tickLateMs, [
        [0, 0],
        [1000, 99],
        [2000, 101],
      ]),
    ];
    const { ticks, lateTicks, maxLateMs } = measurementFigures(buildRecord({ series }));
    assert.deepEqual([ticks, lateTicks, maxLateMs], [3, 1, 101]);
  });

  it('says by how much 99 of 100 ticks were late at most, from 100 ticks on', () => {
    const p99Of = (ticks: number) => {
      const points = Array.from(
        { length: ticks },
        (_, index) => [index * 1000, (index * 37) % ticks] as const,
      );
      return measurementFigures(buildRecord({ series: [gauge(hostSeries.tickLateMs, points)] })).p99LateMs;
    };
    assert.deepEqual([p99Of(0), p99Of(99), p99Of(100), p99Of(1000)], [null, null, 98, 989]);
  });
});

describe('the gaps of a run', () => {
  const seconds = (...times: number[]): Reading[] => times.map((second) => [second * 1000, 0, 0]);
  const all = Array.from({ length: 21 }, (_, second) => second);
  const gapsOf = (times: readonly number[], gaps: RunRecord['gaps'] = []) =>
    measurementFigures(buildRecord({ offsets: [partition(seconds(...times))], gaps })).gaps.map(
      ({ fromMs, toMs, reason }) => [fromMs, toMs, reason],
    );

  it('are none where readings follow on each other, a missing one included', () => {
    assert.deepEqual(gapsOf(all), []);
    assert.deepEqual(gapsOf(all.filter((second) => second !== 7)), []);
  });

  it('have every stretch without readings, before the first and after the last too', () => {
    const seen = all.filter((second) => second >= 3 && second <= 16 && (second < 6 || second > 9));
    assert.deepEqual(gapsOf(seen), [
      [0, 3000, 'ticks-skipped'],
      [6000, 10_000, 'ticks-skipped'],
      [17_000, 20_000, 'ticks-skipped'],
    ]);
  });

  it('have a stretch once that the journal accounts for, and what it leaves open beside it', () => {
    const refused = (fromMs: number, toMs: number) => ({ source: 'kafka', fromMs, toMs, reason: 'refused' });
    const seen = all.filter((second) => second < 4 || second > 12);
    assert.deepEqual(gapsOf(seen, [refused(4000, 12_500)]), [[4000, 12_500, 'refused']]);
    assert.deepEqual(gapsOf(seen, [refused(4000, 8000)]), [[4000, 13_000, 'refused']]);
  });
});

describe('mergeGaps', () => {
  const gap = (source: string, fromMs: number, toMs: number) => ({ source, fromMs, toMs, reason: 'refused' });

  it('puts gaps together that follow on each other, source by source', () => {
    const merged = mergeGaps([
      gap('kafka', 2000, 3000),
      gap('host', 1500, 2500),
      gap('kafka', 1000, 2000),
      gap('kafka', 9000, 9500),
    ]);
    assert.deepEqual(
      merged.map(({ source, fromMs, toMs }) => [source, fromMs, toMs]),
      [
        ['kafka', 1000, 3000],
        ['host', 1500, 2500],
        ['kafka', 9000, 9500],
      ],
    );
  });

  it('names what the source did rather than that lagline was late', () => {
    const merged = mergeGaps([{ ...gap('kafka', 1000, 2000), reason: 'overrun' }, gap('kafka', 2000, 3000)]);
    assert.deepEqual(merged, [gap('kafka', 1000, 3000)]);
  });
});
