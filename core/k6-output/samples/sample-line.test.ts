import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSampleLine } from './sample-line.ts';

const line = (metric: unknown, data: unknown): string => JSON.stringify({ type: 'Metric', metric, data });
const plain = { name: 'wait', type: 'trend', contains: 'time' };

describe('a declaration of k6', () => {
  it('is read with its thresholds and submetrics, and by its own name where the line has none', () => {
    const data = { ...plain, thresholds: ['p(95)<1'], submetrics: [{ name: 'wait{a:b}', suffix: 'a:b' }] };
    const read = { kind: 'declaration', metric: 'wait', type: 'trend', contains: 'time' };
    assert.deepEqual(readSampleLine(line(undefined, data)), {
      ...read,
      thresholds: ['p(95)<1'],
      submetrics: ['wait{a:b}'],
    });
    assert.deepEqual(readSampleLine(line('own', { ...plain, thresholds: null })), {
      ...read,
      metric: 'own',
      thresholds: [],
      submetrics: [],
    });
  });

  for (const [what, metric, data] of [
    ['no data', 'wait', undefined],
    ['a list for data', 'wait', []],
    ['no name', undefined, { ...plain, name: undefined }],
    ['a name that is none', 5, plain],
    ['an own name that is none', 'wait', { ...plain, name: null }],
    ['an unknown type', 'wait', { ...plain, type: 'sum' }],
    ['unknown contents', 'wait', { ...plain, contains: 'apples' }],
    ['a threshold that is no text', 'wait', { ...plain, thresholds: [{}] }],
    ['thresholds that are no list', 'wait', { ...plain, thresholds: 'p(95)<1' }],
    ['a submetric without a name', 'wait', { ...plain, submetrics: [{}] }],
  ] as const) {
    it(`is none with ${what}`, () => {
      assert.equal(readSampleLine(line(metric, data)), undefined);
    });
  }
});
