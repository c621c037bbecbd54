import type { OffsetSamples } from '../record/run-record.ts';
import { contentsOf } from '../record/sample-cursor.ts';

/**
 * Most messages that one reading saw committed since the one before; 0 where none did. A group that keeps up lags by as much,
 * for it commits only now and then: what lags by more has work waiting.
 */
export const largestCommitStep = (samples: OffsetSamples): number => {
  let most = 0;
  let before: bigint | null = null;
  for (const { committedAfter } of contentsOf(samples)) {
    if (committedAfter !== null && before !== null) most = Math.max(most, Number(committedAfter - before));
    before = committedAfter;
  }
  return most;
};
