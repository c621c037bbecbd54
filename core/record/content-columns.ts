import type { OffsetContent } from './run-record.ts';
import { minus, whole, type Whole } from './whole.ts';

/**
 * What a reading saw of one partition, as it is kept: numbers that are near 0 as a rule, or near what they were before. What is not
 * there is near what is.
 */
export type KeptContent = {
  /** By how much the second reading of the committed offset was ahead of the first: as a rule it was not. */
  readonly committedBetween: Whole;
  readonly committedAfter: Whole;
  readonly end: Whole;
  readonly logStart: Whole;
  readonly beyondEnd: Whole;
  /** Those of `marks` and of `without` that hold, added up. */
  readonly marks: number;
};

/** Many of those, one behind the other, each as a row of so many places; a list only where one is no `number`. */
export type KeptRows = Float64Array | readonly Whole[];
export const keptPlaces = {
  committedBetween: 0,
  committedAfter: 1,
  end: 2,
  logStart: 3,
  beyondEnd: 4,
  marks: 5,
} as const satisfies Record<keyof KeptContent, number>;
export const keptLength = Object.keys(keptPlaces).length;

export const keptRow = (content: KeptContent): Whole[] => [
  content.committedBetween,
  content.committedAfter,
  content.end,
  content.logStart,
  content.beyondEnd,
  content.marks,
];

/** The one whose row begins there. */
export const keptIn = (rows: KeptRows, at: number): KeptContent => {
  const of = (name: keyof KeptContent): Whole => rows[at + keptPlaces[name]] as Whole;
  return {
    committedBetween: of('committedBetween'),
    committedAfter: of('committedAfter'),
    end: of('end'),
    logStart: of('logStart'),
    beyondEnd: of('beyondEnd'),
    marks: of('marks') as number,
  };
};

export const marks = { markersOnly: 1, compacted: 2, added: 4, empty: 8, rebalancing: 16 } as const;

/** As a line of the journal names them. */
export const letterMarks: Readonly<Record<string, number>> = {
  m: marks.markersOnly,
  c: marks.compacted,
  a: marks.added,
  e: marks.empty,
  r: marks.rebalancing,
};

export const marksOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum | (letterMarks[letter] ?? 0), 0);

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
export const keptContent = (content: OffsetContent): KeptContent =>
  keptOffsets(
    orNull(content.committedBefore),
    orNull(content.committedAfter),
    whole(content.end),
    orNull(content.logStart),
    content.highWatermark === undefined ? null : whole(content.highWatermark),
    (content.isMarkersOnly === true ? marks.markersOnly : 0) +
      (content.isCompacted === true ? marks.compacted : 0) +
      (content.isAdded === true ? marks.added : 0) +
      (content.groupState === undefined ? 0 : marks[content.groupState]),
  );

/** Of offsets as they were read. null: there is none; of the high watermark that it is not beyond the end, or was not asked for. */
export const keptOffsets = (
  committedBefore: Whole | null,
  committedAfter: Whole | null,
  end: Whole,
  logStart: Whole | null,
  highWatermark: Whole | null,
  marked: number,
): KeptContent => {
  const after = committedAfter ?? committedBefore ?? 0;
  return {
    committedBetween: minus(after, committedBefore ?? after),
    committedAfter: after,
    end,
    logStart: logStart ?? 0,
    beyondEnd: highWatermark === null ? 0 : minus(highWatermark, end),
    marks:
      marked +
      (committedBefore === null ? without.committedBefore : 0) +
      (committedAfter === null ? without.committedAfter : 0) +
      (logStart === null ? without.logStart : 0) +
      (highWatermark === null ? without.highWatermark : 0),
  };
};

const orNull = (value: bigint | null): Whole | null => (value === null ? null : whole(value));
