import { contentAt, keptRow, type KeptContent, type KeptRows } from './content-columns.ts';
import { ContentRows, lastWhere, UnpackingRoom } from './content-rows.ts';
import type { PackedBlocks } from './packed-blocks.ts';
import type { Readings } from './readings.ts';
import { integerRoom } from './room.ts';
import type { OffsetSample, OffsetSamples, OffsetTime, ReadingTimes } from './run-record.ts';
import type { Stretches } from './stretches.ts';

/**
 * The samples of one partition. Of what stays as it was only how often is kept, and of what changes columns of offsets: as objects,
 * a day of readings of 300 partitions would not fit into a process. Samples are put together as they are read.
 */
export class SampleColumns implements OffsetSamples {
  readonly #readings: Readings;
  readonly #kept: Kept;
  /** Samples from one index up to another; all of them, but where it is a part. */
  #from = 0;
  #to = 0;
  /** Whether every further reading sees the same. */
  #isOpen = false;

  constructor(readings: Readings, kept: Kept) {
    this.#readings = readings;
    this.#kept = kept;
  }

  get length(): number {
    return this.#behind - this.#from;
  }

  /** Whether no sample was taken before the one in front of it; false where a clock went back. */
  get isAscending(): boolean {
    return this.#readings.isAscending;
  }

  /** What the reading of that number saw; numbers ascend. */
  add(reading: number, content: KeptContent): void {
    this.begin(reading, content);
    this.#isOpen = false;
    this.#to += 1;
  }

  /** What every reading sees from the one of that number on, until the next one that sees something else. */
  begin(reading: number, content: KeptContent): void {
    this.beginFrom(reading, keptRow(content), 0);
  }

  /** The same of what begins there in a list of them. */
  beginFrom(reading: number, given: KeptRows, from: number): void {
    this.endAt(reading);
    this.#kept.begin(this.#to, reading, given, from);
    this.#isOpen = true;
  }

  /**
   * Changes of what every reading saw up to them, each with its reading and the two offsets that moved; the rest stays as it stands there
   * in a list of contents.
   */
  goOn(moves: Float64Array, rest: Float64Array, from: number): void {
    this.#kept.goOn(moves, rest, from);
  }

  /** What was seen last; undefined where nothing was. */
  get newest(): KeptContent | undefined {
    return this.#kept.rows.newest;
  }

  /** The reading of that number is the first that does not see it any more. */
  endAt(reading: number): void {
    if (this.#isOpen) this.#to = this.#kept.sample(reading);
    this.#isOpen = false;
  }

  /** What timestamps told beside the newest sample. */
  addTimes(recordTimes: readonly OffsetTime[]): void {
    this.#kept.recordTimes.set(this.#behind - 1, recordTimes);
  }

  /** Those from one index up to another, neither of them negative; to be read, as long as nothing is added to these. */
  slice(from: number, to: number): SampleColumns {
    const part = new SampleColumns(this.#readings, this.#kept);
    part.#to = Math.min(this.#from + to, this.#behind);
    part.#from = Math.min(this.#from + from, part.#to);
    return part;
  }

  at(index: number): OffsetSample | undefined {
    const place = (index < 0 ? this.#behind : this.#from) + index;
    if (place < this.#from || place >= this.#behind) return undefined;
    const stretch = this.#kept.rows.rowOf(place);
    return sampleOf(
      this.#readings.at(this.#kept.reading(place)),
      this.#kept.rows.at(stretch),
      this.#kept.recordTimes.get(place),
    );
  }

  /** Of a sample that is there. */
  timesOf(index: number): ReadingTimes {
    return this.#readings.at(this.#kept.reading(this.#from + index));
  }

  *[Symbol.iterator](): Generator<OffsetSample> {
    const stretches = this.stretches();
    for (let stretch = 0; stretch < stretches.length; stretch += 1) {
      const content = contentAt(stretches, stretch);
      const [from, to, first] = [
        stretches.from[stretch] as number,
        stretches.to[stretch] as number,
        stretches.first[stretch] as number,
      ];
      for (let reading = from; reading < to; reading += 1)
        yield sampleOf(
          this.#readings.at(reading),
          content,
          stretches.recordTimes.get(first + reading - from),
        );
    }
  }

  /** All of them, unpacked. */
  stretches(room = new StretchRoom()): Stretches {
    const [kept, begun, behind] = [this.#kept, this.#from, this.#behind];
    const begin = begun === behind ? 0 : kept.rows.rowOf(begun);
    const length = begun === behind ? 0 : kept.rows.rowOf(behind - 1) + 1 - begin;
    const first = kept.rows.places(begin, begin + length, room);
    const [from, to] = [room.from.of(length), room.to.of(length)];
    const { runs } = kept;
    let run = begun === behind ? 0 : kept.runOf(begun);
    for (let index = 0; index < length; run += 1) {
      const ahead = runs[run]?.ahead ?? 0;
      const next = runs[run + 1]?.first ?? Number.POSITIVE_INFINITY;
      for (; index < length; index += 1) {
        const place = Math.max(begun, first[index] as number);
        if (place >= next) break;
        from[index] = place + ahead;
        to[index] = (index + 1 < length ? (first[index + 1] as number) : behind) + ahead;
        first[index] = place - begun;
      }
    }
    const stretches = {
      ...kept.rows.unpacked(begin, begin + length, room),
      from,
      to,
      readings: this.#readings,
      length,
      first,
      samples: behind - begun,
      recordTimes: kept.timesWithin(begun, behind),
    };
    return this.isAscending ? stretches : sampleBySample(stretches);
  }

  /** Readings without one missing in between: number of the first one, and of the one behind the last. */
  *runs(): Generator<{ readonly readings: Readings; readonly from: number; readonly to: number }> {
    const { runs } = this.#kept;
    for (const [index, { first, ahead }] of runs.entries()) {
      const from = Math.max(first, this.#from) + ahead;
      const to = Math.min(runs[index + 1]?.first ?? this.#behind, this.#behind) + ahead;
      if (from < to) yield { readings: this.#readings, from, to };
    }
  }

  get #behind(): number {
    return this.#isOpen ? this.#kept.sample(this.#readings.length) : this.#to;
  }
}

/** Where samples are unpacked to. What is unpacked next to the same one takes the place of what was before. */
export class StretchRoom extends UnpackingRoom {
  readonly from = integerRoom();
  readonly to = integerRoom();
}

const sampleOf = (
  times: ReadingTimes,
  content: Omit<OffsetSample, keyof ReadingTimes>,
  recordTimes: readonly OffsetTime[] | undefined,
): OffsetSample => ({
  ...times,
  ...content,
  ...(recordTimes === undefined ? {} : { recordTimes }),
});

/** What a partition and parts of it have in common. Places are indexes of samples. */
export class Kept {
  /** Of each stretch of readings, one right behind the other, that saw the same: its first sample, and what that was. */
  readonly rows: ContentRows;
  readonly recordTimes = new Map<number, readonly OffsetTime[]>();
  /** From which sample on numbers of readings are ahead of places by how much: until a reading lacks the partition. */
  readonly runs: { readonly first: number; readonly ahead: number }[] = [];
  /** By how much numbers of readings are ahead in the newest run. */
  #ahead = 0;

  constructor(room: PackedBlocks) {
    this.rows = new ContentRows(room);
  }

  begin(place: number, reading: number, given: KeptRows, from: number): void {
    const ahead = reading - place;
    if (ahead !== this.#ahead || this.runs.length === 0) {
      this.runs.push({ first: place, ahead });
      this.#ahead = ahead;
    } else if (this.rows.isNewest(given, from)) return;
    this.rows.pushFrom(place, given, from);
  }

  /** In the newest run. */
  goOn(moves: Float64Array, rest: Float64Array, from: number): void {
    this.rows.pushMoves(moves, this.#ahead, rest, from);
  }

  /** Number of the reading of a sample. */
  reading(place: number): number {
    return place + (this.runs[this.runOf(place)]?.ahead ?? 0);
  }

  /** Place of the sample of a reading behind all that is kept, if none was missing. */
  sample(reading: number): number {
    return reading - this.#ahead;
  }

  runOf(place: number): number {
    return lastWhere(this.runs.length, (run) => (this.runs[run]?.first ?? 0) <= place);
  }

  timesWithin(from: number, to: number): ReadonlyMap<number, readonly OffsetTime[]> {
    const within = new Map<number, readonly OffsetTime[]>();
    for (const [place, times] of this.recordTimes)
      if (place >= from && place < to) within.set(place - from, times);
    return within;
  }
}

/** Each sample a stretch of its own. */
const sampleBySample = (stretches: Stretches): Stretches => {
  const { samples } = stretches;
  const of = new Int32Array(samples);
  const from = new Int32Array(samples);
  for (let stretch = 0; stretch < stretches.length; stretch += 1) {
    const [begin, end] = [stretches.from[stretch] as number, stretches.to[stretch] as number];
    const first = stretches.first[stretch] as number;
    for (let reading = begin; reading < end; reading += 1) {
      of[first + reading - begin] = stretch;
      from[first + reading - begin] = reading;
    }
  }
  const spread = (offsets: Stretches['end']): Stretches['end'] =>
    offsets instanceof Float64Array
      ? Float64Array.from(of, (stretch) => offsets[stretch] ?? 0)
      : Array.from(of, (stretch) => offsets[stretch] ?? 0);
  return {
    ...stretches,
    committedBefore: spread(stretches.committedBefore),
    committedAfter: spread(stretches.committedAfter),
    end: spread(stretches.end),
    logStart: spread(stretches.logStart),
    highWatermark: spread(stretches.highWatermark),
    marks: Float64Array.from(of, (stretch) => stretches.marks[stretch] ?? 0),
    length: samples,
    from,
    to: from.map((reading) => reading + 1),
    first: Int32Array.from({ length: samples }, (_, index) => index),
  };
};
