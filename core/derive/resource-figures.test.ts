import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildRecord, counter, cpu, gauge } from '../../fixtures/build-record.ts';
import { hostSeries } from '../record/series-names.ts';
import { resourceFigures, resourceOrigins } from './resource-figures.ts';

describe('resourceFigures', () => {
  it('has the start, the mean and the greatest value with its time', () => {
    const [found] = resourceFigures(buildRecord({ series: [cpu(10, 50, 30)] }));
    assert.deepEqual([found?.startValue, found?.avg, found?.max, found?.maxAtMs], [10, 30, 50, 1000]);
  });

  it('has the greatest value under load apart from that of the whole run, and the mean once it was over', () => {
    const used = [10, 20, 80, 60, 40, 90, 30, 20, 10].map((percent, index): [number, number] => [
      index * 2500,
      percent,
    ]);
    const record = buildRecord({ series: [gauge(hostSeries.cpuPercent, used)], durationMs: 20_000 });
    const [found] = resourceFigures(record);
    assert.deepEqual([found?.max, found?.maxAtMs], [90, 12_500]);
    assert.deepEqual([found?.loadMax, found?.loadMaxAtMs], [80, 5000]);
    assert.equal(found?.idleAvg, 20);
    const { 'resources.0': whole, 'resources.0.idleAvg': idle } = resourceOrigins(record);
    assert.deepEqual([whole?.samples, whole?.fromMs, whole?.toMs], [9, 0, 20_000]);
    assert.deepEqual([idle?.kind, idle?.samples, idle?.fromMs], ['computed', 3, 15_000]);
  });

  it('takes no machine for idle on fewer than three samples', () => {
    const record = buildRecord({
      series: [
        gauge(hostSeries.cpuPercent, [
          [0, 5],
          [16_000, 5],
          [17_000, 5],
        ]),
      ],
    });
    assert.equal(resourceFigures(record)[0]?.idleAvg, null);
    assert.equal(resourceOrigins(record)['resources.0.idleAvg']?.reason, 'too-few-samples');
  });

  it('turns cumulative bytes into a rate, over a counter that began anew too', () => {
    const bytes = counter(hostSeries.diskWriteBytes, [
      [0, 0],
      [1000, 500],
      [2000, 100],
      [4000, 300],
    ]);
    const [found] = resourceFigures(buildRecord({ series: [bytes] }));
    assert.deepEqual([found?.id, found?.max, found?.samples], ['disk-write', 500, 2]);
  });

  it('lists watched processes by name, and nothing that was not sampled', () => {
    const series = [gauge(hostSeries.processCpuPercent, [[0, 5]], { process: 'k6' }), cpu()];
    assert.deepEqual(
      resourceFigures(buildRecord({ series })).map(({ id }) => id),
      ['process-cpu:k6'],
    );
  });
});
