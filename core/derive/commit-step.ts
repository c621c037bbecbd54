import { committedIn } from '../record/content-columns.ts';
import type { OffsetSamples } from '../record/run-record.ts';
import { stretchesOf } from '../record/stretches-of.ts';
import { distance, type Whole } from '../record/whole.ts';

/**
 * Most messages that one reading saw committed since the one before; 0 where none did. A group that keeps up lags by as much,
 * for it commits only now and then: what lags by more has work waiting.
 */
export const largestCommitStep = (samples: OffsetSamples): number => {
  const stretches = stretchesOf(samples);
  let most = 0;
  let before: Whole | undefined;
  for (let index = 0; index < stretches.length; index += 1) {
    const committed = committedIn(stretches, index);
    if (committed !== undefined && before !== undefined) most = Math.max(most, distance(committed, before));
    before = committed;
  }
  return most;
};
