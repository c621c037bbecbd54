import type { Facts } from '../errors.ts';
import type { Histogram } from './histogram.ts';
import type { OffsetBlock } from './offset-block.ts';
import type { Assignment, Gap, OffsetTime, ReadingTimes, SeriesKey } from './run-record.ts';

/** One thing seen; times are elapsed ms on the run's clock. */
export type Observation =
  | {
      readonly kind: 'gauge' | 'counter';
      readonly series: SeriesKey;
      readonly atMs: number;
      readonly value: number;
    }
  | {
      readonly kind: 'window';
      readonly series: SeriesKey;
      readonly fromMs: number;
      readonly toMs: number;
      readonly histogram: Histogram;
    }
  | {
      /** One of each group's topic a reading; those of one reading share its times. */
      readonly kind: 'offsets';
      readonly times: ReadingTimes;
      readonly block: OffsetBlock;
      /** By partition, what timestamps told in this reading. Absent: nothing was asked. */
      readonly recordTimes?: ReadonlyMap<number, readonly OffsetTime[]>;
    }
  /** What one source could not give of many things, while it gave the others. */
  | { readonly kind: 'gap'; readonly gap: Gap }
  | ({ readonly kind: 'assignment' } & Assignment)
  | { readonly kind: 'event'; readonly atMs: number; readonly name: string; readonly facts: Facts };
