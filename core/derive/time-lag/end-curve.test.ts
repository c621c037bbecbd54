import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partition, type Reading } from '../../../fixtures/build-record.ts';
import { EndCurve } from './end-curve.ts';

describe('the curve of the end of a log', () => {
  it('tells when a message was produced whatever was forgotten, and is of the newest log alone', () => {
    const step = fc.record({
      produced: fc.oneof({ weight: 400, arbitrary: fc.nat(3) }, fc.constant(-1000)),
      asked: fc.double({ min: 0, max: 1, noNaN: true }),
      forgets: fc.boolean(),
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
          const curve = new EndCurve(samples);
          let from = 0;
          steps.forEach(({ asked, forgets }, index) => {
            const sample = samples[index];
            assert.ok(sample);
            if (index > 0 && sample.end < (samples[index - 1]?.end ?? 0n)) from = index;
            curve.take(sample.end, sample);
            assert.equal(curve.isFirst, index === from);
            if (sample.end === 0n) return;
            const offset = BigInt(Math.floor(asked * (Number(sample.end) - 1)));
            const first = samples.findIndex(({ end: seen }, place) => place >= from && seen > offset);
            const { lowMs, highMs } = curve.producedAt(offset);
            assert.equal(highMs, samples[first]?.endReceivedMs);
            assert.equal(lowMs, first === from ? undefined : samples[first - 1]?.endSentMs);
            if (forgets) curve.forget(offset);
          });
        },
      ),
    );
  });
});
