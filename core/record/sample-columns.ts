import { ContentColumns, type KeptContent } from './content-columns.ts';
import { PackedColumn } from './packed-column.ts';
import type { Readings } from './readings.ts';
import type {
  OffsetContent,
  OffsetSample,
  OffsetSamples,
  OffsetTime,
  ReadingTimes,
  SampleCursor,
} from './run-record.ts';

/**
 * The samples of one partition. Of what stays as it was only how often is kept, and of what changes columns of offsets: as objects,
 * a day of readings of 300 partitions would not fit into a process. Samples are put together as they are read.
 */
export class SampleColumns implements OffsetSamples {
  readonly #readings: Readings;
  #stretches = new Stretches();
  #recordTimes = new Map<number, readonly OffsetTime[]>();
  #newest: KeptContent | undefined;
  #nextReading = -1;
  /** Samples from one index up to another; all of them, but where it is a part. */
  #from = 0;
  #to = 0;

  constructor(readings: Readings) {
    this.#readings = readings;
  }

  get length(): number {
    return this.#to - this.#from;
  }

  /** Whether no sample was taken before the one in front of it; false where a clock went back. */
  get isAscending(): boolean {
    return this.#readings.isAscending;
  }

  /** What the reading of that number saw; numbers ascend. The same object again where nothing has changed. */
  add(reading: number, content: KeptContent): void {
    if (content !== this.#newest || reading !== this.#nextReading)
      this.#stretches.begin(this.#to, reading, content);
    this.#newest = content;
    this.#nextReading = reading + 1;
    this.#to += 1;
  }

  /** What timestamps told beside the newest sample. */
  addTimes(recordTimes: readonly OffsetTime[]): void {
    this.#recordTimes.set(this.#to - 1, recordTimes);
  }

  /** Those from one index up to another, neither of them negative; to be read, as long as nothing is added to these. */
  slice(from: number, to: number): SampleColumns {
    const part = new SampleColumns(this.#readings);
    part.#stretches = this.#stretches;
    part.#recordTimes = this.#recordTimes;
    part.#to = Math.min(this.#from + to, this.#to);
    part.#from = Math.min(this.#from + from, part.#to);
    return part;
  }

  at(index: number): OffsetSample | undefined {
    const place = (index < 0 ? this.#to : this.#from) + index;
    if (place < this.#from || place >= this.#to) return undefined;
    const stretch = this.#stretches.of(place);
    return sampleOf(
      this.#readings.at(this.#stretches.reading(stretch, place)),
      this.#stretches.content(stretch),
      this.#recordTimes.get(place),
    );
  }

  /** Of a sample that is there. */
  timesOf(index: number): ReadingTimes {
    const place = this.#from + index;
    return this.#readings.at(this.#stretches.reading(this.#stretches.of(place), place));
  }

  *[Symbol.iterator](): Generator<OffsetSample> {
    const cursor = this.cursor();
    while (cursor.next()) yield sampleOf(cursor.times, cursor.content, cursor.recordTimes);
  }

  cursor(): SampleCursor {
    return new ColumnCursor(this.#stretches, this.#readings, this.#recordTimes, this.#from, this.#to);
  }
}

const sampleOf = (
  times: ReadingTimes,
  content: OffsetContent,
  recordTimes: readonly OffsetTime[] | undefined,
): OffsetSample => ({
  ...times,
  ...content,
  ...(recordTimes === undefined ? {} : { recordTimes }),
});

/** Readings of a partition, one right behind the other, that saw the same. */
class Stretches {
  readonly #firstSample = new PackedColumn();
  /** By how much numbers of readings are ahead of indexes of samples: the same until a reading lacks the partition. */
  readonly #ahead = new PackedColumn();
  readonly #contents = new ContentColumns();

  begin(sample: number, reading: number, content: KeptContent): void {
    this.#firstSample.push(sample);
    this.#ahead.push(reading - sample);
    this.#contents.push(content);
  }

  /** Index of its first sample; infinite behind the last stretch. */
  firstSample(stretch: number): number {
    return Number(this.#firstSample.at(stretch) ?? Number.POSITIVE_INFINITY);
  }

  /** Number of the reading of a sample in it. */
  reading(stretch: number, sample: number): number {
    return sample + Number(this.#ahead.at(stretch));
  }

  content(stretch: number): OffsetContent {
    return this.#contents.at(stretch);
  }

  /** The one that a sample is in. */
  of(sample: number): number {
    let [low, high] = [0, this.#firstSample.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.firstSample(middle) > sample) high = middle - 1;
      else low = middle;
    }
    return low;
  }
}

class ColumnCursor implements SampleCursor {
  times!: ReadingTimes;
  readonly #stretches: Stretches;
  readonly #readings: Readings;
  readonly #recordTimes: ReadonlyMap<number, readonly OffsetTime[]>;
  readonly #to: number;
  #content: OffsetContent | undefined;
  #index: number;
  #stretch = -1;
  #nextStretchAt = 0;
  #reading = -1;

  constructor(
    stretches: Stretches,
    readings: Readings,
    recordTimes: ReadonlyMap<number, readonly OffsetTime[]>,
    from: number,
    to: number,
  ) {
    this.#stretches = stretches;
    this.#readings = readings;
    this.#recordTimes = recordTimes;
    this.#index = from - 1;
    this.#to = to;
    if (from === 0 || from >= to) return;
    this.#enter(stretches.of(from));
  }

  next(): boolean {
    if (this.#index + 1 >= this.#to) return false;
    this.#index += 1;
    this.#reading += 1;
    if (this.#index === this.#nextStretchAt) this.#enter(this.#stretch + 1);
    this.times = this.#readings.at(this.#reading);
    return true;
  }

  get content(): OffsetContent {
    return (this.#content ??= this.#stretches.content(this.#stretch));
  }

  get recordTimes(): readonly OffsetTime[] | undefined {
    return this.#recordTimes.get(this.#index);
  }

  #enter(stretch: number): void {
    this.#stretch = stretch;
    this.#nextStretchAt = this.#stretches.firstSample(stretch + 1);
    this.#reading = this.#stretches.reading(stretch, this.#index);
    this.#content = undefined;
  }
}
