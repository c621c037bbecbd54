/** What stands before the records of a batch, and is never compressed: format 2 (KIP-98). */
export type BatchHead = {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  /** It ends a transaction and holds no message. */
  readonly isControl: boolean;
  /** null before format 2. Times in ms since the epoch. */
  readonly times: BatchTimes | null;
  /** Of the whole batch, in bytes; it may reach beyond what was read. */
  readonly length: number;
};

export type BatchTimes = {
  /** Of the batch's first record, as it was written; null where compaction has put another time in its place (KIP-534). */
  readonly firstMs: number | null;
  readonly maxMs: number;
  /** The broker's time, the same for all records of the batch, in place of the producer's: `LogAppendTime`. */
  readonly isAppendTime: boolean;
};

/** Offset and length, which the length does not count. */
const prefixLength = 12;
/** Up to and with the greatest timestamp. */
const headLength = 43;
const attribute = { appendTime: 8, control: 32, deleteHorizon: 64 };

/** A batch that is cut off behind its head still tells what it is. */
export const readHeads = (bytes: Buffer): BatchHead[] => {
  const heads: BatchHead[] = [];
  for (let at = 0; at + headLength <= bytes.length;) {
    const head = readHead(bytes, at);
    if (head.length <= prefixLength) break;
    heads.push(head);
    at += head.length;
  }
  return heads;
};

const readHead = (bytes: Buffer, at: number): BatchHead => {
  const baseOffset = bytes.readBigInt64BE(at);
  const length = prefixLength + bytes.readInt32BE(at + 8);
  // Before format 2 there were no transactions, and so no markers; the head tells of one record only.
  if (bytes.readInt8(at + 16) !== 2)
    return { baseOffset, lastOffset: baseOffset, isControl: false, times: null, length };
  const attributes = bytes.readInt16BE(at + 21);
  return {
    baseOffset,
    lastOffset: baseOffset + BigInt(bytes.readInt32BE(at + 23)),
    isControl: (attributes & attribute.control) !== 0,
    times: {
      firstMs: (attributes & attribute.deleteHorizon) === 0 ? Number(bytes.readBigInt64BE(at + 27)) : null,
      maxMs: Number(bytes.readBigInt64BE(at + 35)),
      isAppendTime: (attributes & attribute.appendTime) !== 0,
    },
    length,
  };
};
