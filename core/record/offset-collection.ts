import { keptContent, type KeptContent } from './content-columns.ts';
import { GroupPartitionMap } from './group-partition-map.ts';
import type { OffsetHistory, OffsetSample, ReadingTimes } from './run-record.ts';
import { Readings } from './readings.ts';
import { SampleColumns } from './sample-columns.ts';

type Place = Pick<OffsetHistory, 'group' | 'topic' | 'partition'>;

/** Puts the samples of all partitions together as they come. */
export type OffsetCollection = {
  /** Answers the number of the reading. */
  addReading(times: ReadingTimes): number;
  /** The samples of a partition, to which those of later readings may be added. */
  of(group: string, topic: string, partition: number): SampleColumns;
  /** A sample of the newest reading, or of a new one. */
  add(place: Place, sample: OffsetSample): void;
  /** Those of which there is a sample, in the order in which they came; what is added later is not in them. */
  read(): OffsetHistory[];
};

export const collectOffsets = (): OffsetCollection => {
  const readings = new Readings();
  let newest: ReadingTimes | undefined;
  const histories: OffsetHistory<SampleColumns>[] = [];
  const places = new GroupPartitionMap<{ readonly samples: SampleColumns; content?: KeptContent }>();

  const placeOf = (place: Place) => {
    let found = places.get(place);
    if (found === undefined) {
      const { group, topic, partition } = place;
      found = { samples: new SampleColumns(readings) };
      places.set(place, found);
      histories.push({ group, topic, partition, samples: found.samples });
    }
    return found;
  };

  const addReading = (times: ReadingTimes): number => {
    newest = times;
    return readings.add(times);
  };

  return {
    addReading,
    of: (group, topic, partition) => placeOf({ group, topic, partition }).samples,
    add: (place, sample) => {
      const { fromMs, endSentMs, endReceivedMs, toMs, recordTimes } = sample;
      const isSame =
        newest?.fromMs === fromMs &&
        newest.endSentMs === endSentMs &&
        newest.endReceivedMs === endReceivedMs &&
        newest.toMs === toMs;
      const reading = isSame ? readings.length - 1 : addReading({ fromMs, endSentMs, endReceivedMs, toMs });
      const known = placeOf(place);
      const content = keptContent(sample);
      if (known.content === undefined || !isEqual(known.content, content)) known.content = content;
      known.samples.add(reading, known.content);
      if (recordTimes !== undefined) known.samples.addTimes(recordTimes);
    },
    read: () =>
      histories
        .filter(({ samples }) => samples.length > 0)
        .map((history) => ({ ...history, samples: history.samples.slice(0, history.samples.length) })),
  };
};

const isEqual = (one: KeptContent, other: KeptContent): boolean =>
  one.end === other.end &&
  one.committedBefore === other.committedBefore &&
  one.committedAfter === other.committedAfter &&
  one.logStart === other.logStart &&
  one.highWatermark === other.highWatermark &&
  one.marks === other.marks;
