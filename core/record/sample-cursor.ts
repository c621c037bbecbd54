import type { OffsetContent, OffsetSample, OffsetSamples, OffsetTime, SampleCursor } from './run-record.ts';
import { SampleColumns } from './sample-columns.ts';

export const cursorOf = (samples: OffsetSamples): SampleCursor =>
  samples instanceof SampleColumns ? samples.cursor() : new ListCursor(samples);

/** What the samples hold, once for each stretch in which nothing changed. */
export function* contentsOf(samples: OffsetSamples): Generator<OffsetContent> {
  const cursor = cursorOf(samples);
  let last: OffsetContent | undefined;
  while (cursor.next()) {
    if (cursor.content === last) continue;
    last = cursor.content;
    yield last;
  }
}

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
    if (fromMs < latestMs) return [...samples].sort((left, right) => left.fromMs - right.fromMs);
    latestMs = fromMs;
  }
  return samples;
};

class ListCursor implements SampleCursor {
  times!: OffsetSample;
  content!: OffsetSample;
  readonly #samples: Iterator<OffsetSample>;

  constructor(samples: OffsetSamples) {
    this.#samples = samples[Symbol.iterator]();
  }

  get recordTimes(): readonly OffsetTime[] | undefined {
    return this.content.recordTimes;
  }

  next(): boolean {
    const { value, done } = this.#samples.next();
    if (done === true) return false;
    this.times = this.content = value;
    return true;
  }
}
