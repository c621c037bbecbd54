import type { Contents } from './content-columns.ts';
import type { Readings } from './readings.ts';
import type { OffsetTime } from './run-record.ts';

/**
 * The samples of one partition, unpacked: readings right behind each other that saw the same are one stretch. Within a stretch times
 * do not go back.
 */
export type Stretches = Contents & {
  readonly readings: Readings;
  readonly length: number;
  /** Number of the first reading of each, and of the one behind its last. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** How many samples stand in front of each. */
  readonly first: Int32Array;
  readonly samples: number;
  /** What timestamps told beside a sample, by how many stand in front of that. */
  readonly recordTimes: ReadonlyMap<number, readonly OffsetTime[]>;
};
