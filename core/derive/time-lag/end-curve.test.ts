import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { whole } from '../../record/whole.ts';
import { partition, type Reading } from '../../../fixtures/build-record.ts';
import { stretchesOf } from '../../record/stretches-of.ts';
import { EndCurve } from './end-curve.ts';

describe('the curve of the end of a log', () => {
  it('tells when a message was produced wherever the last one was found, and is of the newest log alone', () => {
    const step = fc.record({
      produced: fc.oneof({ weight: 400, arbitrary: fc.nat(3) }, fc.constant(-1000)),
      asked: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
        fc.integer({ min: 1, max: 40 }),
        (drawn, times) => {
          const steps = Array.from({ length: times }, () => drawn).flat();
          let end = 0;
          const readings = steps.map(({ produced }, index): Reading => {
            end = produced < 0 ? 0 : end + produced;
            return [index * 1000, 0, end];
          });
          const { samples } = partition(readings);
          const curve = new EndCurve(stretchesOf(samples));
          let from = 0;
          steps.forEach(({ asked }, index) => {
            const sample = samples[index];
            assert.ok(sample);
            if (index > 0 && sample.end < (samples[index - 1]?.end ?? 0n)) from = index;
            curve.take();
            assert.equal(curve.isFirst, index === from);
            if (sample.end === 0n) return;
            const offset = BigInt(Math.floor(asked * (Number(sample.end) - 1)));
            const first = samples.findIndex(({ end: seen }, place) => place >= from && seen > offset);
            curve.find(whole(offset));
            assert.equal(curve.highMs, samples[first]?.endReceivedMs);
            assert.equal(curve.lowMs, first === from ? Number.NaN : samples[first - 1]?.endSentMs);
          });
        },
      ),
    );
  });
});
