import { readHeads, type BatchHead } from './batch-head.ts';
import { readBatches } from './record-batch.ts';

/** When a message was made, by its timestamp; ms since the epoch, by the clock that `clock` names. */
export type RecordTime = {
  /** Of the message: the one asked for, or the first behind it, where that one holds no message or is no longer there. */
  readonly offset: bigint;
  /** The timestamp is within [lowMs, highMs]; null: the head of the batch does not tell. */
  readonly lowMs: number | null;
  readonly highMs: number;
  /** `CreateTime` is the producer's, `LogAppendTime` the broker's. */
  readonly clock: 'producer' | 'broker';
};

/**
 * The time of the first message from an offset on. The head of its batch, which no codec compresses, has the times of the first
 * record and of the latest: those of all others are taken to lie between. Where that is not close enough, and the batch has come
 * whole, the record itself is read. Undefined where no message is among the bytes.
 */
export const recordTimeAt = (bytes: Buffer, offset: bigint): RecordTime | undefined => {
  let at = 0;
  for (const head of readHeads(bytes)) {
    if (!head.isControl && head.lastOffset >= offset && head.times !== null)
      return timeIn(head, bytes.subarray(at, at + head.length), offset);
    at += head.length;
  }
  return undefined;
};

/** A timestamp has no more. */
const closeMs = 1;

const timeIn = (head: BatchHead, batch: Buffer, asked: bigint): RecordTime | undefined => {
  const { baseOffset, times } = head;
  // Some producers write none, which stands as -1.
  if (times === null || times.maxMs < 0) return undefined;
  const offset = asked > baseOffset ? asked : baseOffset;
  const { firstMs, maxMs } = times;
  if (times.isAppendTime) return { offset, lowMs: maxMs, highMs: maxMs, clock: 'broker' };
  if (offset === baseOffset && firstMs !== null)
    return { offset, lowMs: firstMs, highMs: firstMs, clock: 'producer' };
  const bounds: RecordTime = { offset, lowMs: firstMs, highMs: maxMs, clock: 'producer' };
  if (firstMs !== null && maxMs - firstMs <= closeMs) return bounds;
  return batch.length === head.length ? (exactTime(batch, offset) ?? bounds) : bounds;
};

/** Undefined where the batch cannot be read: its head still tells the bounds. */
const exactTime = (batch: Buffer, offset: bigint): RecordTime | undefined => {
  try {
    const record = readBatches(batch)[0]?.records.find((each) => each.offset >= offset);
    return (
      record && {
        offset: record.offset,
        lowMs: record.timestampMs,
        highMs: record.timestampMs,
        clock: 'producer',
      }
    );
  } catch {
    return undefined;
  }
};
