import type { Observation } from './observation.ts';
import type { OffsetContent, OffsetHistory, OffsetSample, OffsetTime } from './run-record.ts';

type Offsets = Extract<Observation, { kind: 'offsets' }>;
export type PlacedSample = Pick<OffsetHistory, 'group' | 'topic' | 'partition'> & {
  readonly sample: OffsetSample;
};

/** Sample by sample, for whoever need not be quick. */
export function* samplesOf({ block, times, recordTimes }: Offsets): Generator<PlacedSample> {
  const { group, topic, partitions, contents } = block;
  for (const [index, partition] of partitions.entries()) {
    const told = recordTimes?.get(partition);
    const sample = { ...times, ...(contents.at(index) as OffsetContent) };
    yield {
      group,
      topic,
      partition,
      sample: told === undefined ? sample : { ...sample, recordTimes: told },
    };
  }
}

export const samplesIn = (observations: readonly Observation[]): PlacedSample[] =>
  observations.flatMap((each) => (each.kind === 'offsets' ? [...samplesOf(each)] : []));

/** The samples of any number of readings as a sampler tells them: reading by reading, one block for each group's topic. */
export const inBlocks = (samples: readonly PlacedSample[]): Offsets[] =>
  [...Map.groupBy(samples, ({ sample }) => sample.fromMs).values()].flatMap((reading) => {
    const byTopic = Map.groupBy(reading, ({ group, topic }) => JSON.stringify([group, topic]));
    return [...byTopic.values()].map((those): Offsets => {
      const [{ group, topic, sample }] = those as [PlacedSample];
      const { fromMs, endSentMs, endReceivedMs, toMs } = sample;
      const recordTimes = new Map(
        those.flatMap(({ partition, sample: { recordTimes: told } }): [number, readonly OffsetTime[]][] =>
          told === undefined ? [] : [[partition, told]],
        ),
      );
      return {
        kind: 'offsets',
        times: { fromMs, endSentMs, endReceivedMs, toMs },
        block: {
          group,
          topic,
          partitions: those.map(({ partition }) => partition),
          contents: those.map((each) => contentOf(each.sample)),
        },
        ...(recordTimes.size === 0 ? {} : { recordTimes }),
      };
    });
  });

const contentOf = (sample: OffsetSample): OffsetContent => {
  const {
    fromMs: _fromMs,
    endSentMs: _endSentMs,
    endReceivedMs: _endReceivedMs,
    toMs: _toMs,
    recordTimes: _recordTimes,
    ...content
  } = sample;
  return content;
};
