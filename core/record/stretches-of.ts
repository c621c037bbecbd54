import { keptContent } from './content-columns.ts';
import { ContentRows, roomForRows } from './content-rows.ts';
import { Readings } from './readings.ts';
import type { OffsetSamples, OffsetTime } from './run-record.ts';
import { SampleColumns, StretchRoom } from './sample-columns.ts';
import type { Stretches } from './stretches.ts';

/** The samples of one partition, unpacked: good until those of another one are asked for. */
export const stretchesOf = (samples: OffsetSamples): Stretches => {
  if (!(samples instanceof SampleColumns)) return listed(samples);
  if (newest?.of !== samples) newest = { of: samples, stretches: samples.stretches(room) };
  return newest.stretches;
};

const room = new StretchRoom();
/**
 * Whoever goes through the figures of a partition asks for the same one several times in a row. No weak reference: what one refers to
 * lives until the task ends, and a report is one task.
 */
let newest: { readonly of: SampleColumns; readonly stretches: Stretches } | undefined;

/** One for each sample: neighbours may well have been taken in the wrong order. */
const listed = (samples: OffsetSamples): Stretches => {
  const readings = new Readings();
  const contents = new ContentRows(roomForRows());
  const recordTimes = new Map<number, readonly OffsetTime[]>();
  for (const sample of samples) {
    const number = readings.add(sample);
    contents.push(number, keptContent(sample));
    if (sample.recordTimes !== undefined) recordTimes.set(number, sample.recordTimes);
  }
  const { length } = readings;
  const from = Int32Array.from({ length }, (_, index) => index);
  return {
    ...contents.unpacked(0, length),
    readings,
    length,
    from,
    to: from.map((number) => number + 1),
    first: from,
    samples: length,
    recordTimes,
  };
};
