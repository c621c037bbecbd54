import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { inColumns, offsetHistories } from '../../fixtures/offset-histories.ts';
import { contentAt } from '../record/content-columns.ts';
import { stretchesOf } from '../record/stretches-of.ts';
import { partitionLag } from './partition-lag.ts';
import { lagsOf } from './stretch-lags.ts';

it('measures every stretch as each reading of it is measured by itself', () => {
  fc.assert(
    fc.property(offsetHistories, (histories) => {
      for (const { samples } of [...inColumns(histories), ...histories]) {
        const stretches = stretchesOf(samples);
        const { low, high, isClamped, isBeyondEnd, mostLost } = lagsOf(stretches);
        const expected = Array.from({ length: stretches.length }, (_, index) =>
          partitionLag(contentAt(stretches, index)),
        );
        assert.deepEqual(
          expected.map((_, index) => ({
            low: low[index],
            high: high[index],
            isClamped: isClamped[index] === 1,
            isBeyondEnd: isBeyondEnd[index] === 1,
          })),
          expected.map((lag) => ({
            low: lag.low ?? Number.NaN,
            high: lag.high ?? Number.NaN,
            isClamped: lag.isClamped,
            isBeyondEnd: lag.state === 'beyond-log-end',
          })),
        );
        assert.equal(mostLost, Math.max(0, ...expected.map(({ lost }) => lost)));
      }
    }),
  );
});
