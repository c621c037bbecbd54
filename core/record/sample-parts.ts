import type { OffsetSample, OffsetSamples } from './run-record.ts';
import { SampleColumns } from './sample-columns.ts';

/** Those whose end offsets had been answered by then. */
export const samplesUntil = (samples: OffsetSamples, atMs: number): OffsetSamples => {
  if (!(samples instanceof SampleColumns) || !samples.isAscending)
    return [...samples].filter(({ endReceivedMs }) => endReceivedMs <= atMs);
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples.timesOf(middle).endReceivedMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return samples.slice(0, low);
};

/** The newest of them, at most so many. */
export const newestOf = (samples: OffsetSamples, most: number): OffsetSamples =>
  samples.length <= most
    ? samples
    : samples instanceof SampleColumns
      ? samples.slice(samples.length - most, samples.length)
      : [...samples].slice(samples.length - most);

/** In the order of time, which is another one only where a clock went back. */
export const inOrder = (samples: OffsetSamples): OffsetSamples => {
  if (samples instanceof SampleColumns && samples.isAscending) return samples;
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const { fromMs } of samples) {
    if (fromMs < latestMs) return sorted(samples);
    latestMs = fromMs;
  }
  return samples;
};

const sorted = (samples: OffsetSamples): OffsetSample[] =>
  [...samples].sort((left, right) => left.fromMs - right.fromMs);
