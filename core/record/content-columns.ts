import { PackedColumn, type Whole } from './packed-column.ts';
import type { OffsetContent } from './run-record.ts';

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
const without = { committedBefore: 32, committedAfter: 64, logStart: 128, highWatermark: 256 } as const;

/** Contents of samples in columns of offsets. */
export class ContentColumns {
  readonly #committedBefore = new PackedColumn();
  readonly #committedAfter = new PackedColumn();
  readonly #end = new PackedColumn();
  readonly #logStart = new PackedColumn();
  readonly #highWatermark = new PackedColumn();
  readonly #marks = new PackedColumn();

  push(content: KeptContent): void {
    const { committedBefore, committedAfter, end, logStart, highWatermark } = content;
    // What is not there is written as what is near it, which takes no room.
    this.#committedBefore.push(committedBefore ?? committedAfter ?? 0);
    this.#committedAfter.push(committedAfter ?? committedBefore ?? 0);
    this.#end.push(end);
    this.#logStart.push(logStart ?? 0);
    this.#highWatermark.push(highWatermark ?? end);
    this.#marks.push(
      content.marks +
        (committedBefore === null ? without.committedBefore : 0) +
        (committedAfter === null ? without.committedAfter : 0) +
        (logStart === null ? without.logStart : 0) +
        (highWatermark === null ? without.highWatermark : 0),
    );
  }

  at(index: number): OffsetContent {
    const marked = Number(this.#marks.at(index));
    const has = (mark: number): boolean => (marked & mark) !== 0;
    const content = {
      committedBefore: has(without.committedBefore) ? null : this.#committedBefore.bigintAt(index),
      committedAfter: has(without.committedAfter) ? null : this.#committedAfter.bigintAt(index),
      end: this.#end.bigintAt(index),
      logStart: has(without.logStart) ? null : this.#logStart.bigintAt(index),
    };
    // As a rule.
    if (marked === without.highWatermark) return content;
    return {
      ...content,
      ...(has(without.highWatermark) ? {} : { highWatermark: this.#highWatermark.bigintAt(index) }),
      ...(has(marks.markersOnly) ? { isMarkersOnly: true as const } : {}),
      ...(has(marks.compacted) ? { isCompacted: true as const } : {}),
      ...(has(marks.added) ? { isAdded: true as const } : {}),
      ...(has(marks.rebalancing)
        ? { groupState: 'rebalancing' as const }
        : has(marks.empty)
          ? { groupState: 'empty' as const }
          : {}),
    };
  }
}

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

/** Of a `bigint`, or of decimal text. */
export const whole = (value: bigint | string): Whole => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
};

const orNull = (value: bigint | null): Whole | null => (value === null ? null : whole(value));
