import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildRecord, counter, cpu, gauge } from '../../fixtures/build-record.ts';
import { hostSeries } from '../record/series-names.ts';
import { resourceFigures } from './resource-figures.ts';

describe('resourceFigures', () => {
  it('has the start, the mean and the greatest value with its time', () => {
    const [found] = resourceFigures(buildRecord({ series: [cpu(10, 50, 30)] }));
    assert.deepEqual([found?.startValue, found?.avg, found?.max, found?.maxAtMs], [10, 30, 50, 1000]);
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
