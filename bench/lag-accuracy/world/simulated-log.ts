import type { RecordTimeReads } from '../../../core/sampling/record-times.ts';
import { countUntil } from './observe.ts';
import type { PartitionTruth, World } from './world.ts';

/** Epoch of elapsed 0. */
export const startedAtEpochMs = 1_767_225_600_000;

/** A producer keeps a message back so long before it is readable, and puts into one batch what came within a while. */
const heldBackMs = 5;
const batchMs = 20;
const batchMessages = 50;

export const madeMs = (producedMs: number): number => producedMs - heldBackMs;
/** Timestamps count whole milliseconds of the epoch. */
const timestampOf = (producedMs: number): number => Math.floor(startedAtEpochMs + madeMs(producedMs));

export type SimulatedLog = RecordTimeReads & {
  /** Requests so far, by kind. */
  readonly asked: { fetches: number; listOffsets: number };
};

/**
 * A broker's answers about a world at a moment. `isExact`: the record is read and not only the head of its batch.
 */
export const simulateLog = (world: World, nowMs: () => number, isExact: boolean): SimulatedLog => {
  const asked = { fetches: 0, listOffsets: 0 };
  const batches = world.partitions.map(batchStarts);
  const truthOf = (partition: number): PartitionTruth => world.partitions[partition] as PartitionTruth;
  return {
    asked,
    timesAt: (questions) => {
      asked.fetches += 1;
      return Promise.resolve(
        questions.map(({ topic, partition, offset }) => {
          const { base, producedMs } = truthOf(partition);
          const index = Number(offset) - base;
          const starts = batches[partition] ?? [];
          const at = countUntil(starts, index) - 1;
          const [first, next] = [starts[at] ?? 0, starts[at + 1] ?? producedMs.length];
          const isHead = isExact || index === first;
          const time = (of: number): number => timestampOf(producedMs[of] ?? 0);
          return {
            topic,
            partition,
            time: {
              offset,
              lowMs: time(isHead ? index : first),
              highMs: time(isHead ? index : next - 1),
              clock: 'producer' as const,
            },
          };
        }),
      );
    },
    offsetsAt: (questions) => {
      asked.listOffsets += 1;
      return Promise.resolve(
        questions.map(({ topic, partition, timestampMs }) => {
          const { base, producedMs } = truthOf(partition);
          const index = countUntil(producedMs, timestampMs - 1, timestampOf);
          const isThere = index < countUntil(producedMs, nowMs());
          return {
            topic,
            partition,
            found: isThere
              ? { offset: BigInt(base + index), timestampMs: timestampOf(producedMs[index] ?? 0) }
              : null,
          };
        }),
      );
    },
  };
};

/** Index of the first message of each batch. */
const batchStarts = ({ producedMs }: PartitionTruth): number[] => {
  const starts: number[] = [];
  producedMs.forEach((ms, index) => {
    const start = starts.at(-1);
    if (start === undefined || ms - (producedMs[start] ?? 0) > batchMs || index - start >= batchMessages)
      starts.push(index);
  });
  return starts;
};
