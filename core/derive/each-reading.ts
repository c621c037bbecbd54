import type { OffsetHistory, ReadingTimes, SampleCursor } from '../record/run-record.ts';
import { cursorOf, inOrder } from '../record/sample-cursor.ts';

/** Things that were seen of one partition, in the order of time. */
export type PartitionStream = {
  /** To the next one; false where there is none. */
  next(): boolean;
  readonly times: Pick<ReadingTimes, 'fromMs'>;
};

export type ReadingVisitor<Stream extends PartitionStream> = {
  /** Each thing of a reading, in the order of the partitions; the stream stands on it as long as the call takes. */
  partition(index: number, at: Stream): void;
  /** Behind what a reading has. */
  end(fromMs: number): void;
};

/** Goes through several partitions at once, reading by reading in the order of time. */
export const mergeReadings = <Stream extends PartitionStream>(
  streams: readonly Stream[],
  visitor: ReadingVisitor<Stream>,
): void => {
  /** When what each stream stands on was seen. */
  const nextMs = Float64Array.from(streams, stepOf);
  for (;;) {
    let fromMs = Number.POSITIVE_INFINITY;
    for (const ms of nextMs) if (ms < fromMs) fromMs = ms;
    if (fromMs === Number.POSITIVE_INFINITY) return;
    streams.forEach((stream, index) => {
      while (nextMs[index] === fromMs) {
        visitor.partition(index, stream);
        nextMs[index] = stepOf(stream);
      }
    });
    visitor.end(fromMs);
  }
};

/** Infinite behind the last one. */
const stepOf = (stream: PartitionStream): number =>
  stream.next() ? stream.times.fromMs : Number.POSITIVE_INFINITY;

/** The samples of several partitions, reading by reading. */
export const eachReading = (
  histories: readonly OffsetHistory[],
  visitor: ReadingVisitor<SampleCursor>,
): void =>
  mergeReadings(
    histories.map(({ samples }) => cursorOf(inOrder(samples))),
    visitor,
  );
