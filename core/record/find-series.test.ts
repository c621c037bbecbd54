import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildRecord, counter, distribution, gauge, histogramOf } from '../../fixtures/build-record.ts';
import { pointsOf, seriesName, windowsOf } from './find-series.ts';

const record = buildRecord({
  series: [
    counter('http_reqs', [[0, 1]]),
    gauge('http_reqs', [[0, 2]], { expected_response: 'false' }),
    distribution('http_req_duration', histogramOf([5])),
  ],
});

describe('finding series', () => {
  it("goes by k6's notation for submetrics", () => {
    assert.equal(seriesName({ name: 'a', labels: { b: 'c', d: 'e' } }), 'a{b:c,d:e}');
    assert.deepEqual(pointsOf(record, 'http_reqs'), [[0, 1]]);
    assert.deepEqual(pointsOf(record, 'http_reqs{expected_response:false}'), [[0, 2]]);
    assert.equal(windowsOf(record, 'http_req_duration').length, 1);
  });

  it('is empty where the record has none of that name and kind', () => {
    assert.deepEqual(pointsOf(record, 'http_req_duration'), []);
    assert.deepEqual(windowsOf(record, 'http_reqs'), []);
    assert.deepEqual(pointsOf(record, 'iterations'), []);
  });
});
