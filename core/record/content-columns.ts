import { PackedColumn } from './packed-column.ts';
import type { OffsetContent } from './run-record.ts';
import { minus, whole, type Whole } from './whole.ts';

/** What a reading saw of one partition, as it is kept; a `bigint` only where a `number` is not exact. */
export type KeptContent = {
  readonly committedBefore: Whole | null;
  readonly committedAfter: Whole | null;
  readonly end: Whole;
  readonly logStart: Whole | null;
  /** null: not beyond the end, or not asked for. */
  readonly highWatermark: Whole | null;
  /** Those of `marks` that hold, added up. */
  readonly marks: number;
};

export const marks = { markersOnly: 1, compacted: 2, added: 4, empty: 8, rebalancing: 16 } as const;

/** As a line of the journal names them. */
const letters = {
  m: marks.markersOnly,
  c: marks.compacted,
  a: marks.added,
  e: marks.empty,
  r: marks.rebalancing,
};

export const marksOf = (text: string): number =>
  Object.entries(letters).reduce((sum, [letter, mark]) => sum + (text.includes(letter) ? mark : 0), 0);

/** Further marks: there is no such offset. */
export const without = {
  committedBefore: 32,
  committedAfter: 64,
  logStart: 128,
  highWatermark: 256,
} as const;

/** Offsets of many contents; a list only where one is no `number`. */
export type Offsets = Float64Array | readonly Whole[];

/** Many contents, to be gone through quickly. An offset says nothing where the marks say that it is not there. */
export type Contents = {
  readonly committedBefore: Offsets;
  readonly committedAfter: Offsets;
  readonly end: Offsets;
  readonly logStart: Offsets;
  /** The end where it is not beyond it, or was not asked for. */
  readonly highWatermark: Offsets;
  /** Those of `marks` and of `without` that hold, added up. */
  readonly marks: Float64Array;
};

/** What was committed when the offsets had been read; undefined where nothing was. */
export const committedIn = (
  { committedAfter, marks: marked }: Pick<Contents, 'committedAfter' | 'marks'>,
  index: number,
): Whole | undefined =>
  ((marked[index] as number) & without.committedAfter) === 0 ? committedAfter[index] : undefined;

/** Contents of samples in columns of offsets. */
export class ContentColumns {
  /** By how much the second reading of the committed offset was ahead of the first: as a rule it was not. */
  readonly #committedBetween = new PackedColumn();
  readonly #committedAfter = new PackedColumn();
  readonly #end = new PackedColumn();
  readonly #logStart = new PackedColumn();
  readonly #beyondEnd = new PackedColumn();
  readonly #marks = new PackedColumn();

  push(content: KeptContent): void {
    const { committedBefore, committedAfter, end, logStart, highWatermark } = content;
    // What is not there is written as what is near it, which takes no room.
    const before = committedBefore ?? committedAfter ?? 0;
    const after = committedAfter ?? committedBefore ?? 0;
    this.#committedBetween.push(minus(after, before));
    this.#committedAfter.push(after);
    this.#end.push(end);
    this.#logStart.push(logStart ?? 0);
    this.#beyondEnd.push(highWatermark === null ? 0 : minus(highWatermark, end));
    this.#marks.push(
      content.marks +
        (committedBefore === null ? without.committedBefore : 0) +
        (committedAfter === null ? without.committedAfter : 0) +
        (logStart === null ? without.logStart : 0) +
        (highWatermark === null ? without.highWatermark : 0),
    );
  }

  at(index: number): OffsetContent {
    return contentAt(this.unpacked(index, index + 1), 0);
  }

  /** Those from one index up to another, neither of them beyond the end. */
  unpacked(from: number, to: number): Contents {
    const committedAfter = this.#committedAfter.unpacked(from, to);
    const end = this.#end.unpacked(from, to);
    return {
      committedBefore: this.#committedBetween.isZero
        ? committedAfter
        : moved(committedAfter, this.#committedBetween.unpacked(from, to), -1),
      committedAfter,
      end,
      logStart: this.#logStart.unpacked(from, to),
      highWatermark: this.#beyondEnd.isZero ? end : moved(end, this.#beyondEnd.unpacked(from, to), 1),
      marks: this.#marks.unpacked(from, to) as Float64Array,
    };
  }
}

/** Each of them further on by what stands at its place, or further back. */
const moved = (offsets: Offsets, by: Float64Array | Whole[], sign: 1 | -1): Offsets => {
  const sums = new Float64Array(offsets.length);
  const sumAt = (index: number): Whole => {
    const [offset, step] = [offsets[index] as Whole, by[index] as Whole];
    return minus(offset, sign === 1 ? minus(0, step) : step);
  };
  for (let index = 0; index < sums.length; index += 1) {
    const sum = sumAt(index);
    if (typeof sum !== 'number') return Array.from(sums, (_, place) => sumAt(place));
    sums[index] = sum;
  }
  return sums;
};

/** One of them, as everything but columns has it. */
export const contentAt = (contents: Contents, index: number): OffsetContent => {
  const marked = contents.marks[index] ?? 0;
  const has = (mark: number): boolean => (marked & mark) !== 0;
  const big = (offsets: Offsets): bigint => BigInt(offsets[index] ?? 0);
  const content = {
    committedBefore: has(without.committedBefore) ? null : big(contents.committedBefore),
    committedAfter: has(without.committedAfter) ? null : big(contents.committedAfter),
    end: big(contents.end),
    logStart: has(without.logStart) ? null : big(contents.logStart),
  };
  // As a rule.
  if (marked === without.highWatermark) return content;
  return {
    ...content,
    ...(has(without.highWatermark) ? {} : { highWatermark: big(contents.highWatermark) }),
    ...(has(marks.markersOnly) ? { isMarkersOnly: true as const } : {}),
    ...(has(marks.compacted) ? { isCompacted: true as const } : {}),
    ...(has(marks.added) ? { isAdded: true as const } : {}),
    ...(has(marks.rebalancing)
      ? { groupState: 'rebalancing' as const }
      : has(marks.empty)
        ? { groupState: 'empty' as const }
        : {}),
  };
};

/** The same of a sample. */
export const keptContent = (content: OffsetContent): KeptContent => ({
  committedBefore: orNull(content.committedBefore),
  committedAfter: orNull(content.committedAfter),
  end: whole(content.end),
  logStart: orNull(content.logStart),
  highWatermark: content.highWatermark === undefined ? null : whole(content.highWatermark),
  marks:
    (content.isMarkersOnly === true ? marks.markersOnly : 0) +
    (content.isCompacted === true ? marks.compacted : 0) +
    (content.isAdded === true ? marks.added : 0) +
    (content.groupState === undefined ? 0 : marks[content.groupState]),
});

const orNull = (value: bigint | null): Whole | null => (value === null ? null : whole(value));
