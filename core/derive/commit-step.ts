import type { OffsetSample } from '../record/run-record.ts';

/**
 * Most messages that one reading saw committed since the one before; 0 where none did. A group that keeps up lags by as much,
 * for it commits only now and then: what lags by more has work waiting.
 */
export const largestCommitStep = (samples: readonly OffsetSample[]): number =>
  samples.reduce((most, { committedAfter }, index) => {
    const before = samples[index - 1]?.committedAfter ?? null;
    return committedAfter === null || before === null
      ? most
      : Math.max(most, Number(committedAfter - before));
  }, 0);
