import { keptContent } from './content-columns.ts';
import { GroupPartitionMap } from './group-partition-map.ts';
import type { OffsetHistory, OffsetSample, ReadingTimes } from './run-record.ts';
import { Readings } from './readings.ts';
import { roomForRows } from './content-rows.ts';
import { Kept, SampleColumns } from './sample-columns.ts';

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
  const room = roomForRows();
  let newest: ReadingTimes | undefined;
  const histories: OffsetHistory<SampleColumns>[] = [];
  const places = new GroupPartitionMap<SampleColumns>();

  const samplesAt = (place: Place): SampleColumns => {
    let found = places.get(place);
    if (found === undefined) {
      const { group, topic, partition } = place;
      found = new SampleColumns(readings, new Kept(room));
      places.set(place, found);
      histories.push({ group, topic, partition, samples: found });
    }
    return found;
  };

  const addReading = (times: ReadingTimes): number => {
    newest = times;
    return readings.add(times);
  };

  return {
    addReading,
    of: (group, topic, partition) => samplesAt({ group, topic, partition }),
    add: (place, sample) => {
      const { fromMs, endSentMs, endReceivedMs, toMs, recordTimes } = sample;
      const isSame =
        newest?.fromMs === fromMs &&
        newest.endSentMs === endSentMs &&
        newest.endReceivedMs === endReceivedMs &&
        newest.toMs === toMs;
      const reading = isSame ? readings.length - 1 : addReading({ fromMs, endSentMs, endReceivedMs, toMs });
      const samples = samplesAt(place);
      samples.add(reading, keptContent(sample));
      if (recordTimes !== undefined) samples.addTimes(recordTimes);
    },
    read: () =>
      histories
        .filter(({ samples }) => samples.length > 0)
        .map((history) => ({ ...history, samples: history.samples.slice(0, history.samples.length) })),
  };
};
